-- One row for an area code: what the registers say about it, what came before and after it, and whether they disagree.
with predecessors as (

    select to_code as area_code, list_sort(list(from_code)) as codes
    from {{ ref('int_successions') }}
    group by to_code

),

successors as (

    select from_code as area_code, list_sort(list(to_code)) as codes
    from {{ ref('int_successions') }}
    group by from_code

),

former_names as (

    select
        from_code as area_code,
        list(from_name || ' (to ' || (change_date - 1) || ')' order by change_date) as names
    from {{ ref('int_authority_changes') }}
    where change_kind = 'name_only'
    group by from_code

),

disputed as (

    select distinct area_code from {{ ref('int_register_disagreements') }}

)

select
    areas.area_code,
    areas.area_name,
    areas.area_type,
    areas.alternate_names,
    coalesce(former_names.names, []) as former_names,
    areas.dfe_code,
    areas.nation,
    areas.region_code,
    areas.authority_class,
    areas.valid_from,
    areas.valid_to,
    coalesce(predecessors.codes, []) as predecessors,
    coalesce(successors.codes, []) as successors,
    areas.registers,
    disputed.area_code is not null as is_disputed
from {{ ref('int_registered_areas') }} as areas
left join former_names on areas.area_code = former_names.area_code
left join predecessors on areas.area_code = predecessors.area_code
left join successors on areas.area_code = successors.area_code
left join disputed on areas.area_code = disputed.area_code
