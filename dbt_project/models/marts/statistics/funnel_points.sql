select
    limits.funnel_id,
    limits.observation_id,
    units.area_code,
    units.value,
    units.denominator,
    limits.lower_95,
    limits.upper_95,
    limits.lower_998,
    limits.upper_998,
    limits.adjusted_lower_95,
    limits.adjusted_upper_95,
    limits.adjusted_lower_998,
    limits.adjusted_upper_998,
    limits.z,
    limits.adjusted_z,
    limits.position,
    limits.adjusted_position
from {{ ref('int_funnel_limits') }} as limits
inner join {{ ref('int_funnel_units') }} as units on limits.observation_id = units.observation_id
