with source as (

    select * from {{ source('catalogue', 'typology_crosswalks') }}

),

renamed as (

    select
        from_typology_id,
        from_model_id,
        to_typology_id,
        to_model_id,
        is_lossy,
        note,
        is_verified,
        citation
    from source

)

select * from renamed
