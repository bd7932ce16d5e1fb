-- One row for an area code: what the registers say about it, the believed register first, and whether they disagree.
-- A register speaks for what it names: its latest delivery that names the area counts; what it does not name stays.
with statements as (

    select
        authorities.*,
        coalesce(datasets.priority, 1000) as priority,
        lower(trim(authorities.area_name)) as plain_name
    from {{ ref('stg_authorities') }} as authorities
    left join {{ ref('stg_datasets') }} as datasets on authorities.source_id = datasets.source_id
    qualify {{ is_of_latest_delivery(['authorities.source_id', 'authorities.area_code']) }}

),

-- A register may state a code in several rows, one for each name it had.
register_dates as (

    select
        area_code,
        source_id,
        min(priority) as priority,
        min(valid_from) as valid_from,
        case when count(valid_to) = count(*) then max(valid_to) end as valid_to
    from statements
    group by area_code, source_id
    having count(valid_from) + count(valid_to) > 0

),

dates as (

    select
        area_code,
        first(valid_from order by priority, source_id) filter (where valid_from is not null) as valid_from,
        first(valid_to order by priority, source_id) as valid_to,
        -- GSS codes begin on 1 January 2009: registers that put an older area's first day before it do not contradict.
        count(distinct greatest(valid_from, date '2009-01-01')) > 1
        or count(distinct {{ last_day_of('valid_to') }}) > 1 as is_disputed
    from register_dates
    group by area_code

),

other_names as (

    select
        area_code,
        list_distinct(flatten(list(string_split(lower(alternate_names), '|')))) as names
    from statements
    where alternate_names is not null
    group by area_code

),

merged as (

    select
        area_code,
        first(area_name order by priority, source_id, valid_from desc nulls last, "row") as area_name,
        first(area_type order by priority, source_id, "row") as area_type,
        string_agg(distinct alternate_names, '|' order by alternate_names) as alternate_names,
        first(dfe_code order by priority, source_id, "row") filter (where dfe_code is not null) as dfe_code,
        first(nation order by priority, source_id, "row") filter (where nation is not null) as nation,
        first(region_code order by priority, source_id, "row") filter (where region_code is not null) as region_code,
        first(authority_class order by priority, source_id, "row")
        filter (where authority_class is not null) as authority_class,
        list(distinct plain_name) as names,
        list_sort(list(distinct source_id)) as registers
    from statements
    group by area_code

),

changes as (

    select distinct from_code, to_code
    from (
        select * from {{ ref('stg_authority_changes') }}
        qualify {{ is_of_latest_delivery(['source_id', 'from_code']) }}
    ) as stated_changes
    where from_code <> to_code

),

predecessors as (

    select to_code as area_code, list_sort(list(from_code)) as codes
    from changes
    group by to_code

),

successors as (

    select from_code as area_code, list_sort(list(to_code)) as codes
    from changes
    group by from_code

)

select
    merged.area_code,
    merged.area_name,
    merged.area_type,
    merged.alternate_names,
    merged.dfe_code,
    merged.nation,
    merged.region_code,
    merged.authority_class,
    dates.valid_from,
    dates.valid_to,
    coalesce(predecessors.codes, []) as predecessors,
    coalesce(successors.codes, []) as successors,
    merged.registers,
    coalesce(dates.is_disputed, false)
    or len(list_filter(
        merged.names,
        lambda name: name <> lower(trim(merged.area_name)) and not list_contains(coalesce(other_names.names, []), name)
    )) > 0 as is_disputed
from merged
left join dates on merged.area_code = dates.area_code
left join other_names on merged.area_code = other_names.area_code
left join predecessors on merged.area_code = predecessors.area_code
left join successors on merged.area_code = successors.area_code
