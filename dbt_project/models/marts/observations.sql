select
    observations.observation_id,
    observations.indicator_id,
    observations.definition_version,
    observations.area_type,
    observations.area_code,
    observations.area_name_as_published,
    observations.period_start,
    observations.period_end,
    observations.period_label,
    observations.period_type,
    observations.breakdown_id,
    observations.numerator,
    observations.denominator,
    observations.value,
    observations.unit,
    observations.value_marker,
    observations.source_id,
    observations.delivery_id,
    observations.sheet,
    observations."row",
    observations."column",
    observations.published_at,
    observations.recorded_at,
    observations.superseded_at,
    observations.window_start,
    observations.window_end,
    areas.service_id,
    observations.is_current,
    observations.is_withdrawn,
    observations.is_preferred,
    observations.overruled_by,
    observations.is_derived,
    observations.derived_from,
    intervals.lower_95,
    intervals.upper_95,
    intervals.lower_998,
    intervals.upper_998,
    intervals.interval_method
from {{ ref('int_observations') }} as observations
left join {{ ref('int_area_windows') }} as areas
    on
        observations.area_type = areas.area_type
        and observations.area_code = areas.area_code
        and observations.window_start = areas.window_start
        and observations.window_end = areas.window_end
left join {{ ref('int_observation_intervals') }} as intervals
    on observations.observation_id = intervals.observation_id
