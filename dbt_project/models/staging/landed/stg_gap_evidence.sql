with source as (

    select * from {{ source('landed', 'gap_evidence') }}

),

renamed as (

    select
        evidence_id,
        kind,
        service_id,
        service_name,
        area_code,
        indicator_id,
        definition_version,
        typology_id,
        model_id,
        valid_from,
        valid_to,
        statement,
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
