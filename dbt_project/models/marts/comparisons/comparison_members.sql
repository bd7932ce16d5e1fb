{{ config(schema='internal', contract={'enforced': false}) }}
-- The services that a comparison which is not refused rests on, with what the statistics ask of each.
select
    candidates.comparison_id,
    candidates.period_end,
    candidates.service_id,
    candidates.model_id,
    model_groups.model_label,
    model_groups.model_order,
    model_groups.is_assignable,
    candidates.stratum,
    candidates.value,
    candidates.numerator,
    candidates.denominator,
    model_groups.measure,
    model_groups.unit_base,
    concat_ws(
        '|', model_groups.typology_id, coalesce(model_groups.period_type, 'period'), model_groups.period_start,
        model_groups.period_end
    ) as family
from {{ ref('comparison_candidates') }} as candidates
inner join {{ ref('comparison_groups') }} as model_groups
    on candidates.comparison_id = model_groups.comparison_id and candidates.model_id = model_groups.model_id
where candidates.is_used and not model_groups.is_refused
