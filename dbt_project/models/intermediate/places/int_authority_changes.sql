-- Every change of an area's code or name: of which kind, whether what came after covers exactly what was before, and
-- how much of the predecessor's population went where.
-- A change between authorities is judged among authorities; any other in the lower tier.
with judged as (

    select * from {{ ref('int_succession_tiers') }}
    where
        (tier = 'authority')
        = (coalesce(from_type, '') = 'authority' and coalesce(to_type, '') = 'authority')

),

-- ------------------------------------------------------------------------------------------- shares of population
-- What of a county's districts went where, by the last figures before the change that name every district.
county_districts as (

    select
        gone.county_code,
        gone.change_date,
        gone.from_code,
        gone.to_code,
        count(*) over (partition by gone.county_code, gone.change_date) as districts,
        count(*) over (partition by gone.county_code, gone.change_date, gone.from_code) as parts_of_district
    from {{ ref('int_district_successions') }} as gone

),

district_totals as (

    select
        county_districts.county_code,
        county_districts.change_date,
        populations.indicator_id,
        populations.definition_version,
        populations.source_id,
        populations.period_end,
        sum(populations.population) as population
    from county_districts
    inner join {{ ref('int_populations') }} as populations
        on
            county_districts.from_code = populations.area_code
            and populations.area_type = 'district'
            and populations.period_end < county_districts.change_date
    group by
        county_districts.county_code, county_districts.change_date, populations.indicator_id,
        populations.definition_version, populations.source_id, populations.period_end
    having
        count(*) = max(county_districts.districts)
        and max(county_districts.parts_of_district) = 1
        and sum(populations.population) > 0
    qualify row_number() over (
            partition by county_districts.county_code, county_districts.change_date
            order by
                min(populations.population_rank), populations.period_end desc, populations.source_id,
                populations.definition_version
        ) = 1

),

district_shares as (

    select
        county_districts.county_code as from_code,
        county_districts.to_code,
        county_districts.change_date,
        totals.period_end as share_period_end,
        100.0 * sum(populations.population) / max(totals.population) as share_percent
    from district_totals as totals
    inner join county_districts
        on totals.county_code = county_districts.county_code and totals.change_date = county_districts.change_date
    inner join {{ ref('int_populations') }} as populations
        on
            county_districts.from_code = populations.area_code
            and populations.area_type = 'district'
            and totals.indicator_id = populations.indicator_id
            and totals.definition_version = populations.definition_version
            and totals.source_id = populations.source_id
            and totals.period_end = populations.period_end
    group by county_districts.county_code, county_districts.to_code, county_districts.change_date, totals.period_end

),

-- What the parts of a split hold, by the first figures after it that name every part.
split_totals as (

    select
        judged.from_code,
        judged.change_date,
        populations.indicator_id,
        populations.definition_version,
        populations.source_id,
        populations.period_end,
        sum(populations.population) as population
    from judged
    inner join {{ ref('int_populations') }} as populations
        on
            judged.to_code = populations.area_code
            and judged.to_type = populations.area_type
            and populations.period_end >= judged.change_date
    where judged.change_kind = 'split'
    group by
        judged.from_code, judged.change_date, populations.indicator_id, populations.definition_version,
        populations.source_id, populations.period_end
    having count(*) = max(judged.successors) and sum(populations.population) > 0
    qualify row_number() over (
            partition by judged.from_code, judged.change_date
            order by
                min(populations.population_rank), populations.period_end, populations.source_id,
                populations.definition_version
        ) = 1

),

successor_shares as (

    select
        judged.from_code,
        judged.to_code,
        judged.change_date,
        totals.period_end as share_period_end,
        100.0 * populations.population / totals.population as share_percent
    from split_totals as totals
    inner join judged on totals.from_code = judged.from_code and totals.change_date = judged.change_date
    inner join {{ ref('int_populations') }} as populations
        on
            judged.to_code = populations.area_code
            and judged.to_type = populations.area_type
            and totals.indicator_id = populations.indicator_id
            and totals.definition_version = populations.definition_version
            and totals.source_id = populations.source_id
            and totals.period_end = populations.period_end

),

-- ------------------------------------------------------------------------------------------ names that keep a code
dated_names as (

    select distinct area_code, area_type, area_name, valid_from, valid_to, source_id
    from {{ ref('int_area_statements') }}

),

renamings as (

    select
        earlier.area_code,
        later.valid_from as change_date,
        any_value(earlier.area_type) as area_type,
        min(earlier.area_name) as from_name,
        min(later.area_name) as to_name,
        list_sort(list(distinct earlier.source_id)) as sources
    from dated_names as earlier
    inner join dated_names as later
        on
            earlier.area_code = later.area_code
            and earlier.source_id = later.source_id
            and earlier.valid_to + 1 = later.valid_from
            and earlier.area_name <> later.area_name
    group by earlier.area_code, later.valid_from

)

select
    judged.from_code,
    judged.to_code,
    judged.change_date,
    judged.from_name,
    judged.to_name,
    judged.from_type,
    judged.to_type,
    judged.change_kind,
    judged.change_kind in ('code_only', 'same_area', 'split', 'merger') and not judged.is_boundary_moved as is_exact,
    judged.is_boundary_moved,
    case
        when judged.successors = 1 then 100.0
        else coalesce(district_shares.share_percent, successor_shares.share_percent)
    end as share_percent,
    case
        when judged.successors = 1 then 'whole'
        when district_shares.share_percent is not null then 'districts_before'
        when successor_shares.share_percent is not null then 'successors_after'
        else 'unknown'
    end as share_basis,
    case
        when judged.successors > 1
            then coalesce(district_shares.share_period_end, successor_shares.share_period_end)
    end as share_period_end,
    judged.instrument,
    judged.basis,
    judged.sources,
    judged.is_date_disputed as is_disputed
from judged
left join district_shares
    on
        judged.from_code = district_shares.from_code
        and judged.to_code = district_shares.to_code
        and judged.change_date = district_shares.change_date
left join successor_shares
    on
        judged.from_code = successor_shares.from_code
        and judged.to_code = successor_shares.to_code
        and judged.change_date = successor_shares.change_date

union all

select
    area_code as from_code,
    area_code as to_code,
    change_date,
    from_name,
    to_name,
    area_type as from_type,
    area_type as to_type,
    'name_only' as change_kind,
    true as is_exact,
    false as is_boundary_moved,
    100.0 as share_percent,
    'whole' as share_basis,
    cast(null as date) as share_period_end,
    cast(null as varchar) as instrument,
    'stated' as basis,
    sources,
    false as is_disputed
from renamings
