with source as (

    select * from {{ source('catalogue', 'gap_kinds') }}

),

renamed as (

    select
        kind,
        title,
        test,
        sets_field,
        sets_value,
        is_blocking,
        level,
        detection,
        rule_version,
        shows,
        owner,
        resolved_by,
        reopens_when,
        not_detectable_because,
        citation
    from source

)

select * from renamed
