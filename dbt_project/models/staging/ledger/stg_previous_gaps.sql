with source as (

    select * from {{ source('ledger', 'previous_gaps') }}

),

renamed as (

    select
        gap_id,
        opened_in_release,
        closed_in_release
    from source

)

select * from renamed
