with source as (

    select * from {{ source('catalogue', 'published_findings') }}

),

renamed as (

    select
        finding_id,
        seed,
        statement,
        measure,
        value,
        value_text,
        value_type,
        unit,
        base,
        period,
        nation,
        locator,
        evidence_type,
        feasibility,
        citation
    from source

)

select * from renamed
