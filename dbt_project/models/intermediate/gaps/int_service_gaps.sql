-- Gaps of a service's own record, whether or not a number stands on it: one row for each claim or interval concerned.
with intervals as (

    select
        structures.*,
        models.label as model_label
    from {{ ref('int_structures') }} as structures
    left join {{ ref('stg_typology_models') }} as models
        on structures.typology_id = models.typology_id and structures.model_id = models.model_id

)

select
    'E2' as kind,
    structure_id as subject_id,
    'structures' as subject_table,
    service_id,
    typology_id,
    valid_from as period_start,
    valid_to as period_end,
    evidence,
    len(assertion_ids) || ' claims' as evidence_locator
from intervals
where is_contested

union all

select
    'E5' as kind,
    structure_id as subject_id,
    'structures' as subject_table,
    service_id,
    typology_id,
    valid_from as period_start,
    valid_to as period_end,
    'Labelled ' || model_label || '; all of these hold: ' || array_to_string(levels, ', ') || '.' as evidence,
    evidence as evidence_locator
from intervals
where len(levels) > 1 and not is_contested and model_id is not null

union all

select
    'E6' as kind,
    structure_id as subject_id,
    'structures' as subject_table,
    service_id,
    typology_id,
    valid_from as period_start,
    valid_to as period_end,
    case when coders = 0 then 'Nobody is named as having coded it.' else 'Coded by one person.' end as evidence,
    evidence as evidence_locator
from intervals
where coders < 2

union all

select
    'S4' as kind,
    assertion_id as subject_id,
    'structure_assertions' as subject_table,
    service_id,
    typology_id,
    coalesce(valid_from, source_date) as period_start,
    valid_to as period_end,
    model_label || ' was planned' || coalesce(' for ' || valid_from, '') || ' and dropped.' as evidence,
    concat_ws(', ', source, page) as evidence_locator
from {{ ref('int_structure_assertions') }}
where is_current and tenure = 'cancelled'
