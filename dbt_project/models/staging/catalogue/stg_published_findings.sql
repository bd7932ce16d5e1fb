with source as (

    select * from {{ source('catalogue', 'published_findings') }}

),

renamed as (

    select
        finding_id,
        listing,
        seed,
        statement,
        measure,
        value,
        value_text,
        value_type,
        bound,
        decimals,
        tolerance,
        unit,
        base,
        candidate_bases,
        period,
        nation,
        locator,
        evidence_type,
        attribution,
        impact_level,
        claimant,
        response_rate,
        sample_design,
        reported_subset,
        is_single_record,
        is_verified,
        note,
        citation
    from source

)

select * from renamed
