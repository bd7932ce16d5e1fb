{{ config(meta={'dagster': {'ref': {'name': 'attribution_gaps'}}}) }}

select gaps.kind, count(*) as gaps
from {{ ref('attribution_gaps') }} as gaps
left join {{ ref('stg_gap_kinds') }} as kinds on gaps.kind = kinds.kind and kinds.detection in ('rule', 'finding', 'evidence')
where kinds.kind is null and gaps.closed_in_release is null
group by gaps.kind
