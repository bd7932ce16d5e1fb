with source as (

    select * from {{ source('landed', 'authority_parents') }}

),

renamed as (

    select
        child_code,
        parent_code,
        valid_on,
        source_id,
        delivery_id,
        sheet,
        "row",
        published_at,
        recorded_at
    from source

)

select * from renamed
