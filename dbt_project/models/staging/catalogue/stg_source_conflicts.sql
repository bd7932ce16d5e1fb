with source as (

    select * from {{ source('catalogue', 'source_conflicts') }}

),

renamed as (

    select
        conflict_id,
        title,
        seed,
        conflict_kind,
        gap_kind,
        state,
        statement_a,
        locator_a,
        statement_b,
        locator_b,
        finding_ids,
        service_ids,
        candidate_resolution,
        is_verified,
        citation
    from source

)

select * from renamed
