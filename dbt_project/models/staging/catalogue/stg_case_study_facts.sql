with source as (

    select * from {{ source('catalogue', 'case_study_facts') }}

),

renamed as (

    select
        fact_id,
        study_id,
        subject_id,
        service_id,
        feature,
        value,
        value_number,
        source,
        source_date,
        locator,
        quote,
        note,
        conflict_id,
        is_verified
    from source

)

select * from renamed
