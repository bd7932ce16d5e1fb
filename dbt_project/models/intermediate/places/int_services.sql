-- One row for a service: its name, its days and what its members are on its last day.
with memberships as (

    select * from {{ ref('stg_service_memberships') }}
    qualify {{ is_of_latest_delivery(['source_id', 'service_id']) }}

),

names as (

    select
        memberships.service_id,
        first(
            memberships.service_name
            order by
                coalesce(datasets.priority, 1000), memberships.evidence_date desc, memberships.source_id,
                memberships.area_code, memberships."row"
        ) as service_name,
        first(
            memberships.nation
            order by
                coalesce(datasets.priority, 1000), memberships.evidence_date desc, memberships.source_id,
                memberships.area_code, memberships."row"
        ) filter (where memberships.nation is not null) as nation,
        list_distinct(list_concat(
            list(memberships.service_name),
            list(memberships.service_code) filter (where memberships.service_code is not null)
        )) as all_names
    from memberships
    left join {{ ref('stg_datasets') }} as datasets on memberships.source_id = datasets.source_id
    group by memberships.service_id

),

lives as (

    select
        service_id,
        min(valid_from) as valid_from,
        nullif(max({{ last_day_of('valid_to') }}), date '9999-12-31') as valid_to
    from {{ ref('int_service_authorities') }}
    group by service_id

),

last_members as (

    select
        lives.service_id,
        count(distinct members.area_code) as authorities,
        count(distinct authorities.authority_class) as classes,
        min(authorities.authority_class) as authority_class,
        count(distinct authorities.region_code) as regions,
        min(authorities.region_code) as region_code,
        min(authorities.nation) as nation
    from lives
    inner join {{ ref('int_service_authorities') }} as members
        on
            lives.service_id = members.service_id
            and {{ last_day_of('members.valid_to') }} = {{ last_day_of('lives.valid_to') }}
    left join {{ ref('int_authorities') }} as authorities on members.area_code = authorities.area_code
    group by lives.service_id

)

select
    lives.service_id,
    coalesce(names.service_name, lives.service_id) as service_name,
    coalesce(list_sort(list_filter(names.all_names, lambda name: name <> names.service_name)), []) as other_names,
    coalesce(names.nation, last_members.nation) as nation,
    case when last_members.classes > 1 then 'mixed' else last_members.authority_class end as authority_class,
    case when last_members.regions = 1 then last_members.region_code end as region_code,
    last_members.authorities,
    lives.valid_from,
    lives.valid_to
from lives
left join names on lives.service_id = names.service_id
left join last_members on lives.service_id = last_members.service_id
