{{ config(severity='warn', meta={'dagster': {'ref': {'name': 'decisions'}}}) }}

select
    decision_id,
    decision_kind,
    subject
from {{ ref('decisions') }} as conflicts
where
    decision_kind = 'resolve_conflict'
    and not exists (
        select 1 from {{ ref('structure_assertions') }} as assertions where assertions.assertion_id = conflicts.subject
    )
union all
select
    decision_id,
    decision_kind,
    subject
from {{ ref('decisions') }} as waivers
where
    decision_kind = 'waive_gap'
    and not exists (select 1 from {{ ref('attribution_gaps') }} as gaps where gaps.gap_id = waivers.subject)
union all
select
    decision_id,
    decision_kind,
    subject
from {{ ref('decisions') }} as revisions
where
    decision_kind = 'accept_revision'
    and not exists (select 1 from {{ ref('deliveries') }} as deliveries where deliveries.delivery_id = revisions.subject)
