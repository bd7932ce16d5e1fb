with source as (

    select * from {{ source('landed', 'authorities') }}

),

renamed as (

    select
        area_code,
        area_type,
        area_name,
        alternate_names,
        dfe_code,
        nation,
        region_code,
        authority_class,
        valid_from,
        valid_to,
        source_id,
        delivery_id,
        sheet,
        "row",
        published_at,
        recorded_at
    from source

)

select * from renamed
