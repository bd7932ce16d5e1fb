with source as (

    select * from {{ source('catalogue', 'typologies') }}

),

renamed as (

    select
        typology_id,
        title,
        valid_from,
        valid_to,
        validity_note,
        nations,
        is_multi_label,
        is_attributed,
        is_ordered,
        is_verified,
        citation
    from source

)

select * from renamed
