with source as (

    select * from {{ source('catalogue', 'settings') }}

),

renamed as (

    select
        release_id,
        previous_release_id
    from source

)

select * from renamed
