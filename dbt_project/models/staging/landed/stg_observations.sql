with source as (

    select * from {{ source('landed', 'observations') }}

),

renamed as (

    select
        observation_id,
        indicator_id,
        definition_version,
        area_type,
        area_code,
        area_name_as_published,
        period_start,
        period_end,
        period_label,
        period_type,
        breakdown_id,
        numerator,
        denominator,
        value,
        unit,
        value_marker,
        source_id,
        delivery_id,
        sheet,
        "row",
        "column",
        published_at,
        recorded_at,
        superseded_at
    from source

)

select * from renamed
