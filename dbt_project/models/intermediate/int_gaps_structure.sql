{{ config(materialized='view') }}
-- Gaps of the tests of time and evidence: one in-force, evidenced structural model over the whole exposure window?
with windows as (

    select
        service_windows.*,
        days_assigned + days_contested as days_claimed,
        cast(oldest_evidence_date + to_months(cast(settings.stale_caveat_months as integer)) as date) as stale_after,
        cast(oldest_evidence_date + to_months(cast(settings.stale_unassigned_months as integer)) as date)
            as unusable_after,
        settings.short_lived_months
    from {{ ref('int_service_windows') }} as service_windows
    cross join {{ ref('stg_settings') }} as settings

),

findings as (

    select *, 'E2' as kind, contested_evidence as finding
    from windows
    where days_contested > 0

    union all

    select *, 'S1' as kind, 'Changed within ' || window_text || ': ' || days_in_each || '.' as finding
    from windows
    where models > 1

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
        'Last confirmed ' || oldest_evidence_date || ', ' || date_diff('month', oldest_evidence_date, relied_on_until)
        || ' months before ' || relied_on_until || '.' as finding
    from windows
    where relied_on_until > stale_after

)

select
    observations.observation_id,
    findings.typology_id,
    findings.kind,
    findings.finding as evidence,
    findings.evidence as evidence_locator
from {{ ref('int_observations') }} as observations
inner join {{ ref('int_area_windows') }} as areas
    on
        observations.area_type = areas.area_type
        and observations.area_code = areas.area_code
        and observations.window_start = areas.window_start
        and observations.window_end = areas.window_end
inner join findings
    on
        areas.service_id = findings.service_id
        and areas.window_start = findings.window_start
        and areas.window_end = findings.window_end
where observations.is_current
