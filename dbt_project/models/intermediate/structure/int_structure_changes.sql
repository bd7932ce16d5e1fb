{{ config(materialized='view') }}
-- One row for each day on which a service is known to have come under another structural model of a typology, or under
-- its first. Contested and unassigned stretches are no model, so they make no change.
with assigned as (

    select
        structures.service_id,
        structures.typology_id,
        structures.model_id,
        structures.valid_from,
        structures.from_precision,
        models.label as model_label
    from {{ ref('int_structures') }} as structures
    inner join {{ ref('stg_typology_models') }} as models
        on structures.typology_id = models.typology_id and structures.model_id = models.model_id
    where models.is_assignable and not structures.is_contested

),

followed as (

    select
        *,
        lag(model_id) over (partition by service_id, typology_id order by valid_from) as previous_model_id
    from assigned

)

select
    service_id,
    typology_id,
    valid_from as changed_on,
    from_precision as precision,
    previous_model_id,
    model_id,
    model_label
from followed
where previous_model_id is distinct from model_id
