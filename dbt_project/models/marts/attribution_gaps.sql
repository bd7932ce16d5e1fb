-- The gap ledger: one row for each reason why an observation, a service's record, a published finding or a whole
-- comparison cannot be taken at face value. A gap keeps its name from release to release, and stays when it has closed.
with open_gaps as (

    select
        found.*,
        kinds.title as kind_title,
        kinds.rule_version,
        kinds.is_blocking,
        kinds.sets_field,
        kinds.sets_value,
        kinds.owner,
        kinds.resolved_by,
        kinds.reopens_when
    from {{ ref('found_gaps') }} as found
    left join {{ ref('stg_gap_kinds') }} as kinds on found.kind = kinds.kind

),

-- A person may accept that a gap stays: it goes on blocking, and says who accepted it.
waived as (

    select
        subject as gap_id,
        first(decision_id order by decided_on desc, decision_id) as decision_id
    from {{ ref('stg_decisions') }}
    where decision_kind = 'waive_gap'
    group by subject

),

changing_an_answer as (

    select
        gap_id,
        count(distinct comparison_id) as comparisons
    from {{ ref('gap_effects') }}
    where gap_id is not null
    group by gap_id

),

-- A conflict that a person has decided closes with that decision.
decided as (

    select
        service_id,
        typology_id,
        max(decision_id) as decision_id
    from {{ ref('int_structures') }}
    where decision_id is not null
    group by service_id, typology_id

),

-- Numbers that stand, whichever delivery states them now.
standing as (

    select distinct indicator_id, definition_version, area_type, area_code, period_start, period_end
    from {{ ref('int_observations') }}
    where is_current

),

ledger as (

    select
        open_gaps.*,
        waived.decision_id,
        coalesce(changing.comparisons, 0) as comparisons_changed,
        coalesce(previous.opened_in_release, being_built.release_id) as opened_in_release,
        case
            when previous.closed_in_release is not null then being_built.release_id
            else previous.reopened_in_release
        end as reopened_in_release,
        cast(null as varchar) as closed_in_release,
        cast(null as varchar) as resolution
    from open_gaps
    cross join {{ ref('stg_release') }} as being_built
    left join {{ ref('stg_previous_gaps') }} as previous on open_gaps.gap_id = previous.gap_id
    left join waived on open_gaps.gap_id = waived.gap_id
    left join changing_an_answer as changing on open_gaps.gap_id = changing.gap_id

    union all by name

    select
        previous.* exclude (closed_in_release, resolution, comparisons_changed, observation_id),
        observations.observation_id,
        cast(0 as bigint) as comparisons_changed,
        -- A summed figure has no past: what no table holds any longer is named by subject_id alone.
        coalesce(previous.closed_in_release, being_built.release_id) as closed_in_release,
        coalesce(
            previous.resolution,
            case
                when previous.kind = 'E2' and decided.decision_id is not null then 'decided: ' || decided.decision_id
                when previous.level = 'observation' and standing.area_code is null then 'the figure was withdrawn'
                else 'no longer found'
            end
        ) as resolution
    from {{ ref('stg_previous_gaps') }} as previous
    cross join {{ ref('stg_release') }} as being_built
    left join {{ ref('found_gaps') }} as found on previous.gap_id = found.gap_id
    left join decided on previous.service_id = decided.service_id and previous.typology_id = decided.typology_id
    left join {{ ref('int_observations') }} as observations
        on previous.observation_id = observations.observation_id
    left join standing
        on
            previous.indicator_id = standing.indicator_id
            and previous.definition_version = standing.definition_version
            and previous.area_type = standing.area_type
            and previous.area_code = standing.area_code
            and previous.period_start = standing.period_start
            and previous.period_end = standing.period_end
    where found.gap_id is null

)

select
    gap_id,
    kind,
    kind_title,
    level,
    rule_version,
    is_blocking,
    sets_field,
    sets_value,
    case
        when is_blocking then 'attribution'
        when sets_field <> 'none' or kind = 'Z6' then 'comparison'
        else 'nothing'
    end as blocks,
    observation_id,
    subject_table,
    subject_id,
    typology_id,
    indicator_id,
    definition_version,
    service_id,
    area_type,
    area_code,
    period_start,
    period_end,
    evidence,
    evidence_locator,
    owner,
    resolved_by,
    reopens_when,
    decision_id,
    comparisons_changed > 0 as would_change_answer,
    comparisons_changed,
    opened_in_release,
    reopened_in_release,
    closed_in_release,
    resolution
from ledger
