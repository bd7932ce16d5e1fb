{{ config(meta={'slice': 'period_end', 'is_closed': true}) }}

select observation_id, indicator_id, area_code, period_start
from {{ ref('observations') }}
where is_current and value is null and value_marker is null
