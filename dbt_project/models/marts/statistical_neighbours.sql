-- The neighbours of each authority as they were published last for a model and vintage, with the registers' own names.
with latest as (

    select * from {{ ref('stg_statistical_neighbours') }}
    qualify {{ is_of_latest_delivery(['model', 'vintage', 'dfe_code']) }}

)

select
    latest.model,
    latest.vintage,
    latest.area_code,
    latest.dfe_code,
    latest.area_name,
    latest.rank,
    latest.neighbour_code,
    latest.neighbour_dfe_code,
    neighbours.area_name as neighbour_name,
    latest.closeness,
    latest.closeness_as_published,
    latest.source_id,
    latest.delivery_id,
    latest.sheet,
    latest."row",
    latest.published_at,
    latest.recorded_at
from latest
left join {{ ref('int_authorities') }} as neighbours on latest.neighbour_code = neighbours.area_code
