{{ config(meta={'dagster': {'ref': {'name': 'comparison_services'}}}) }}

select members.comparison_id, members.service_id, members.observation_id
from {{ ref('comparison_services') }} as members
inner join {{ ref('comparisons') }} as comparisons
    on members.comparison_id = comparisons.comparison_id and members.model_id = comparisons.model_id
left join {{ ref('attributions') }} as attributions
    on members.observation_id = attributions.observation_id and comparisons.typology_id = attributions.typology_id
where
    members.is_used
    and (
        members.value is null
        or attributions.attribution_status is null
        or attributions.attribution_status not in ('attributable', 'attributable_with_caveat')
        or attributions.comparability_status <> 'comparable'
        or attributions.disclosure_status <> 'open'
        or attributions.model_id is distinct from members.model_id
    )
