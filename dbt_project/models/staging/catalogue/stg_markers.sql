with source as (

    select * from {{ source('catalogue', 'markers') }}

),

renamed as (

    select
        value_marker,
        label,
        replaces_value,
        disclosure_status
    from source

)

select * from renamed
