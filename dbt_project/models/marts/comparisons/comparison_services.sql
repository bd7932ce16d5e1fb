-- One row for each service in scope of a comparison: the figure that stands for it, and whether it is used or why not.
select
    candidates.comparison_id,
    candidates.service_id,
    candidates.observation_id,
    candidates.source_id,
    candidates.model_id,
    candidates.group_label,
    candidates.nation,
    candidates.authority_class,
    candidates.stratum,
    candidates.value,
    candidates.numerator,
    candidates.denominator,
    candidates.lower_95,
    candidates.upper_95,
    estimates.stabilised_value,
    candidates.is_used,
    candidates.exclusion_kind,
    candidates.exclusion_reason
from {{ ref('comparison_candidates') }} as candidates
left join {{ ref('comparison_statistics') }} as estimates
    on
        candidates.comparison_id = estimates.comparison_id
        and candidates.service_id = estimates.service_id
        and estimates.part = 'service'
