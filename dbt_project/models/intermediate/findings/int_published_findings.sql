-- A figure as published, what its own arithmetic allows, and what the warehouse's rows make of it.
with settled as (

    select
        members.finding_id,
        min(tests.verdict) as feasibility,
        min(tests.test_id) as test_id,
        min(tests.solution_count) as solution_count,
        min(members.possible_counts) as possible_counts
    from {{ ref('stg_finding_test_members') }} as members
    left join {{ ref('stg_finding_tests') }} as tests on members.test_id = tests.test_id
    where members.is_settled
    group by members.finding_id

),

settling as (

    select distinct test_id
    from {{ ref('stg_finding_test_members') }}
    where is_settled

),

-- Of figures that no whole numbers satisfy together one at least is wrong, and nobody can tell which: unless the test
-- settles one of them, which is then to blame.
joint as (

    select
        members.finding_id,
        list(distinct tests.test_id order by tests.test_id) as failed_test_ids
    from {{ ref('stg_finding_test_members') }} as members
    left join {{ ref('stg_finding_tests') }} as tests on members.test_id = tests.test_id
    left join settling on members.test_id = settling.test_id
    where tests.verdict = 'not_feasible' and tests.is_stated and settling.test_id is null
    group by members.finding_id

),

conflicts as (

    select
        subject_id as finding_id,
        list(conflict_id order by conflict_id) as conflict_ids
    from {{ ref('stg_source_conflict_subjects') }}
    where subject_kind = 'finding'
    group by subject_id

)

select
    findings.finding_id,
    findings.listing,
    findings.seed,
    findings.statement,
    findings.measure,
    findings.value,
    findings.value_text,
    findings.value_type,
    findings.bound,
    findings.decimals,
    findings.tolerance,
    findings.unit,
    findings.base,
    findings.candidate_bases,
    findings.period,
    findings.nation,
    findings.locator,
    findings.evidence_type,
    findings.attribution,
    findings.impact_level,
    findings.claimant,
    findings.response_rate,
    findings.sample_design,
    findings.reported_subset,
    findings.is_single_record,
    coalesce(settled.feasibility, 'not_tested') as feasibility,
    settled.test_id,
    settled.solution_count,
    settled.possible_counts,
    coalesce(joint.failed_test_ids, cast([] as varchar[])) as failed_test_ids,
    coalesce(conflicts.conflict_ids, cast([] as varchar[])) as conflict_ids,
    reproductions.reproduction,
    reproductions.recomputed_value,
    reproductions.difference,
    reproductions.counted,
    reproductions.counted_base,
    reproductions.rows_counted,
    reproductions.recipe,
    reproductions.obstacle,
    reproductions.is_illustrative,
    findings.is_verified,
    findings.note,
    findings.citation
from {{ ref('stg_published_findings') }} as findings
left join settled on findings.finding_id = settled.finding_id
left join joint on findings.finding_id = joint.finding_id
left join conflicts on findings.finding_id = conflicts.finding_id
left join {{ ref('int_finding_reproductions') }} as reproductions on findings.finding_id = reproductions.finding_id
