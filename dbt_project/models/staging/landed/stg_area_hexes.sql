with source as (

    select * from {{ source('landed', 'area_hexes') }}

),

renamed as (

    select
        map_key,
        area_name,
        other_name,
        "column",
        line,
        grid,
        source_id,
        delivery_id,
        sheet,
        "row",
        published_at,
        recorded_at
    from source

)

select * from renamed
