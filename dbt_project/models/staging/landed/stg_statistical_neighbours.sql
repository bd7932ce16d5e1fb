with source as (

    select * from {{ source('landed', 'statistical_neighbours') }}

),

renamed as (

    select
        model,
        vintage,
        area_code,
        dfe_code,
        area_name,
        rank,
        neighbour_code,
        neighbour_dfe_code,
        closeness,
        closeness_as_published,
        source_id,
        delivery_id,
        sheet,
        "row",
        published_at,
        recorded_at
    from source

)

select * from renamed
