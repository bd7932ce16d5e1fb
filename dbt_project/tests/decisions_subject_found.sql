{{ config(severity='warn', meta={'dagster': {'ref': {'name': 'decisions'}}}) }}

select
    decision_id,
    decision_kind,
    subject
from {{ ref('decisions') }}
where
    (
        decision_kind = 'resolve_conflict'
        and subject not in (select assertion_id from {{ ref('structure_assertions') }})
    )
    or (decision_kind = 'waive_gap' and subject not in (select gap_id from {{ ref('attribution_gaps') }}))
    or (decision_kind = 'accept_revision' and subject not in (select delivery_id from {{ ref('deliveries') }}))
