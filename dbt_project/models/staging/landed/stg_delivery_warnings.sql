with source as (

    select * from {{ source('landed', 'delivery_warnings') }}

),

renamed as (

    select
        delivery_id,
        source_id,
        stage,
        severity,
        rule,
        sheet,
        "row",
        "column",
        value,
        reason,
        remedy,
        recorded_at
    from source

)

select * from renamed
