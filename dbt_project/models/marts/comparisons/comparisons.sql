-- One row for each structural model of a typology in a comparison of one indicator, dataset and period. A comparison
-- that is refused keeps its counts and says why; its figures are null.
select
    model_groups.comparison_id,
    model_groups.indicator_id,
    model_groups.definition_version,
    model_groups.source_id,
    model_groups.period_start,
    model_groups.period_end,
    model_groups.period_label,
    model_groups.period_type,
    model_groups.typology_id,
    model_groups.model_id,
    model_groups.model_label,
    model_groups.model_order,
    model_groups.services_in_scope,
    model_groups.services_used,
    model_groups.coverage,
    model_groups.group_services,
    model_groups.median,
    model_groups.lower_quartile,
    model_groups.upper_quartile,
    model_groups.minimum,
    model_groups.maximum,
    estimates.mean,
    model_groups.pooled_numerator,
    model_groups.pooled_denominator,
    model_groups.pooled_value,
    estimates.random_effects_mean,
    estimates.random_effects_lower_95,
    estimates.random_effects_upper_95,
    estimates.prediction_lower_95,
    estimates.prediction_upper_95,
    estimates.tau,
    estimates.i_squared,
    estimates.adjusted_mean,
    estimates.adjusted_strata,
    model_groups.is_shown,
    model_groups.is_refused,
    model_groups.is_testable,
    model_groups.refusal_reason
from {{ ref('comparison_groups') }} as model_groups
left join {{ ref('comparison_statistics') }} as estimates
    on
        model_groups.comparison_id = estimates.comparison_id
        and model_groups.model_id = estimates.model_id
        and estimates.part = 'model'
