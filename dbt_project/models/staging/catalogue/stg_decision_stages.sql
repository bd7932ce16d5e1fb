with source as (

    select * from {{ source('catalogue', 'decision_stages') }}

),

renamed as (

    select
        stage_id,
        label,
        preceding_stage_id,
        indicator_id
    from source

)

select * from renamed
