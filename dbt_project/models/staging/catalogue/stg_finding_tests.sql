with source as (

    select * from {{ source('catalogue', 'finding_tests') }}

),

renamed as (

    select
        test_id,
        conflict_id,
        title,
        test_kind,
        finding_ids,
        bases_tried,
        reading,
        verdict,
        solution_count,
        solutions,
        feasible_bases,
        half_even_verdict,
        working,
        is_declared,
        is_stated,
        is_rounding_sensitive
    from source

)

select * from renamed
