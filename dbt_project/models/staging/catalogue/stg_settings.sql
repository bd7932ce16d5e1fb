with source as (

    select * from {{ source('catalogue', 'settings') }}

),

renamed as (

    select
        coverage_minimum,
        group_minimum,
        stale_caveat_months,
        stale_unassigned_months,
        small_count,
        small_denominator,
        is_caveat_used,
        short_lived_months,
        repeated_moves,
        repeated_moves_months,
        early_days_months,
        is_majority_used,
        is_fictional
    from source

)

select * from renamed
