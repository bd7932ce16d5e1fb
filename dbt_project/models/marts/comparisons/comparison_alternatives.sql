{{ config(schema='internal', contract={'enforced': false}) }}
-- A service whose sources contradict each other, as it would stand under each model that they claim.
select
    ways.comparison_id,
    ways.period_end,
    'contested:' || ways.service_id || ':' || ways.model_id as variant,
    ways.service_id,
    ways.model_id,
    models.model_label,
    models.model_order,
    models.is_assignable,
    candidates.stratum,
    candidates.value,
    candidates.numerator,
    candidates.denominator,
    models.measure,
    models.unit_base,
    'contested' as family
from {{ ref('exclusion_ways') }} as ways
inner join {{ ref('comparison_candidates') }} as candidates
    on ways.comparison_id = candidates.comparison_id and ways.service_id = candidates.service_id
inner join {{ ref('comparison_groups') }} as models
    on ways.comparison_id = models.comparison_id and ways.model_id = models.model_id
where ways.kind = 'E2' and candidates.value is not null and not models.is_refused
