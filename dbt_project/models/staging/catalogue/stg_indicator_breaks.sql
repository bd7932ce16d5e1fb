with source as (

    select * from {{ source('catalogue', 'indicator_breaks') }}

),

renamed as (

    select
        indicator_id,
        definition_version,
        break_date,
        title,
        citation,
        is_verified
    from source

)

select * from renamed
