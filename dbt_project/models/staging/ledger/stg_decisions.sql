with source as (

    select * from {{ source('ledger', 'decisions') }}

),

renamed as (

    select
        decision_id,
        decision_kind,
        subject,
        decided_by,
        decided_on,
        reason,
        until,
        recorded_at
    from source

)

select * from renamed
