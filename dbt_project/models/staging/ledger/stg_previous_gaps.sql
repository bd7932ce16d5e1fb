with source as (

    select * from {{ source('ledger', 'previous_gaps') }}

),

renamed as (

    select
        gap_id,
        kind,
        kind_title,
        level,
        rule_version,
        is_blocking,
        sets_field,
        sets_value,
        observation_id,
        subject_table,
        subject_id,
        typology_id,
        indicator_id,
        definition_version,
        service_id,
        area_type,
        area_code,
        period_start,
        period_end,
        evidence,
        evidence_locator,
        owner,
        resolved_by,
        reopens_when,
        decision_id,
        comparisons_changed,
        opened_in_release,
        reopened_in_release,
        closed_in_release,
        resolution
    from source

)

select * from renamed
