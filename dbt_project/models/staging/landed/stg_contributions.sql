with source as (

    select * from {{ source('landed', 'contributions') }}

),

renamed as (

    select
        contribution_id,
        service_id,
        service_name,
        contributor,
        role,
        indicator_id,
        valid_from,
        valid_to,
        share_percent,
        source,
        source_date,
        page,
        quote,
        recorded_by,
        source_id,
        delivery_id,
        sheet,
        "row",
        published_at,
        recorded_at
    from source

)

select * from renamed
