{{ config(materialized='view') }}
-- Every claim about a structure, whether it still stands, and whether an interval can be made of it.
-- A register says all it knows about a service in a typology at once: its latest delivery that names the two counts.
-- What the reports say of their case studies is no delivery: it always stands, and its services are no user's.
with registers as (

    select
        assertions.*,
        cast(null as varchar) as note,
        cast(null as varchar) as conflict_id,
        false as is_case_study,
        {{ is_of_latest_delivery(['source_id', 'service_id', 'typology_id']) }} as is_current
    from {{ ref('stg_structure_assertions') }} as assertions

),

judged as (

    select * from registers

    union all

    select
        assertion_id,
        service_id,
        service_name,
        typology_id,
        model_id,
        tenure,
        valid_from,
        from_precision,
        valid_to,
        to_precision,
        scope_percent,
        source,
        source_date,
        page,
        quote,
        coder,
        study_id as source_id,
        cast(null as varchar) as delivery_id,
        cast(null as varchar) as sheet,
        cast(null as bigint) as "row",
        cast(null as timestamp) as published_at,
        cast(null as timestamp) as recorded_at,
        note,
        conflict_id,
        true as is_case_study,
        true as is_current
    from {{ ref('stg_case_study_assertions') }}

)

select
    judged.*,
    coalesce(models.is_assignable, false) as is_assignable,
    coalesce(models.model_order, 0) as model_order,
    coalesce(models.label, judged.model_id) as model_label,
    -- A plan is closed by a claim of the same or a later day that it was dropped.
    judged.tenure = 'planned'
    and coalesce(
        {{ first_day('judged.source_date') }} <= max(
            case when judged.tenure = 'cancelled' and judged.is_current then {{ last_day_of('judged.source_date') }} end
        ) over (partition by judged.service_id, judged.typology_id, judged.model_id),
        false
    ) as is_dropped,
    judged.is_current
    and coalesce(models.is_assignable, false)
    and (
        (judged.tenure in ('in_force', 'interim') and coalesce(judged.valid_from, judged.source_date) is not null)
        or (judged.tenure = 'ended' and judged.valid_from is not null and judged.valid_to is not null)
    ) as is_usable
from judged
left join {{ ref('stg_typology_models') }} as models
    on judged.typology_id = models.typology_id and judged.model_id = models.model_id
