with source as (

    select * from {{ source('catalogue', 'case_study_assertions') }}

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
        study_id,
        note,
        conflict_id
    from source

)

select * from renamed
