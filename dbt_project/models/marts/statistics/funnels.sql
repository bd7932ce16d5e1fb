select
    limits.funnel_id,
    any_value(units.indicator_id) as indicator_id,
    any_value(units.definition_version) as definition_version,
    first(units.source_id order by units.source_priority, units.source_id) as source_id,
    any_value(units.area_type) as area_type,
    any_value(units.period_start) as period_start,
    any_value(units.period_end) as period_end,
    any_value(limits.units) as units,
    any_value(limits.target) as target,
    any_value(limits.transform) as transform,
    any_value(limits.phi) as phi,
    any_value(limits.tau_squared) as tau_squared,
    any_value(limits.is_overdispersed) as is_overdispersed,
    any_value(limits.winsorised_share) as winsorised_share,
    any_value(limits.refusal_reason) as refusal_reason
from {{ ref('int_funnel_limits') }} as limits
inner join {{ ref('int_funnel_units') }} as units on limits.observation_id = units.observation_id
group by limits.funnel_id
