-- What the members of a nation, a region or a class of authorities come to together: counts pooled only where every
-- member in force gives them, values only as a median, rates never as a mean.
with placed as (

    select
        *,
        unnest(['nation', 'region', 'family']) as group_kind,
        unnest([nation, region_code, authority_class]) as group_code
    from {{ ref('int_benchmark_members') }}

),

judged as (

    select
        *,
        coalesce(value is not null and comparability_status = 'comparable', false) as gives_value,
        coalesce(has_counts and comparability_status = 'comparable', false) as gives_counts
    from placed
    where group_code is not null and group_code <> 'mixed'

)

select
    indicator_id,
    definition_version,
    area_type,
    period_start,
    period_end,
    group_kind,
    group_code,
    count(*) as members,
    count(*) filter (where gives_counts) as giving_counts,
    count(*) filter (where gives_value) as giving_values,
    list(area_code order by area_code) filter (where not gives_counts) as without_counts,
    list(area_code order by area_code) filter (where not gives_value) as without_value,
    case
        when count(*) = count(*) filter (where gives_counts) and any_value(measure) in ('proportion', 'rate')
            then any_value(unit_base) * sum(numerator) / nullif(sum(denominator), 0)
    end as pooled_value,
    median(value) filter (where gives_value) as median_value
from judged
group by indicator_id, definition_version, area_type, period_start, period_end, group_kind, group_code
