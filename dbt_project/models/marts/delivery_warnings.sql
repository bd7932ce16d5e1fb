-- A revision that a person accepted is told as a note, with the decision; it is never left out.
with accepted as (

    select
        subject as delivery_id,
        first(decision_id order by decided_on, decision_id) as decision_id
    from {{ ref('stg_decisions') }}
    where decision_kind = 'accept_revision'
    group by subject

)

select
    warnings.delivery_id,
    warnings.source_id,
    warnings.stage,
    case when accepted.decision_id is not null then 'note' else warnings.severity end as severity,
    warnings.rule,
    warnings.sheet,
    warnings."row",
    warnings."column",
    warnings.value,
    warnings.reason,
    warnings.remedy,
    accepted.decision_id,
    warnings.recorded_at
from {{ ref('stg_delivery_warnings') }} as warnings
left join accepted on warnings.delivery_id = accepted.delivery_id and warnings.stage = 'last_delivery'
