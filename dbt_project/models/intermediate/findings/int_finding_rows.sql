-- Every row that a published figure may be recomputed from, once for each column a recipe may ask about.
-- A case study is counted from its claims and facts, never among the structures of a user's services.
with structures as (

    select
        structures.structure_id,
        structures.service_id,
        structures.typology_id,
        structures.model_id,
        structures.levels,
        structures.valid_from,
        structures.valid_to,
        services.nation
    from {{ ref('int_structures') }} as structures
    left join {{ ref('int_services') }} as services on structures.service_id = services.service_id
    where not structures.is_case_study

),

structure_columns as (

    select
        structure_id,
        service_id,
        valid_from,
        valid_to,
        'typology_id' as column_name,
        typology_id as column_value
    from structures
    union all
    select
        structure_id,
        service_id,
        valid_from,
        valid_to,
        'model_id' as column_name,
        model_id as column_value
    from structures
    union all
    select
        structure_id,
        service_id,
        valid_from,
        valid_to,
        'nation' as column_name,
        nation as column_value
    from structures
    union all
    select
        structure_id,
        service_id,
        valid_from,
        valid_to,
        'level' as column_name,
        unnest(levels) as column_value
    from structures

),

assertion_columns as (

    select
        assertion_id,
        service_id,
        'study_id' as column_name,
        study_id as column_value
    from {{ ref('stg_case_study_assertions') }}
    union all
    select
        assertion_id,
        service_id,
        'typology_id' as column_name,
        typology_id as column_value
    from {{ ref('stg_case_study_assertions') }}
    union all
    select
        assertion_id,
        service_id,
        'model_id' as column_name,
        model_id as column_value
    from {{ ref('stg_case_study_assertions') }}
    union all
    select
        assertion_id,
        service_id,
        'tenure' as column_name,
        tenure as column_value
    from {{ ref('stg_case_study_assertions') }}
    union all
    select
        assertion_id,
        service_id,
        'source' as column_name,
        source as column_value
    from {{ ref('stg_case_study_assertions') }}

),

fact_columns as (

    select
        fact_id,
        subject_id,
        value_number,
        'study_id' as column_name,
        study_id as column_value
    from {{ ref('stg_case_study_facts') }}
    union all
    select
        fact_id,
        subject_id,
        value_number,
        'feature' as column_name,
        feature as column_value
    from {{ ref('stg_case_study_facts') }}
    union all
    select
        fact_id,
        subject_id,
        value_number,
        'value' as column_name,
        value as column_value
    from {{ ref('stg_case_study_facts') }}
    union all
    select
        fact_id,
        subject_id,
        value_number,
        'source' as column_name,
        source as column_value
    from {{ ref('stg_case_study_facts') }}
    union all
    select
        fact_id,
        subject_id,
        value_number,
        'subject_id' as column_name,
        subject_id as column_value
    from {{ ref('stg_case_study_facts') }}

),

rows_found as (

    select
        'structures' as rows_of,
        structure_id as row_id,
        service_id as unit_id,
        column_name,
        column_value,
        cast(null as double) as number,
        valid_from,
        valid_to
    from structure_columns
    union all
    select
        'case_study_assertions' as rows_of,
        assertion_id as row_id,
        service_id as unit_id,
        column_name,
        column_value,
        cast(null as double) as number,
        cast(null as date) as valid_from,
        cast(null as date) as valid_to
    from assertion_columns
    union all
    select
        'case_study_facts' as rows_of,
        fact_id as row_id,
        subject_id as unit_id,
        column_name,
        column_value,
        value_number as number,
        cast(null as date) as valid_from,
        cast(null as date) as valid_to
    from fact_columns

)

select * from rows_found
