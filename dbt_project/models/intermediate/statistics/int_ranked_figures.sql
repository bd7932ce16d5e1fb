-- Figures that may be held beside each other: one definition over one period, comparable and given.
select
    md5(concat_ws('|', indicator_id, definition_version, area_type, period_start, period_end)) as set_id,
    observation_id,
    indicator_id,
    definition_version,
    source_id,
    area_type,
    area_code,
    period_start,
    period_end,
    value,
    lower_95,
    upper_95
from {{ ref('int_place_figures') }}
where is_place and measure <> 'count' and comparability_status = 'comparable' and value is not null
