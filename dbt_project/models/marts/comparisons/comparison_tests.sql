-- One row for each comparison that is not refused: the test over all its models, and how far services lie apart within
-- and between them.
with compared as (

    select
        comparison_id,
        indicator_id,
        definition_version,
        source_id,
        typology_id,
        period_start,
        period_end,
        period_type,
        services_used,
        services_in_scope
    from {{ ref('comparison_groups') }}
    where not is_refused
    qualify row_number() over (partition by comparison_id order by model_order, model_id) = 1

)

select
    compared.comparison_id,
    compared.indicator_id,
    compared.definition_version,
    compared.source_id,
    compared.typology_id,
    compared.period_start,
    compared.period_end,
    compared.services_used,
    compared.services_in_scope,
    found.services_tested,
    found.services_exchangeable,
    found.models_tested,
    found.strata,
    found.statistic,
    found.p_value,
    found.q_value,
    found.family,
    found.tests_in_family,
    found.pairs_tested,
    found.draws,
    found.is_exact,
    found.seed,
    found.claim_level,
    found.spread_between,
    found.spread_within,
    found.share_between,
    found.share_between_corrected,
    found.is_simpson_warning,
    found.simpson_note,
    found.not_tested_reason
from compared
left join {{ ref('comparison_statistics') }} as found
    on compared.comparison_id = found.comparison_id and found.part = 'test'
