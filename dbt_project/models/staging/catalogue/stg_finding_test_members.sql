with source as (

    select * from {{ source('catalogue', 'finding_test_members') }}

),

renamed as (

    select
        test_id,
        finding_id,
        role,
        place,
        possible_counts,
        is_settled
    from source

)

select * from renamed
