-- Which code took over from which, on which day, and on what evidence: what registers state, and what follows from them
-- where they are silent. Strongest evidence first: stated, department_code, districts, instrument.
with stated as (

    select * from {{ ref('int_stated_successions') }}

),

-- The department's code passed from one area to another that began the day after: the same authority under a new code.
department_codes as (

    select
        old.area_code as from_code,
        new.area_code as to_code,
        new.valid_from as change_date,
        list_sort(list_distinct([old.dfe_code_source, new.dfe_code_source])) as sources
    from {{ ref('int_registered_areas') }} as old
    inner join {{ ref('int_registered_areas') }} as new
        on
            old.dfe_code = new.dfe_code
            and old.area_code <> new.area_code
            and old.valid_to + 1 = new.valid_from
    where old.area_type = 'authority' and new.area_type = 'authority'

),

-- Districts of a county went to an authority: so did that part of the county.
districts as (

    select
        gone.county_code as from_code,
        gone.to_code,
        min(gone.change_date) as change_date,
        min(gone.instrument) as instrument,
        list_sort(list_distinct(flatten(list(list_append(gone.sources, gone.lookup_source))))) as sources
    from {{ ref('int_district_successions') }} as gone
    inner join {{ ref('int_registered_areas') }} as successor
        on gone.to_code = successor.area_code and successor.area_type = 'authority'
    where gone.county_code <> gone.to_code
    group by gone.county_code, gone.to_code

),

known as (

    select from_code from stated
    union
    select from_code from department_codes
    union
    select from_code from districts

),

-- Where no register and no lookup says what a county became: an order in force the day after it ended carries its name
-- and made an authority that began that day.
instruments as (

    select
        county.area_code as from_code,
        stated.to_code,
        min(stated.change_date) as change_date,
        min(stated.instrument) as instrument,
        list_sort(list_distinct(flatten(list(stated.sources)))) as sources
    from {{ ref('int_registered_areas') }} as county
    inner join stated on county.valid_to + 1 = stated.change_date and county.area_code <> stated.to_code
    inner join {{ ref('int_registered_areas') }} as successor
        on
            stated.to_code = successor.area_code
            and successor.area_type = 'authority'
            and successor.valid_from = stated.change_date
    left join known on county.area_code = known.from_code
    where
        county.authority_class = 'county'
        and known.from_code is null
        and len(list_filter(
            list_append(string_split(coalesce(county.alternate_names, ''), '|'), county.area_name),
            lambda name: len({{ plain_name('name') }}) > 0
            and contains(' ' || {{ plain_name('stated.instrument') }} || ' ', ' ' || {{ plain_name('name') }} || ' ')
        )) > 0
    group by county.area_code, stated.to_code

),

evidence as (

    select
        from_code, to_code, change_date, instrument, sources, is_date_disputed,
        'stated' as basis, 1 as strength
    from stated

    union all

    select
        from_code, to_code, change_date, cast(null as varchar) as instrument, sources, false as is_date_disputed,
        'department_code' as basis, 2 as strength
    from department_codes

    union all

    select
        from_code, to_code, change_date, instrument, sources, false as is_date_disputed,
        'districts' as basis, 3 as strength
    from districts

    union all

    select
        from_code, to_code, change_date, instrument, sources, false as is_date_disputed,
        'instrument' as basis, 4 as strength
    from instruments

)

select
    from_code,
    to_code,
    first(change_date order by strength) as change_date,
    first(instrument order by strength) filter (where instrument is not null) as instrument,
    first(basis order by strength) as basis,
    list_sort(list_distinct(flatten(list(sources)))) as sources,
    bool_or(is_date_disputed) or count(distinct change_date) > 1 as is_date_disputed
from evidence
group by from_code, to_code
