-- What registers state of an authority's membership of a service, beside the authority's own days: a membership cannot
-- begin before its authority or outlive it. A register speaks for what it names: its latest delivery that names the
-- service counts; what it does not name stays.
with statements as (

    select
        memberships.*,
        coalesce(datasets.priority, 1000) as priority
    from {{ ref('stg_service_memberships') }} as memberships
    left join {{ ref('stg_datasets') }} as datasets on memberships.source_id = datasets.source_id
    qualify {{ is_of_latest_delivery(['memberships.source_id', 'memberships.service_id']) }}

)

select
    statements.service_id,
    statements.area_code,
    statements.share_percent,
    statements.evidence,
    statements.evidence_date,
    statements.source_id,
    statements.delivery_id,
    statements.priority,
    statements.valid_from as stated_from,
    statements.valid_to as stated_until,
    lives.valid_from as area_from,
    lives.valid_to as area_until,
    coalesce(greatest(statements.valid_from, lives.valid_from), statements.evidence_date) as valid_from,
    least(statements.valid_to, lives.valid_to) as valid_to
from statements
left join {{ ref('int_area_lives') }} as lives on statements.area_code = lives.area_code
