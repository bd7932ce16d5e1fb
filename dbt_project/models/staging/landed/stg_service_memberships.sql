with source as (

    select * from {{ source('landed', 'service_memberships') }}

),

renamed as (

    select
        service_id,
        service_name,
        service_code,
        nation,
        area_code,
        valid_from,
        valid_to,
        share_percent,
        evidence,
        evidence_date,
        source_id,
        delivery_id,
        sheet,
        "row",
        published_at,
        recorded_at
    from source

)

select * from renamed
