-- Gaps of published findings: what the arithmetic, the sample or the report itself keeps a reader from taking as read.
with findings as (

    select
        *,
        concat_ws(', ', citation, locator) as place
    from {{ ref('int_published_findings') }}

),

found as (

    select
        'E8' as kind,
        finding_id as subject_id,
        'published_findings' as subject_table,
        statement || ': ' || value_text || ' cannot be true as stated.' as evidence,
        place as evidence_locator
    from findings
    where feasibility = 'not_feasible'

    union all

    -- Of several figures that no whole numbers satisfy together, one at least is wrong: which, nobody can tell.
    select
        'E8' as kind,
        test_id as subject_id,
        'finding_tests' as subject_table,
        title || ': ' || array_to_string(finding_ids, ', ') || ' cannot all be true as stated.' as evidence,
        'bases tried: ' || bases_tried as evidence_locator
    from {{ ref('stg_finding_tests') }}
    where
        verdict = 'not_feasible'
        and is_stated
        -- A test that settles a single figure is that figure's own row above.
        and test_id not in (
            select members.test_id from {{ ref('stg_finding_test_members') }} as members
            where members.is_settled
        )

    union all

    -- What arithmetic settles stands above; what no arithmetic settles waits for a person.
    select
        'E2F' as kind,
        conflict_id as subject_id,
        'source_conflicts' as subject_table,
        title || ': ' || statement_a || ' | ' || statement_b as evidence,
        concat_ws('; ', locator_a, locator_b) as evidence_locator
    from {{ ref('stg_source_conflicts') }}
    where state = 'contested' and gap_kind <> 'E8'

    union all

    select
        case when response_rate < 30 then 'M4U' else 'M4' end as kind,
        finding_id as subject_id,
        'published_findings' as subject_table,
        statement || ': ' || round(response_rate, 0) || ' per cent answered.' as evidence,
        place as evidence_locator
    from findings
    where response_rate < 60

    union all

    select
        'M5' as kind,
        finding_id as subject_id,
        'published_findings' as subject_table,
        statement || ': ' || sample_design || '.' as evidence,
        place as evidence_locator
    from findings
    where sample_design is not null

    union all

    select
        'M6' as kind,
        finding_id as subject_id,
        'published_findings' as subject_table,
        statement || ': ' || value_text || ', as ' || coalesce(claimant, 'a respondent') || ' said.' as evidence,
        place as evidence_locator
    from findings
    where evidence_type = 'testimony'

    union all

    select
        'C8' as kind,
        finding_id as subject_id,
        'published_findings' as subject_table,
        statement || ': attributed in part' || coalesce(' by ' || claimant, '') || '.' as evidence,
        place as evidence_locator
    from findings
    where attribution = 'partial'

    union all

    select
        'C9' as kind,
        finding_id as subject_id,
        'published_findings' as subject_table,
        statement || ': ' || reported_subset || '.' as evidence,
        place as evidence_locator
    from findings
    where reported_subset is not null

)

-- A finding is of no period: these gaps are all of one slice.
select
    *,
    cast(null as date) as period_end
from found
