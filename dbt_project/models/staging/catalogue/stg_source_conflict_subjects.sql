with source as (

    select * from {{ source('catalogue', 'source_conflict_subjects') }}

),

renamed as (

    select
        conflict_id,
        subject_kind,
        subject_id
    from source

)

select * from renamed
