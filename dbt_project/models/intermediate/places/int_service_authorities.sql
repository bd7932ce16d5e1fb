-- Dated membership of authorities in services. A stated membership ends with its authority; the successor inherits it
-- from its first day, unless a register states where the successor belongs then. Districts never inherit.
with recursive changes as (

    select
        from_code,
        to_code,
        change_date,
        count(*) over (partition by from_code) = 1 and count(*) over (partition by to_code) = 1 as is_one_to_one
    from {{ ref('int_successions') }}
    where basis in ('stated', 'department_code')

),

-- Registers that state the same membership over days that touch make one row.
numbered as (

    select
        *,
        valid_from > 1 + max({{ last_day_of('valid_to') }}) over (
            partition by service_id, area_code order by valid_from, priority, source_id, delivery_id
            rows between unbounded preceding and 1 preceding
        ) as starts_anew
    from {{ ref('int_membership_statements') }}
    where valid_from <= {{ last_day_of('valid_to') }}

),

runs as (

    select
        *,
        count(*) filter (where starts_anew) over (
            partition by service_id, area_code
            order by valid_from, starts_anew desc nulls last, priority, source_id, delivery_id
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
        min(stated_from) as stated_from,
        nullif(max({{ last_day_of('stated_until') }}), date '9999-12-31') as stated_until,
        first(share_percent order by priority, evidence_date desc, source_id) filter (where share_percent is not null)
            as share_percent,
        min(area_from) as area_from,
        min(area_until) as area_until,
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
        changes.is_one_to_one,
        least(
            lives.valid_to,
            min(stated.valid_from) filter (where stated.valid_from > changes.change_date) - 1
        ) as inherits_until
    from changes
    inner join {{ ref('int_area_lives') }} as lives
        on changes.to_code = lives.area_code and lives.area_type = 'authority'
    left join stated on changes.to_code = stated.area_code
    -- In a circle of codes a successor may have ended before it began.
    where {{ last_day_of('lives.valid_to') }} >= changes.change_date
    group by changes.from_code, changes.to_code, changes.change_date, changes.is_one_to_one, lives.valid_to
    having
        count(*) filter (
            where
            stated.valid_from <= changes.change_date
            and {{ last_day_of('stated.valid_to') }} >= changes.change_date
        ) = 0

),

-- Every step begins on a later day than the one before it, so that a cycle of codes ends; union, so that many ways to
-- one membership are one row.
memberships as (

    select
        service_id,
        area_code,
        valid_from,
        valid_to,
        stated_from,
        stated_until,
        case
            when stated_from < area_from and stated_until > area_until
                then 'stated from ' || stated_from || ' to ' || stated_until
                    || '; the authority was in force from ' || area_from || ' to ' || area_until
            when stated_from < area_from
                then 'stated from ' || stated_from || '; the authority began on ' || area_from
            when stated_until > area_until
                then 'stated to ' || stated_until || '; the authority ended on ' || area_until
        end as clipped_because,
        share_percent,
        'stated' as basis,
        cast(null as varchar) as inherited_from,
        evidence,
        evidence_date,
        source_id,
        delivery_id
    from stated

    union

    select
        memberships.service_id,
        successions.to_code as area_code,
        successions.change_date as valid_from,
        -- A membership that was stated to outlive its authority ends when it says.
        least(
            successions.inherits_until,
            case when memberships.stated_until >= successions.change_date then memberships.stated_until end
        ) as valid_to,
        memberships.stated_from,
        memberships.stated_until,
        cast(null as varchar) as clipped_because,
        case when successions.is_one_to_one then memberships.share_percent end as share_percent,
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

),

-- Two predecessors of one service give their successor one membership.
overlapping as (

    select
        *,
        valid_from > max({{ last_day_of('valid_to') }}) over (
            partition by service_id, area_code order by valid_from, basis desc, inherited_from, stated_until
            rows between unbounded preceding and 1 preceding
        ) as is_apart
    from memberships

),

joined as (

    select
        *,
        count(*) filter (where is_apart) over (
            partition by service_id, area_code
            order by valid_from, is_apart desc nulls last, basis desc, inherited_from, stated_until
            rows between unbounded preceding and current row
        ) as run
    from overlapping

)

select
    service_id,
    area_code,
    min(valid_from) as valid_from,
    nullif(max({{ last_day_of('valid_to') }}), date '9999-12-31') as valid_to,
    first(share_percent order by valid_from, basis desc, inherited_from, stated_until) as share_percent,
    first(basis order by valid_from, basis desc, inherited_from, stated_until) as basis,
    first(inherited_from order by valid_from, basis desc, inherited_from, stated_until) as inherited_from,
    max(clipped_because) as clipped_because,
    first(evidence order by valid_from, basis desc, inherited_from, stated_until) as evidence,
    first(evidence_date order by valid_from, basis desc, inherited_from, stated_until) as evidence_date,
    first(source_id order by valid_from, basis desc, inherited_from, stated_until) as source_id,
    first(delivery_id order by valid_from, basis desc, inherited_from, stated_until) as delivery_id
from joined
group by service_id, area_code, run
