with source as (

    select * from {{ source('ledger', 'expected_deliveries') }}

),

renamed as (

    select
        source_id,
        area_type,
        area_code,
        period_start,
        period_end,
        period_type,
        period_label,
        due_date,
        status,
        delivery_id
    from source

)

select * from renamed
