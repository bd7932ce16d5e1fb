with source as (

    select * from {{ source('catalogue', 'case_study_services') }}

),

renamed as (

    select
        service_id,
        study_id,
        service_name,
        nation,
        note,
        citation
    from source

)

select * from renamed
