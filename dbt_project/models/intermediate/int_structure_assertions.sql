{{ config(materialized='view') }}
-- Every claim about a structure, whether it still stands, and whether an interval can be made of it.
-- A register says all it knows about a service in a typology at once: its latest delivery that names the two counts.
with judged as (

    select
        assertions.*,
        {{ is_of_latest_delivery(['source_id', 'service_id', 'typology_id']) }} as is_current
    from {{ ref('stg_structure_assertions') }} as assertions

)

select
    judged.*,
    coalesce(models.is_assignable, false) as is_assignable,
    coalesce(models.model_order, 0) as model_order,
    coalesce(models.label, judged.model_id) as model_label,
    judged.is_current
    and coalesce(models.is_assignable, false)
    and (
        (judged.tenure in ('in_force', 'interim') and coalesce(judged.valid_from, judged.source_date) is not null)
        or (judged.tenure = 'ended' and judged.valid_from is not null and judged.valid_to is not null)
    ) as is_usable
from judged
left join {{ ref('stg_typology_models') }} as models
    on judged.typology_id = models.typology_id and judged.model_id = models.model_id
