with source as (

    select * from {{ source('landed', 'structure_assertions') }}

),

renamed as (

    select
        assertion_id,
        service_id,
        service_name,
        typology_id,
        model_id,
        tenure,
        valid_from,
        from_precision,
        valid_to,
        to_precision,
        scope_percent,
        source,
        source_date,
        page,
        quote,
        coder,
        source_id,
        delivery_id,
        sheet,
        "row",
        published_at,
        recorded_at
    from source

)

select * from renamed
