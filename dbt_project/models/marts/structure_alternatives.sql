-- Each way in which a conflict could be decided, or could have been: the claims that a decision may uphold.
with claims_named as (

    select
        structure_id,
        service_id,
        typology_id,
        model_id,
        valid_from,
        valid_to,
        decision_id,
        unnest(assertion_ids) as assertion_id
    from {{ ref('int_structures') }}
    where is_contested or decision_id is not null

)

select
    claims_named.structure_id,
    claims_named.assertion_id,
    claims_named.service_id,
    claims_named.typology_id,
    assertions.model_id,
    claims_named.valid_from,
    claims_named.valid_to,
    assertions.source,
    assertions.page,
    assertions.source_date,
    claims_named.decision_id,
    coalesce(claims_named.model_id = assertions.model_id, false) as is_upheld
from claims_named
left join {{ ref('int_structure_assertions') }} as assertions
    on claims_named.assertion_id = assertions.assertion_id and assertions.is_current
where assertions.is_assignable
