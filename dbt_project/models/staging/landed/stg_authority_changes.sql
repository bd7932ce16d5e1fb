with source as (

    select * from {{ source('landed', 'authority_changes') }}

),

renamed as (

    select
        from_code,
        to_code,
        change_date,
        instrument,
        source_id,
        delivery_id,
        sheet,
        "row",
        published_at,
        recorded_at
    from source

)

select * from renamed
