-- Dated membership of authorities in services. A stated membership ends with its authority; the successor inherits it
-- from its first day, unless a register states where the successor belongs then. Districts never inherit.
with recursive changes as (

    select from_code, to_code, min(change_date) as change_date
    from (
        select * from {{ ref('stg_authority_changes') }}
        qualify {{ is_of_latest_delivery(['source_id', 'from_code']) }}
    ) as stated_changes
    where from_code <> to_code
    group by from_code, to_code

),

-- A register may give the last day, the successor's first day, or nothing.
lives as (

    select
        authorities.area_code,
        authorities.area_type,
        authorities.valid_from,
        case
            when coalesce(authorities.valid_to, max(changes.change_date)) = max(changes.change_date)
                then max(changes.change_date) - 1
            else authorities.valid_to
        end as valid_to
    from {{ ref('int_authorities') }} as authorities
    left join changes on authorities.area_code = changes.from_code
    group by authorities.area_code, authorities.area_type, authorities.valid_from, authorities.valid_to

),

-- A register speaks for what it names: its latest delivery that names the service counts; what it does not name stays.
statements as (

    select
        memberships.*,
        coalesce(datasets.priority, 1000) as priority
    from {{ ref('stg_service_memberships') }} as memberships
    left join {{ ref('stg_datasets') }} as datasets on memberships.source_id = datasets.source_id
    qualify {{ is_of_latest_delivery(['memberships.source_id', 'memberships.service_id']) }}

),

within_lives as (

    select
        statements.service_id,
        statements.area_code,
        statements.evidence,
        statements.evidence_date,
        statements.source_id,
        statements.delivery_id,
        statements.priority,
        statements.valid_to as stated_until,
        coalesce(greatest(statements.valid_from, lives.valid_from), statements.evidence_date) as valid_from,
        least(statements.valid_to, lives.valid_to) as valid_to
    from statements
    left join lives on statements.area_code = lives.area_code

),

-- Registers that state the same membership over days that touch make one row.
numbered as (

    select
        *,
        valid_from > 1 + max({{ last_day_of('valid_to') }}) over (
            partition by service_id, area_code order by valid_from, priority, source_id, delivery_id
            rows between unbounded preceding and 1 preceding
        ) as starts_anew
    from within_lives
    where valid_from <= {{ last_day_of('valid_to') }}

),

runs as (

    select
        *,
        count(*) filter (where starts_anew) over (
            partition by service_id, area_code order by valid_from, priority, source_id, delivery_id
            rows between unbounded preceding and current row
        ) as run
    from numbered

),

stated as (

    select
        service_id,
        area_code,
        min(valid_from) as valid_from,
        nullif(max({{ last_day_of('valid_to') }}), date '9999-12-31') as valid_to,
        nullif(max({{ last_day_of('stated_until') }}), date '9999-12-31') as stated_until,
        first(evidence order by priority, evidence_date desc, source_id) as evidence,
        first(evidence_date order by priority, evidence_date desc, source_id) as evidence_date,
        first(source_id order by priority, evidence_date desc, source_id) as source_id,
        first(delivery_id order by priority, evidence_date desc, source_id) as delivery_id
    from runs
    group by service_id, area_code, run

),

-- Where a successor may inherit, and until when.
successions as (

    select
        changes.from_code,
        changes.to_code,
        changes.change_date,
        least(
            lives.valid_to,
            min(stated.valid_from) filter (where stated.valid_from > changes.change_date) - 1
        ) as inherits_until
    from changes
    inner join lives on changes.to_code = lives.area_code and lives.area_type = 'authority'
    left join stated on changes.to_code = stated.area_code
    group by changes.from_code, changes.to_code, changes.change_date, lives.valid_to
    having
        count(*) filter (
            where
            stated.valid_from <= changes.change_date
            and {{ last_day_of('stated.valid_to') }} >= changes.change_date
        ) = 0

),

memberships as (

    select
        service_id,
        area_code,
        valid_from,
        valid_to,
        stated_until,
        'stated' as basis,
        cast(null as varchar) as inherited_from,
        evidence,
        evidence_date,
        source_id,
        delivery_id
    from stated

    union all

    select
        memberships.service_id,
        successions.to_code as area_code,
        successions.change_date as valid_from,
        -- A membership that was stated to outlive its authority ends when it says.
        least(
            successions.inherits_until,
            case when memberships.stated_until >= successions.change_date then memberships.stated_until end
        ) as valid_to,
        memberships.stated_until,
        'inherited' as basis,
        memberships.area_code as inherited_from,
        memberships.evidence,
        memberships.evidence_date,
        memberships.source_id,
        memberships.delivery_id
    from memberships
    inner join successions
        on
            memberships.area_code = successions.from_code
            and memberships.valid_from < successions.change_date
            and memberships.valid_to = successions.change_date - 1

)

select
    service_id,
    area_code,
    valid_from,
    valid_to,
    basis,
    inherited_from,
    evidence,
    evidence_date,
    source_id,
    delivery_id
from memberships
-- Two predecessors of one service give their successor one membership.
qualify row_number() over (partition by service_id, area_code, valid_from order by basis desc, inherited_from) = 1
