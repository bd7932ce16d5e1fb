with source as (

    select * from {{ source('ledger', 'expected_deliveries') }}

),

renamed as (

    select
        source_id,
        area_type,
        area_code,
        area_name,
        period_start,
        period_end,
        period_type,
        period_label,
        due_date,
        late_after,
        status,
        is_late,
        delivery_id,
        received_at,
        latest_delivery_id,
        chase
    from source

)

select * from renamed
