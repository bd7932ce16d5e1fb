with source as (

    select * from {{ source('landed', 'quarantined_rows') }}

),

renamed as (

    select
        delivery_id,
        source_id,
        sheet,
        "row",
        "column",
        value,
        rule,
        reason,
        remedy,
        cells,
        recorded_at
    from source

)

select * from renamed
