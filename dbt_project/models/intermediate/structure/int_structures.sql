-- One interval for each stretch over which the claims about a service in a typology agree, are settled or conflict.
with claims as (

    select * from {{ ref('int_structure_claims') }}

),

labels as (

    select * from {{ ref('int_structure_labels') }}

),

-- The stretches over which any document gives a model.
joined_labels as (

    select
        *,
        coalesce(
            starts_on > max({{ last_day_of('ends_on') }}) over (
                partition by history, model_rank order by starts_on, ends_on
                rows between unbounded preceding and 1 preceding
            ),
            true
        ) as is_first
    from labels

),

counted_labels as (

    select
        *,
        count(*) filter (where is_first) over (
            partition by history, model_rank order by starts_on, is_first desc, ends_on
            rows between unbounded preceding and current row
        ) as stretch
    from joined_labels

),

models as (

    select distinct history, model_rank, model_id, model_label, is_assignable, is_multi_label from claims

),

stretches as (

    select
        labels.history,
        labels.model_rank,
        any_value(models.is_assignable) as is_assignable,
        any_value(models.is_multi_label) as is_multi_label,
        min(labels.starts_on) as starts_on,
        max({{ last_day_of('labels.ends_on') }}) as ends_on
    from counted_labels as labels
    inner join models on labels.history = models.history and labels.model_rank = models.model_rank
    group by labels.history, labels.model_rank, labels.stretch

),

days as (

    select history, starts_on as day from claims
    union
    select history, ends_on + 1 as day from claims
    where ends_on is not null

),

segments as (

    select history, day as starts_on, lead(day) over (partition by history order by day) - 1 as ends_on
    from days

),

-- A person's decision upholds a claim over the days on which it stands; the latest counts.
rulings as (

    select
        segments.history,
        segments.starts_on,
        first(claims.model_rank order by decisions.decided_on desc, decisions.decision_id) as model_rank,
        first(decisions.decision_id order by decisions.decided_on desc, decisions.decision_id) as decision_id
    from claims
    inner join {{ ref('stg_decisions') }} as decisions
        on decisions.decision_kind = 'resolve_conflict' and claims.assertion_id = decisions.subject
    inner join segments
        on
            claims.history = segments.history
            and segments.starts_on >= claims.starts_on
            and segments.starts_on <= {{ last_day_of('claims.ends_on') }}
    group by segments.history, segments.starts_on

),

stated as (

    select
        segments.history,
        segments.starts_on,
        segments.ends_on,
        bool_or(stretches.is_multi_label) as is_multi_label,
        count(*) filter (where stretches.is_assignable) as assignable,
        max(stretches.model_rank) filter (where stretches.is_assignable) as highest,
        max(stretches.model_rank) as highest_of_all,
        string_agg(stretches.model_rank, '+' order by stretches.model_rank) as all_of_them
    from segments
    inner join stretches
        on
            segments.history = stretches.history
            and segments.starts_on >= stretches.starts_on
            and segments.starts_on <= stretches.ends_on
    group by segments.history, segments.starts_on, segments.ends_on

),

-- A document that cannot tell does not contradict one that can. Where a service may have several models, several are no
-- conflict and none of them is the one.
settled as (

    select
        stated.history,
        stated.starts_on,
        stated.ends_on,
        stated.assignable > 1 and not stated.is_multi_label and rulings.decision_id is null as is_contested,
        case when stated.assignable > 1 and not stated.is_multi_label then rulings.decision_id end as decision_id,
        case
            when stated.assignable <= 1 then coalesce(stated.highest, stated.highest_of_all)
            when not stated.is_multi_label then rulings.model_rank
        end as model_rank,
        case when stated.is_multi_label then stated.all_of_them end as several
    from stated
    left join rulings on stated.history = rulings.history and stated.starts_on = rulings.starts_on

),

-- The newest claim that the segment's model rests on speaks for it; where sources conflict, the newest of all.
newest as (

    select settled.history, settled.starts_on, min(claims.newness) as newness
    from settled
    inner join claims
        on
            settled.history = claims.history
            and settled.starts_on >= claims.starts_on
            and settled.starts_on <= {{ last_day_of('claims.ends_on') }}
            and (settled.model_rank is null or settled.model_rank = claims.model_rank)
    group by settled.history, settled.starts_on

),

described as (

    select
        settled.*,
        claims.tenure,
        claims.scope_percent,
        claims.source_date as evidence_date,
        claims.newness,
        concat_ws(', ', claims.source, claims.page) as evidence,
        concat_ws(
            '|', coalesce(cast(settled.model_rank as varchar), ''), claims.tenure,
            coalesce(cast(claims.scope_percent as varchar), ''), settled.is_contested,
            coalesce(settled.decision_id, ''), coalesce(settled.several, '')
        ) as says
    from settled
    inner join newest on settled.history = newest.history and settled.starts_on = newest.starts_on
    inner join claims on newest.history = claims.history and newest.newness = claims.newness

),

-- Segments that touch and say the same are one interval.
compared as (

    select
        *,
        coalesce(lag(ends_on) over before = starts_on - 1 and lag(says) over before = says, false) as continues
    from described
    window before as (partition by history order by starts_on)

),

runs as (

    select
        *,
        count(*) filter (where not continues) over (
            partition by history order by starts_on rows between unbounded preceding and current row
        ) as run
    from compared

),

intervals as (

    select
        history,
        run,
        any_value(model_rank) as model_rank,
        any_value(is_contested) as is_contested,
        any_value(decision_id) as decision_id,
        first(tenure order by starts_on) as tenure,
        first(scope_percent order by starts_on) as scope_percent,
        min(starts_on) as valid_from,
        nullif(max({{ last_day_of('ends_on') }}), date '9999-12-31') as valid_to,
        first(evidence order by evidence_date desc nulls last, starts_on) as evidence,
        max(evidence_date) as evidence_date
    from runs
    group by history, run

),

-- Every claim that stands over an interval, and whether its model rests on it; where sources conflict, on all of them.
standing as (

    select
        intervals.history,
        intervals.run,
        claims.assertion_id,
        claims.document,
        claims.model_rank,
        claims.coder,
        intervals.model_rank is null or claims.model_rank = intervals.model_rank as is_support,
        case
            when claims.starts_on = intervals.valid_from
                then
                    case claims.from_precision when 'unknown' then 3 when 'year' then 2 when 'month' then 1 else 0 end
        end as from_vagueness,
        case
            when {{ last_day_of('claims.ends_on') }} = {{ last_day_of('intervals.valid_to') }}
                then
                    case claims.end_precision
                        when 'unknown' then 3 when 'year' then 2 when 'month' then 1 when 'open' then -1 else 0
                    end
        end as to_vagueness
    from intervals
    inner join claims
        on
            intervals.history = claims.history
            and claims.starts_on <= {{ last_day_of('intervals.valid_to') }}
            and {{ last_day_of('claims.ends_on') }} >= intervals.valid_from

),

gathered as (

    select
        history,
        run,
        list_sort(list(assertion_id)) as assertion_ids,
        count(*) filter (where is_support) as claims,
        count(distinct coder) filter (where is_support) as coders,
        max(from_vagueness) filter (where is_support) as from_vagueness,
        max(to_vagueness) filter (where is_support) as to_vagueness
    from standing
    group by history, run

),

-- The models that the documents behind an interval give over its days, also those under the one that speaks for all.
levels_stated as (

    select distinct standing.history, standing.run, standing.model_rank
    from standing
    where standing.is_support

    union

    select distinct standing.history, standing.run, standing.model_rank
    from standing
    inner join intervals on standing.history = intervals.history and standing.run = intervals.run
    inner join labels
        on
            standing.document = labels.document
            and labels.is_layered
            and intervals.model_rank = labels.model_rank
            and labels.starts_on <= {{ last_day_of('intervals.valid_to') }}
            and {{ last_day_of('labels.ends_on') }} >= intervals.valid_from

),

levels as (

    select
        levels_stated.history,
        levels_stated.run,
        list(models.model_id order by models.model_rank desc) filter (where models.is_assignable) as levels
    from levels_stated
    inner join models
        on levels_stated.history = models.history and levels_stated.model_rank = models.model_rank
    group by levels_stated.history, levels_stated.run

),

histories as (

    select history, service_id, typology_id, bool_or(is_case_study) as is_case_study
    from claims
    group by history, service_id, typology_id

),

-- What each document says on the first day of a conflict.
both_claims as (

    select
        intervals.history,
        intervals.run,
        string_agg(
            distinct models.model_label || ' (' || documents.source || ')', '; '
            order by models.model_label || ' (' || documents.source || ')'
        ) as both_claims
    from intervals
    inner join labels
        on
            intervals.history = labels.history
            and intervals.valid_from >= labels.starts_on
            and intervals.valid_from <= {{ last_day_of('labels.ends_on') }}
    inner join models on labels.history = models.history and labels.model_rank = models.model_rank
    inner join (select distinct document, source from claims) as documents on labels.document = documents.document
    where intervals.is_contested
    group by intervals.history, intervals.run

)

select
    md5(concat_ws('|', histories.service_id, histories.typology_id, intervals.valid_from)) as structure_id,
    histories.service_id,
    histories.typology_id,
    models.model_id,
    intervals.tenure,
    intervals.valid_from,
    intervals.valid_to,
    case gathered.from_vagueness
        when 3 then 'unknown' when 2 then 'year' when 1 then 'month' else 'day'
    end as from_precision,
    case gathered.to_vagueness
        when 3 then 'unknown' when 2 then 'year' when 1 then 'month' when -1 then 'open' else 'day'
    end as to_precision,
    intervals.scope_percent,
    coalesce('Sources disagree: ' || both_claims.both_claims, intervals.evidence) as evidence,
    intervals.evidence_date,
    gathered.assertion_ids,
    intervals.is_contested,
    intervals.decision_id,
    levels.levels,
    gathered.claims,
    gathered.coders,
    histories.is_case_study
from intervals
inner join histories on intervals.history = histories.history
inner join gathered on intervals.history = gathered.history and intervals.run = gathered.run
left join models on intervals.history = models.history and intervals.model_rank = models.model_rank
left join levels on intervals.history = levels.history and intervals.run = levels.run
left join both_claims on intervals.history = both_claims.history and intervals.run = both_claims.run
