{{ config(materialized='view') }}
-- Every landed row with the day it was superseded.
select
    observations.* exclude (superseded_at, subject),
    coverage.superseded_at,
    coverage.superseded_at is null as is_current,
    false as is_expected
from {{ ref('int_landed_observations') }} as observations
left join {{ ref('int_delivery_coverage') }} as coverage
    on
        observations.source_id = coverage.source_id
        and observations.delivery_id = coverage.delivery_id
        and observations.subject = coverage.subject
        and observations.area_type = coverage.area_type
        and observations.area_code = coverage.area_code
        and observations.period_start = coverage.period_start
        and observations.period_end = coverage.period_end
