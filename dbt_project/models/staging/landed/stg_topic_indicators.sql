with source as (

    select * from {{ source('landed', 'topic_indicators') }}

),

renamed as (

    select
        indicator_id,
        definition_version,
        topic,
        "column",
        label,
        unit,
        measure,
        period_type,
        source_id,
        delivery_id,
        published_at,
        recorded_at
    from source

)

select * from renamed
