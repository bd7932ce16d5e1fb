{{ config(materialized='view') }}
-- Gaps that only a person can know, as recorded in the register of gap evidence: each holds for the numbers of the
-- service or area that it names whose exposure window it touches.
with evidence as (

    select
        *,
        statement || coalesce(' "' || quote || '"', '') as said,
        concat_ws(', ', source, page) || coalesce(' (' || source_date || ')', '') as locator
    from {{ ref('stg_gap_evidence') }}
    qualify {{ is_of_latest_delivery(['source_id', 'evidence_id']) }}

)

select
    observations.observation_id,
    evidence.typology_id,
    evidence.kind,
    string_agg(distinct evidence.said, '; ' order by evidence.said) as evidence,
    string_agg(distinct evidence.locator, '; ' order by evidence.locator) as evidence_locator,
    any_value({{ figure_of('observations') }}) as figure
from {{ ref('int_observations') }} as observations
inner join {{ ref('int_area_windows') }} as areas
    on
        observations.area_type = areas.area_type
        and observations.area_code = areas.area_code
        and observations.window_start = areas.window_start
        and observations.window_end = areas.window_end
inner join evidence
    on
        (evidence.service_id is null or areas.service_id = evidence.service_id)
        and (evidence.area_code is null or observations.area_code = evidence.area_code)
        and observations.indicator_id = coalesce(evidence.indicator_id, observations.indicator_id)
        and observations.definition_version = coalesce(evidence.definition_version, observations.definition_version)
        and {{ overlaps('evidence.valid_from', 'evidence.valid_to', 'areas.window_start', 'areas.window_end') }}
left join {{ ref('int_service_windows') }} as service_windows
    on
        areas.service_id = service_windows.service_id
        and evidence.typology_id = service_windows.typology_id
        and areas.window_start = service_windows.window_start
        and areas.window_end = service_windows.window_end
where
    observations.is_current
    and (evidence.model_id is null or service_windows.suggested_model_id = evidence.model_id)
group by observations.observation_id, evidence.typology_id, evidence.kind
