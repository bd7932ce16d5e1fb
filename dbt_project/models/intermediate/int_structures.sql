-- One interval for each stretch over which the claims about a service in a typology agree, are settled or conflict.
with claims as (

    -- A claim with no first day holds from the day of its document. An arrangement that has ended was in force.
    select
        * exclude (valid_from, valid_to, tenure),
        coalesce(valid_from, source_date) as starts_on,
        valid_to,
        case when tenure = 'interim' then 'interim' else 'in_force' end as tenure,
        tenure as stated_tenure
    from {{ ref('int_structure_assertions') }}
    where
        is_current
        and (
            tenure in ('in_force', 'interim')
            or (tenure = 'ended' and valid_from is not null and valid_to is not null)
        )
        and coalesce(valid_from, source_date) is not null

),

endings as (

    select service_id, typology_id, model_id, source_date, to_precision, coalesce(valid_to, source_date) as ended_on
    from {{ ref('int_structure_assertions') }}
    where is_current and tenure = 'ended' and coalesce(valid_to, source_date) is not null

),

-- An open claim ends where a later document says the model ended, or where the next claim begins if that claim is a
-- later event (it begins after this document was written) or the same document's own continuation.
first_ending as (

    select claims.assertion_id, min(endings.ended_on) as ended_on
    from claims
    inner join endings
        on
            claims.service_id = endings.service_id
            and claims.typology_id = endings.typology_id
            and claims.model_id = endings.model_id
            and endings.ended_on >= claims.starts_on
    where claims.valid_to is null
    group by claims.assertion_id

),

next_claim as (

    select
        claims.assertion_id,
        min(later.starts_on) as starts_on,
        first(later.from_precision order by later.starts_on, later.assertion_id) as from_precision
    from claims
    inner join claims as later
        on
            claims.service_id = later.service_id
            and claims.typology_id = later.typology_id
            and later.starts_on > claims.starts_on
            and (later.starts_on > coalesce(claims.source_date, claims.starts_on) or later.source = claims.source)
    where claims.valid_to is null
    group by claims.assertion_id

),

dated_claims as (

    select
        claims.*,
        coalesce(claims.valid_to, least(first_ending.ended_on, next_claim.starts_on - 1)) as ends_on,
        case
            when claims.valid_to is not null then coalesce(claims.to_precision, 'day')
            when next_claim.starts_on - 1 <= {{ last_day_of('first_ending.ended_on') }} then next_claim.from_precision
            when first_ending.ended_on is not null then 'day'
            else 'open'
        end as end_precision
    from claims
    left join first_ending on claims.assertion_id = first_ending.assertion_id
    left join next_claim on claims.assertion_id = next_claim.assertion_id

),

days as (

    select service_id, typology_id, starts_on as day from dated_claims
    union
    select service_id, typology_id, ends_on + 1 as day from dated_claims
    where ends_on is not null

),

segments as (

    select
        service_id,
        typology_id,
        day as starts_on,
        lead(day) over (partition by service_id, typology_id order by day) - 1 as ends_on
    from days

),

standing as (

    select
        segments.service_id,
        segments.typology_id,
        segments.starts_on as segment_start,
        segments.ends_on as segment_end,
        dated_claims.* exclude (service_id, typology_id)
    from segments
    inner join dated_claims
        on
            segments.service_id = dated_claims.service_id
            and segments.typology_id = dated_claims.typology_id
            and dated_claims.starts_on <= segments.starts_on
            and {{ last_day_of('dated_claims.ends_on') }} >= segments.starts_on

),

-- One document that gives several models at once means the highest in the typology's own order; all of them are kept.
document_labels as (

    select
        service_id,
        typology_id,
        segment_start,
        source_id,
        source,
        first(model_id order by model_order desc, model_id) as model_id,
        first(model_label order by model_order desc, model_id) as model_label,
        first(is_assignable order by model_order desc, model_id) as is_assignable
    from standing
    group by service_id, typology_id, segment_start, source_id, source

),

rulings as (

    select
        standing.service_id,
        standing.typology_id,
        standing.segment_start,
        first(standing.model_id order by decisions.decided_on desc, decisions.decision_id) as model_id,
        first(decisions.decision_id order by decisions.decided_on desc, decisions.decision_id) as decision_id
    from standing
    inner join {{ ref('stg_decisions') }} as decisions
        on decisions.decision_kind = 'resolve_conflict' and standing.assertion_id = decisions.subject
    group by standing.service_id, standing.typology_id, standing.segment_start

),

-- A document that cannot tell does not contradict one that can.
settled as (

    select
        labels.service_id,
        labels.typology_id,
        labels.segment_start,
        count(distinct labels.model_id) filter (where labels.is_assignable) as models,
        case
            when count(distinct labels.model_id) filter (where labels.is_assignable) > 1
                then any_value(rulings.model_id)
            when count(distinct labels.model_id) filter (where labels.is_assignable) = 1
                then min(labels.model_id) filter (where labels.is_assignable)
            else min(labels.model_id)
        end as model_id,
        case
            when count(distinct labels.model_id) filter (where labels.is_assignable) > 1
                then any_value(rulings.decision_id)
        end as decision_id,
        count(distinct labels.model_id) filter (where labels.is_assignable) > 1
        and any_value(rulings.decision_id) is null as is_contested,
        string_agg(
            labels.model_label || ' (' || labels.source || ')', '; ' order by labels.model_label, labels.source
        ) as both_claims
    from document_labels as labels
    left join rulings
        on
            labels.service_id = rulings.service_id
            and labels.typology_id = rulings.typology_id
            and labels.segment_start = rulings.segment_start
    group by labels.service_id, labels.typology_id, labels.segment_start

),

-- The claims that the segment's model rests on; where sources conflict, all of them.
supported as (

    select
        standing.*,
        settled.model_id as settled_model_id,
        settled.decision_id,
        settled.is_contested,
        settled.both_claims,
        settled.is_contested or standing.model_id = settled.model_id as is_support
    from standing
    inner join settled
        on
            standing.service_id = settled.service_id
            and standing.typology_id = settled.typology_id
            and standing.segment_start = settled.segment_start

),

-- The newest document speaks for a segment.
described as (

    select
        service_id,
        typology_id,
        segment_start,
        segment_end,
        settled_model_id as model_id,
        decision_id,
        is_contested,
        any_value(both_claims) as both_claims,
        list_sort(list(distinct assertion_id)) as assertion_ids,
        first(tenure order by source_date desc nulls last, assertion_id) filter (where is_support) as tenure,
        first(scope_percent order by source_date desc nulls last, assertion_id) filter (where is_support)
            as scope_percent,
        max(source_date) filter (where is_support) as evidence_date,
        first(concat_ws(', ', source, page) order by source_date desc nulls last, assertion_id)
        filter (where is_support) as evidence,
        max(case from_precision when 'unknown' then 3 when 'year' then 2 when 'month' then 1 else 0 end)
        filter (where is_support and starts_on = segment_start) as from_vagueness,
        max(
            case end_precision
                when 'unknown' then 3 when 'year' then 2 when 'month' then 1 when 'open' then -1 else 0
            end
        ) filter (where is_support and {{ last_day_of('ends_on') }} = {{ last_day_of('segment_end') }}) as to_vagueness
    from supported
    group by service_id, typology_id, segment_start, segment_end, settled_model_id, decision_id, is_contested

),

worded as (

    select
        *,
        concat_ws(
            '|', coalesce(model_id, ''), tenure, coalesce(cast(scope_percent as varchar), ''), is_contested,
            coalesce(decision_id, '')
        ) as says
    from described

),

-- Segments that touch and say the same are one interval.
compared as (

    select
        *,
        coalesce(lag(segment_end) over before = segment_start - 1 and lag(says) over before = says, false) as continues
    from worded
    window before as (partition by service_id, typology_id order by segment_start)

),

runs as (

    select
        *,
        count(*) filter (where not continues) over (
            partition by service_id, typology_id order by segment_start
            rows between unbounded preceding and current row
        ) as run
    from compared

)

select
    md5(concat_ws('|', service_id, typology_id, min(segment_start))) as structure_id,
    service_id,
    typology_id,
    model_id,
    first(tenure order by segment_start) as tenure,
    min(segment_start) as valid_from,
    nullif(max({{ last_day_of('segment_end') }}), date '9999-12-31') as valid_to,
    case first(from_vagueness order by segment_start)
        when 3 then 'unknown' when 2 then 'year' when 1 then 'month' else 'day'
    end as from_precision,
    case last(to_vagueness order by segment_start)
        when 3 then 'unknown' when 2 then 'year' when 1 then 'month' when -1 then 'open' else 'day'
    end as to_precision,
    first(scope_percent order by segment_start) as scope_percent,
    case
        when is_contested then 'Sources disagree: ' || first(both_claims order by segment_start)
        else first(evidence order by evidence_date desc nulls last, segment_start)
    end as evidence,
    max(evidence_date) as evidence_date,
    list_sort(list_distinct(flatten(list(assertion_ids)))) as assertion_ids,
    is_contested,
    decision_id
from runs
group by service_id, typology_id, run, model_id, is_contested, decision_id
