with source as (

    select * from {{ source('ledger', 'deliveries') }}

),

renamed as (

    select
        delivery_id,
        file_name,
        sha256,
        size_bytes,
        source_id,
        recognised_by,
        verdict,
        reason,
        period_start,
        period_end,
        area_type,
        area_code,
        areas,
        rows_read,
        cells_in,
        cells_landed,
        cells_quarantined,
        cells_out_of_scope,
        rows_landed,
        published_at,
        recorded_at
    from source

)

select * from renamed
