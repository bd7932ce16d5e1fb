-- One row for each variant of a comparison and model. leave_one_out gives the reach of each estimand over all services
-- left out in turn; contested:<service>:<model> gives the estimands with that service counted under that model.
select
    comparison_id,
    variant,
    model_id,
    services,
    median,
    mean,
    pooled_value,
    p_value,
    median_low,
    median_high,
    mean_low,
    mean_high,
    pooled_low,
    pooled_high,
    most_moving_service
from {{ ref('comparison_statistics') }}
where part = 'variant'
