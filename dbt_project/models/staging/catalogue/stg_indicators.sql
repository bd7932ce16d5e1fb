with source as (

    select * from {{ source('catalogue', 'indicators') }}

),

renamed as (

    select
        indicator_id,
        definition_version,
        title,
        counts,
        counted_by,
        numerator_counts,
        denominator_counts,
        unit,
        unit_label,
        unit_base,
        decimals,
        polarity,
        measure,
        is_additive,
        is_compared,
        period_type,
        window_months_before,
        window_months_after,
        window_is_verified,
        window_citation,
        nations,
        programme,
        official_number,
        impact_level,
        companion_indicator_id,
        companion_definition_version,
        companion_maximum,
        value_minimum,
        value_maximum,
        valid_from,
        valid_to,
        is_verified,
        citation,
        counts_twice,
        note
    from source

)

select * from renamed
