-- Every claim that can hold over days, with the last day it holds, numbered so that the sweep over a service's days
-- works on whole numbers: a service may have thousands of claims.
with claims as (

    -- A claim with no first day holds from the day of its document. An arrangement that has ended was in force.
    select
        assertions.assertion_id,
        assertions.service_id,
        assertions.typology_id,
        assertions.model_id,
        assertions.model_label,
        assertions.model_order,
        assertions.is_assignable,
        assertions.is_case_study,
        assertions.source_id,
        assertions.source,
        assertions.source_date,
        assertions.page,
        assertions.coder,
        assertions.scope_percent,
        assertions.from_precision,
        assertions.to_precision,
        assertions.valid_to,
        coalesce(assertions.valid_from, assertions.source_date) as starts_on,
        coalesce(assertions.source_date, assertions.valid_from) as said_on,
        case when assertions.tenure = 'interim' then 'interim' else 'in_force' end as tenure,
        coalesce(typologies.is_ordered, false) as is_ordered,
        coalesce(typologies.is_multi_label, false) as is_multi_label
    from {{ ref('int_structure_assertions') }} as assertions
    left join {{ ref('stg_typologies') }} as typologies on assertions.typology_id = typologies.typology_id
    where
        assertions.is_current
        and (
            assertions.tenure in ('in_force', 'interim')
            or (
                assertions.tenure = 'ended'
                and assertions.valid_from is not null
                and assertions.valid_to is not null
            )
        )
        and coalesce(assertions.valid_from, assertions.source_date) is not null

),

-- An ending with a day ends what began by then. One without a day ends, on the day of its document, what earlier
-- documents said: the same document may well say that the next arrangement is of the same model.
endings as (

    select distinct
        service_id,
        typology_id,
        model_id,
        coalesce(valid_to, source_date) as ended_on,
        case when valid_to is null then source_date end as said_on
    from {{ ref('int_structure_assertions') }}
    where is_current and tenure = 'ended' and coalesce(valid_to, source_date) is not null

),

first_ending as (

    select claims.assertion_id, min(endings.ended_on) as ended_on
    from claims
    inner join endings
        on
            claims.service_id = endings.service_id
            and claims.typology_id = endings.typology_id
            and claims.model_id = endings.model_id
            and endings.ended_on >= claims.starts_on
            and (endings.said_on is null or endings.said_on > claims.said_on)
    where claims.valid_to is null
    group by claims.assertion_id

),

-- An open claim ends where the next claim begins, if that is a later event (it begins after the claim's document was
-- written) or the same document's own continuation. Days are compared, not claims: there are far fewer of them.
starts as (

    select service_id, typology_id, starts_on as day, first(from_precision order by assertion_id) as from_precision
    from claims
    group by service_id, typology_id, starts_on

),

waiting as (

    select distinct service_id, typology_id, greatest(starts_on, said_on) as after_day
    from claims
    where valid_to is null

),

later_event as (

    select waiting.service_id, waiting.typology_id, waiting.after_day, min(starts.day) as day
    from waiting
    inner join starts
        on
            waiting.service_id = starts.service_id
            and waiting.typology_id = starts.typology_id
            and waiting.after_day < starts.day
    group by waiting.service_id, waiting.typology_id, waiting.after_day

),

own_starts as (

    select
        service_id,
        typology_id,
        source,
        starts_on as day,
        first(from_precision order by assertion_id) as from_precision
    from claims
    where source is not null
    group by service_id, typology_id, source, starts_on

),

continuation as (

    select
        service_id,
        typology_id,
        source,
        day as starts_on,
        lead(day) over following as day,
        lead(from_precision) over following as from_precision
    from own_starts
    window following as (partition by service_id, typology_id, source order by day)

),

next_claim as (

    select
        claims.assertion_id,
        least(later_event.day, continuation.day) as starts_on,
        case
            when {{ last_day_of('later_event.day') }} <= {{ last_day_of('continuation.day') }}
                then starts.from_precision
            else continuation.from_precision
        end as from_precision
    from claims
    left join later_event
        on
            claims.service_id = later_event.service_id
            and claims.typology_id = later_event.typology_id
            and greatest(claims.starts_on, claims.said_on) = later_event.after_day
    left join starts
        on
            later_event.service_id = starts.service_id
            and later_event.typology_id = starts.typology_id
            and later_event.day = starts.day
    left join continuation
        on
            claims.service_id = continuation.service_id
            and claims.typology_id = continuation.typology_id
            and claims.source = continuation.source
            and claims.starts_on = continuation.starts_on
    where claims.valid_to is null

),

ended as (

    select
        claims.assertion_id,
        first_ending.ended_on,
        next_claim.starts_on as next_starts_on,
        next_claim.from_precision as next_precision,
        coalesce(claims.valid_to, least(first_ending.ended_on, next_claim.starts_on - 1)) as ends_on
    from claims
    left join first_ending on claims.assertion_id = first_ending.assertion_id
    left join next_claim on claims.assertion_id = next_claim.assertion_id

)

select
    claims.* exclude (valid_to, to_precision, said_on),
    ended.ends_on,
    case
        when claims.valid_to is not null then coalesce(claims.to_precision, 'day')
        when ended.next_starts_on - 1 <= {{ last_day_of('ended.ended_on') }} then ended.next_precision
        when ended.ended_on is not null then 'day'
        else 'open'
    end as end_precision,
    dense_rank() over (order by claims.service_id, claims.typology_id) as history,
    dense_rank() over (order by claims.service_id, claims.typology_id, claims.source_id, claims.source) as document,
    dense_rank() over (
        partition by claims.typology_id order by claims.model_order, claims.model_id desc
    ) as model_rank,
    -- 1 is the newest; of what was said on one day, that an arrangement is interim counts before that it is in force.
    row_number() over (
        partition by claims.service_id, claims.typology_id
        order by claims.source_date desc nulls last, claims.tenure desc, claims.assertion_id
    ) as newness
from claims
inner join ended on claims.assertion_id = ended.assertion_id
-- A claim that ended before its document was written, and gives no first day, holds over no day that is known.
where {{ last_day_of('ended.ends_on') }} >= claims.starts_on
