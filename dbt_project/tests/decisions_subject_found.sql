{{ config(severity='warn', meta={'dagster': {'ref': {'name': 'decisions'}}}) }}

select
    decision_id,
    decision_kind,
    subject
from {{ ref('decisions') }} as decisions
where
    (
        decision_kind = 'resolve_conflict'
        and not exists (
            select 1 from {{ ref('structure_assertions') }} as found where found.assertion_id = decisions.subject
        )
    )
    or (
        decision_kind = 'waive_gap'
        and not exists (select 1 from {{ ref('attribution_gaps') }} as found where found.gap_id = decisions.subject)
    )
    or (
        decision_kind = 'accept_revision'
        and not exists (select 1 from {{ ref('deliveries') }} as found where found.delivery_id = decisions.subject)
    )
