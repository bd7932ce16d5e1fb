-- How many children lived in an area on a day, wherever a loaded file says so: what shares are worked out from.
select
    {{ population_rank('indicator_id') }} as population_rank,
    indicator_id,
    definition_version,
    source_id,
    area_type,
    area_code,
    period_end,
    max(value) as population
from {{ ref('int_observation_versions') }}
where is_current and value is not null and breakdown_id = 'all' and {{ population_rank('indicator_id') }} is not null
group by indicator_id, definition_version, source_id, area_type, area_code, period_end
