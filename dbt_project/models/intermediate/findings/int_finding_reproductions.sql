-- Each published figure beside what the rows give: reproduced, contradicted by how much, or not reproducible and why.
with findings as (

    select
        findings.finding_id,
        findings.value,
        findings.value_type,
        findings.unit,
        findings.bound,
        findings.decimals,
        findings.tolerance,
        findings.candidate_bases,
        counts.recipe,
        counts.rows_of,
        counts.counted,
        counts.counted_base,
        coalesce(counts.rows_counted, 0) as rows_counted,
        settings.is_fictional and coalesce(counts.rows_of = 'structures', false) as is_illustrative,
        case
            when counts.recipe is null then 'no table of the warehouse holds what is counted'
            when counts.has_base and counts.counted_base = 0 then 'the warehouse holds no such row'
            when not counts.has_base and counts.counted = 0 then 'the warehouse holds no such row'
            when
                counts.has_base and findings.value_type <> 'qualitative' and len(findings.candidate_bases) > 0
                and not list_contains(findings.candidate_bases, cast(counts.counted_base as bigint))
                then
                    'the warehouse holds ' || cast(cast(counts.counted_base as bigint) as varchar)
                    || ' of the base (' || coalesce(array_to_string(findings.candidate_bases, ' or '), '') || ')'
        end as obstacle
    from {{ ref('stg_published_findings') }} as findings
    left join {{ ref('int_finding_counts') }} as counts on findings.finding_id = counts.finding_id
    cross join {{ ref('stg_settings') }} as settings

),

recomputed as (

    select
        *,
        case
            when counted_base = 0 or counted is null then null
            when counted_base is not null and unit = 'percent' then 100.0 * counted / counted_base
            else counted
        end as recomputed_value
    from findings

),

compared as (

    select
        *,
        case
            when value_type = 'qualitative' and counted > 0 then 0
            when value_type = 'qualitative' then -counted_base
            when value_type = 'bound' and bound = 'below' and recomputed_value < value then 0
            when value_type = 'bound' and bound = 'above' and recomputed_value > value then 0
            when value_type = 'bound' then recomputed_value - value
            when value_type = 'approx' and abs(recomputed_value - value) <= tolerance then 0
            when value_type = 'approx' then recomputed_value - value
            else round(recomputed_value, cast(decimals as integer)) - value
        end as difference
    from recomputed

)

select
    finding_id,
    recomputed_value,
    counted,
    counted_base,
    rows_counted,
    recipe,
    is_illustrative,
    obstacle,
    case
        when obstacle is not null or difference is null then 'not_reproducible'
        when abs(difference) < 0.0000001 then 'reproduced'
        else 'contradicted'
    end as reproduction,
    case when obstacle is null then difference end as difference
from compared
