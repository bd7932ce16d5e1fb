-- The median of a place's statistical neighbours: those of the newest vintage that is not later than the period. A list
-- is of authorities; a service has one where it serves a single authority, and its neighbours are the services of
-- theirs.
with asked as (

    select distinct area_type, area_code, period_end
    from {{ ref('int_place_figures') }}
    where is_place and measure <> 'count'

),

placed as (

    select area_type, area_code, period_end, area_code as authority_code
    from asked
    where area_type = 'authority'
    union all
    select
        asked.area_type,
        asked.area_code,
        asked.period_end,
        min(members.area_code) as authority_code
    from asked
    inner join {{ ref('int_service_authorities') }} as members
        on
            asked.area_code = members.service_id
            and asked.period_end >= {{ first_day('members.valid_from') }}
            and asked.period_end <= {{ last_day_of('members.valid_to') }}
    where asked.area_type = 'youth_justice_service'
    group by asked.area_type, asked.area_code, asked.period_end
    having count(distinct members.area_code) = 1

),

-- Registers in conflict may give an authority two services of its own: then it has none.
homes as (

    select area_type, authority_code, period_end, min(area_code) as area_code
    from placed
    group by area_type, authority_code, period_end
    having count(*) = 1

),

latest as (

    select * from {{ ref('stg_statistical_neighbours') }}
    qualify {{ is_of_latest_delivery(['model', 'vintage', 'dfe_code']) }}

),

vintages as (

    select distinct area_code, model, vintage from latest

),

-- Of several models of one vintage the first by name: one list, stated, and not a choice from case to case.
chosen as (

    select
        placed.area_type,
        placed.area_code,
        placed.period_end,
        placed.authority_code,
        first(vintages.model order by vintages.vintage desc, vintages.model) as model,
        first(vintages.vintage order by vintages.vintage desc, vintages.model) as vintage
    from placed
    inner join vintages on placed.authority_code = vintages.area_code and placed.period_end >= vintages.vintage
    group by placed.area_type, placed.area_code, placed.period_end, placed.authority_code

),

listed as (

    select
        figures.observation_id,
        figures.period_end,
        chosen.model,
        chosen.vintage,
        coalesce(homes.area_code, latest.neighbour_code, 'dfe ' || latest.neighbour_dfe_code) as neighbour_code,
        case when theirs.comparability_status = 'comparable' then theirs.value end as value
    from {{ ref('int_place_figures') }} as figures
    inner join chosen
        on
            figures.area_type = chosen.area_type
            and figures.area_code = chosen.area_code
            and figures.period_end = chosen.period_end
    inner join latest
        on
            chosen.authority_code = latest.area_code
            and chosen.model = latest.model
            and chosen.vintage = latest.vintage
    left join homes
        on
            figures.area_type = homes.area_type
            and latest.neighbour_code = homes.authority_code
            and figures.period_end = homes.period_end
    left join {{ ref('int_place_figures') }} as theirs
        on
            {{ of_one_series('figures', 'theirs') }}
            and homes.area_type = theirs.area_type
            and homes.area_code = theirs.area_code
    where figures.is_place and figures.measure <> 'count'

)

select
    observation_id,
    any_value(period_end) as period_end,
    model,
    vintage,
    count(*) as members,
    count(value) as giving_values,
    list(neighbour_code order by neighbour_code) filter (where value is null) as without_value,
    median(value) as median_value
from listed
group by observation_id, model, vintage
