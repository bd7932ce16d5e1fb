{{ config(meta={'dagster': {'ref': {'name': 'comparisons'}}}) }}

with members as (

    select
        comparison_id,
        count(*) as in_scope,
        count(*) filter (where is_used) as used,
        count(*) filter (where not is_used and exclusion_reason is not null) as excluded
    from {{ ref('comparison_services') }}
    group by comparison_id

),

models as (

    select
        comparison_id,
        max(services_in_scope) as services_in_scope,
        max(services_used) as services_used,
        sum(group_services) as services_in_groups
    from {{ ref('comparisons') }}
    group by comparison_id

)

select
    members.comparison_id,
    members.in_scope,
    members.used,
    members.excluded,
    models.services_in_scope,
    models.services_used,
    models.services_in_groups
from members
left join models on members.comparison_id = models.comparison_id
where
    members.in_scope <> members.used + members.excluded
    or models.services_in_scope is distinct from members.in_scope
    or models.services_used is distinct from members.used
    or models.services_in_groups is distinct from members.used
