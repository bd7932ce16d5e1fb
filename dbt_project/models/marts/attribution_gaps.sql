-- The gap ledger: one row for each reason why an observation, or a whole comparison, cannot be taken at face value. A
-- gap keeps its name from release to release, so its first release is known.
with group_gaps as (

    -- A structural model with too few services is shown and not tested.
    select
        'Z5' as kind,
        comparisons.*,
        md5(concat_ws('|', 'Z5', comparison_id, model_id)) as gap_id,
        model_label || ': ' || group_services || case when group_services = 1 then ' service' else ' services' end
        || ', at least ' || settings.group_minimum || ' needed.' as evidence
    from {{ ref('comparisons') }} as comparisons
    cross join {{ ref('stg_settings') }} as settings
    where group_services > 0 and group_services < settings.group_minimum

    union all

    select
        'Z6' as kind,
        *,
        md5(concat_ws('|', 'Z6', comparison_id)) as gap_id,
        refusal_reason as evidence
    from {{ ref('comparisons') }}
    where is_refused
    qualify row_number() over (partition by comparison_id order by model_order) = 1

),

gaps as (

    select
        gap_id,
        kind,
        kind_title,
        level,
        rule_version,
        is_blocking,
        sets_field,
        sets_value,
        observation_id,
        typology_id,
        indicator_id,
        definition_version,
        service_id,
        area_type,
        area_code,
        period_start,
        period_end,
        evidence,
        evidence_locator,
        owner,
        resolved_by
    from {{ ref('int_observation_gaps') }}

    union all

    select
        group_gaps.gap_id,
        group_gaps.kind,
        kinds.title as kind_title,
        kinds.level,
        kinds.rule_version,
        kinds.is_blocking,
        kinds.sets_field,
        kinds.sets_value,
        null as observation_id,
        group_gaps.typology_id,
        group_gaps.indicator_id,
        group_gaps.definition_version,
        null as service_id,
        null as area_type,
        null as area_code,
        group_gaps.period_start,
        group_gaps.period_end,
        group_gaps.evidence,
        'comparison ' || group_gaps.comparison_id as evidence_locator,
        kinds.owner,
        kinds.resolved_by
    from group_gaps
    left join {{ ref('stg_gap_kinds') }} as kinds on group_gaps.kind = kinds.kind

),

-- A person may accept that a gap stays: it goes on blocking, and says who accepted it.
waived as (

    select
        subject as gap_id,
        first(decision_id order by decided_on desc, decision_id) as decision_id
    from {{ ref('stg_decisions') }}
    where decision_kind = 'waive_gap'
    group by subject

)

select
    gaps.gap_id,
    gaps.kind,
    gaps.kind_title,
    gaps.level,
    gaps.rule_version,
    gaps.is_blocking,
    gaps.sets_field,
    gaps.sets_value,
    gaps.observation_id,
    gaps.typology_id,
    gaps.indicator_id,
    gaps.definition_version,
    gaps.service_id,
    gaps.area_type,
    gaps.area_code,
    gaps.period_start,
    gaps.period_end,
    gaps.evidence,
    gaps.evidence_locator,
    gaps.owner,
    gaps.resolved_by,
    waived.decision_id,
    coalesce(previous.opened_in_release, settings.release_id) as opened_in_release,
    cast(null as varchar) as closed_in_release
from gaps
cross join {{ ref('stg_settings') }} as settings
left join {{ ref('stg_previous_gaps') }} as previous on gaps.gap_id = previous.gap_id
left join waived on gaps.gap_id = waived.gap_id
