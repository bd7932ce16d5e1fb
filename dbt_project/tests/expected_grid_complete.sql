{{ config(meta={'dagster': {'ref': {'name': 'observations'}}, 'slice': 'period_end', 'is_closed': true}) }}

-- What an area's return should hold is what any return of that dataset and period holds.
with cells as (

    select distinct source_id, period_start, period_end, indicator_id, definition_version
    from {{ ref('observations') }}
    where is_current and delivery_id is not null and breakdown_id = 'all'

)

select
    expected.source_id,
    cells.indicator_id,
    cells.definition_version,
    expected.area_type,
    expected.area_code,
    expected.period_start,
    expected.period_end
from {{ ref('expected_deliveries') }} as expected
inner join cells
    on
        expected.source_id = cells.source_id
        and expected.period_start = cells.period_start
        and expected.period_end = cells.period_end
left join {{ ref('observations') }} as observations
    on
        expected.source_id = observations.source_id
        and cells.indicator_id = observations.indicator_id
        and cells.definition_version = observations.definition_version
        and expected.area_type = observations.area_type
        and expected.area_code = observations.area_code
        and expected.period_start = observations.period_start
        and expected.period_end = observations.period_end
        and observations.breakdown_id = 'all'
        and observations.is_current
where expected.status <> 'due' and expected.area_type <> 'publisher' and observations.observation_id is null
