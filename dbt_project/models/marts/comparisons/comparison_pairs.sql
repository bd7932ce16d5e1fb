-- One row for each two models of a comparison that have services enough to be tested; a stands before b in the
-- typology's own order, and a difference is a less b.
select
    comparison_id,
    model_id as model_a,
    model_b,
    services_a,
    services_b,
    difference_typical,
    difference_mean,
    difference_pooled,
    difference_random_effects,
    p_value,
    p_adjusted,
    draws,
    is_exact,
    detectable_difference,
    detectable_difference_adjusted,
    estimands_disagree
from {{ ref('comparison_statistics') }}
where part = 'pair'
