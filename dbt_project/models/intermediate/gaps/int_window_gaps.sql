-- Gaps of the tests of time and evidence, once for each service, typology and exposure window: was one evidenced
-- structural model in force over the whole of it? The answer is the same for every number with that window.
with windows as (

    select
        service_windows.*,
        days_assigned + days_contested as days_claimed,
        cast(oldest_evidence_date + to_months(cast(settings.stale_caveat_months as integer)) as date) as stale_after,
        cast(oldest_evidence_date + to_months(cast(settings.stale_unassigned_months as integer)) as date)
            as unusable_after,
        settings.short_lived_months,
        settings.repeated_moves,
        -- A number that spans two models may count for the one that held most of its days, where a user says so.
        settings.is_majority_used and 2 * service_windows.most_days > service_windows.window_days as is_majority,
        {{ months_before('service_windows.window_end', 'settings.repeated_moves_months') }} as moves_since,
        {{ months_before(
            'service_windows.window_end',
            "datesub('month', service_windows.window_start, service_windows.window_end + 1)"
            " + settings.early_days_months"
        ) }} as early_since
    from {{ ref('int_service_windows') }} as service_windows
    cross join {{ ref('stg_settings') }} as settings

),

-- Changes near the window: how many, and the one that began the model of the window.
moves as (

    select
        windows.service_id,
        windows.typology_id,
        windows.window_start,
        windows.window_end,
        count(*) filter (
            where changes.previous_model_id is not null and changes.changed_on > windows.moves_since
        ) as moves,
        max(changes.changed_on) filter (
            where
            changes.changed_on <= windows.window_start
            and changes.changed_on > windows.early_since
            and changes.precision in ('day', 'month')
        ) as began_on,
        arg_max(changes.model_label, changes.changed_on) filter (where changes.changed_on <= windows.window_start)
            as began_model
    from windows
    inner join {{ ref('int_structure_changes') }} as changes
        on
            windows.service_id = changes.service_id
            and windows.typology_id = changes.typology_id
            and changes.changed_on <= windows.window_end
            and (changes.changed_on > windows.moves_since or changes.changed_on > windows.early_since)
    group by windows.service_id, windows.typology_id, windows.window_start, windows.window_end

),

-- A document that says "integrated" and not how far is no evidence of a level.
level_not_said as (

    select
        windows.service_id,
        windows.typology_id,
        windows.window_start,
        windows.window_end,
        first(
            '"' || assertions.quote || '" (' || concat_ws(', ', assertions.source, assertions.page) || ')'
            order by assertions.source_date desc nulls last, assertions.assertion_id
        ) as said
    from windows
    inner join {{ ref('int_structure_assertions') }} as assertions
        on
            windows.service_id = assertions.service_id
            and windows.typology_id = assertions.typology_id
            and {{ overlaps(
                'coalesce(assertions.valid_from, assertions.source_date)', 'assertions.valid_to',
                'windows.window_start', 'windows.window_end'
            ) }}
    where
        windows.days_unclear > 0
        and assertions.is_current
        and not assertions.is_assignable
        and assertions.tenure in ('in_force', 'interim')
        and regexp_matches(lower(assertions.quote), 'integrat')
    group by windows.service_id, windows.typology_id, windows.window_start, windows.window_end

),

findings as (

    select *, 'E2' as kind, contested_evidence as finding
    from windows
    where days_contested > 0

    union all

    select
        *,
        case when is_majority then 'S1M' else 'S1' end as kind,
        'Changed within ' || window_text || ': ' || days_in_each || '.' as finding
    from windows
    where models > 1

    union all

    select
        windows.*,
        'S6' as kind,
        moves.moves || ' changes of model between ' || windows.moves_since || ' and ' || windows.window_end || '.'
            as finding
    from windows
    inner join moves
        on
            windows.service_id = moves.service_id
            and windows.typology_id = moves.typology_id
            and windows.window_start = moves.window_start
            and windows.window_end = moves.window_end
    where moves.moves >= windows.repeated_moves

    union all

    select
        windows.*,
        'C5' as kind,
        moves.began_model || ' began on ' || moves.began_on || ', '
        || datesub('month', moves.began_on, windows.window_end + 1) || ' months before ' || windows.window_end
        || '.' as finding
    from windows
    inner join moves
        on
            windows.service_id = moves.service_id
            and windows.typology_id = moves.typology_id
            and windows.window_start = moves.window_start
            and windows.window_end = moves.window_end
    where moves.began_on is not null

    union all

    select
        windows.*,
        'E4' as kind,
        'The source says integrated and gives no level: ' || level_not_said.said || '.' as finding
    from windows
    inner join level_not_said
        on
            windows.service_id = level_not_said.service_id
            and windows.typology_id = level_not_said.typology_id
            and windows.window_start = level_not_said.window_start
            and windows.window_end = level_not_said.window_end

    union all

    select *, 'S2' as kind, interim_model || ' is an interim arrangement since ' || interim_since || '.' as finding
    from windows
    where interim_since is not null

    union all

    select *, 'S7' as kind, undated_evidence || ', so it may lie inside ' || window_text || '.' as finding
    from windows
    where undated_evidence is not null

    union all

    -- A plan counts only where nothing is known to be in force: a model that stands keeps standing.
    select *, 'S3' as kind, planned_evidence as finding
    from windows
    where days_claimed = 0 and days_unclear = 0 and planned_evidence is not null

    union all

    select
        *,
        'E1U' as kind,
        'The source gives no clear indication for ' || days_unclear || ' of ' || window_days || ' days of '
        || window_text || ' (' || coalesce(unclear_evidence, 'source not named') || ').' as finding
    from windows
    where days_unclear > 0

    union all

    -- The whole window must be evidenced: a model that is known for a part of it says nothing of the rest.
    select
        *,
        'E1' as kind,
        case
            when has_undated_evidence then 'The claim has no dated source (' || evidence || ').'
            when days_claimed = 0 then 'No evidence of a structural model within ' || window_text || '.'
            else 'Evidence covers ' || days_claimed || ' of ' || window_days || ' days of ' || window_text || '.'
        end as finding
    from windows
    where
        has_undated_evidence
        or (days_unclear = 0 and days_claimed > 0 and days_claimed < window_days)
        or (days_unclear = 0 and days_claimed = 0 and planned_evidence is null)

    union all

    select
        *,
        'S5' as kind,
        case
            when shortest_months < short_lived_months
                then shortest_model || ' was in place for ' || shortest_months || ' months.'
            else 'In place for a part of ' || window_text || ': ' || days_in_each || '.'
        end as finding
    from windows
    where shortest_months < short_lived_months or is_partial

    union all

    select
        *,
        'U5' as kind,
        'The model covers ' || cast(least_scope_percent as decimal(5, 1)) || '% of the service''s area.' as finding
    from windows
    where least_scope_percent < 100

    union all

    select
        *,
        case when relied_on_until > unusable_after then 'S8U' else 'S8' end as kind,
        'Last confirmed ' || oldest_evidence_date || ', ' || datesub('month', oldest_evidence_date, relied_on_until)
        || ' months before ' || relied_on_until || '.' as finding
    from windows
    where relied_on_until > stale_after

)

select
    service_id,
    typology_id,
    window_start,
    window_end,
    kind,
    finding as evidence,
    evidence as evidence_locator
from findings
