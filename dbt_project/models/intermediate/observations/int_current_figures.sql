{{ config(materialized='view') }}
-- What is stated now, by whom: no more of each figure than decides which dataset is preferred.
{% set columns = [
    'observation_id', 'source_id', 'indicator_id', 'definition_version', 'area_type', 'area_code', 'period_start',
    'period_end', 'breakdown_id'
] %}
select
    {{ columns | join(', ') }},
    value is not null as has_value,
    false as is_derived
from {{ ref('int_observation_versions') }}
where is_current

union all

select
    {{ columns | join(', ') }},
    value is not null as has_value,
    true as is_derived
from {{ ref('int_derived_observations') }}
