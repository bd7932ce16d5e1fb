with source as (

    select * from {{ source('catalogue', 'datasets') }}

),

renamed as (

    select
        source_id,
        title,
        publisher,
        licence,
        found_at,
        shape,
        priority,
        whole_of,
        is_fictional
    from source

)

select * from renamed
