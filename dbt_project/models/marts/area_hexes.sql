-- Each hexagon of the maps that were loaded last, with the authority that it stands for: by its code, else by its name
-- where one authority in force alone has that name.
with latest as (

    select * from {{ ref('stg_area_hexes') }}
    qualify {{ is_of_latest_delivery(['source_id', 'map_key']) }}

),

names as (

    select
        area_code,
        unnest(list_append(string_split(coalesce(alternate_names, ''), '|'), area_name)) as area_name
    from {{ ref('int_authorities') }}
    where area_type = 'authority' and valid_to is null

),

named as (

    select
        {{ plain_name('area_name') }} as plain_name,
        min(area_code) as area_code
    from names
    where area_name <> ''
    group by plain_name
    having count(distinct area_code) = 1

),

plain as (

    select
        *,
        {{ plain_name('area_name') }} as plain_name,
        {{ plain_name('other_name') }} as plain_other_name
    from latest

)

select
    plain.delivery_id,
    plain.map_key,
    coalesce(coded.area_code, named.area_code, other_named.area_code) as area_code,
    case
        when coded.area_code is not null then 'code'
        when coalesce(named.area_code, other_named.area_code) is not null then 'name'
    end as found_by,
    plain.area_name,
    plain.other_name,
    plain."column",
    plain.line,
    plain.grid,
    plain.source_id,
    plain.sheet,
    plain."row",
    plain.published_at,
    plain.recorded_at
from plain
left join {{ ref('int_authorities') }} as coded on plain.map_key = coded.area_code
left join named on plain.plain_name = named.plain_name
left join named as other_named on plain.plain_other_name = other_named.plain_name
