with source as (

    select * from {{ source('catalogue', 'area_types') }}

),

renamed as (

    select
        area_type,
        label,
        area_level
    from source

)

select * from renamed
