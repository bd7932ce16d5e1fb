select
    points.area_type,
    points.area_code,
    points.indicator_id,
    points.definition_version,
    points.period_start,
    points.period_end,
    charts.observation_id,
    charts.value,
    charts.centre,
    charts.lower_limit,
    charts.upper_limit,
    charts.signal
from {{ ref('int_control_charts') }} as charts
inner join {{ ref('int_control_points') }} as points on charts.observation_id = points.observation_id
