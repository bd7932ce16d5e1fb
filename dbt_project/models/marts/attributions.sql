-- One row for each current observation and typology in scope: the structural model behind it, or the status that says
-- why there is none.
with area_typologies as (

    -- An area of unknown nation stays in scope: its gap says what is unknown, and nothing drops out of sight.
    select
        areas.area_type,
        areas.area_code,
        areas.window_start,
        areas.window_end,
        areas.service_id,
        typologies.typology_id,
        service_windows.suggested_model_id
    from {{ ref('int_area_windows') }} as areas
    inner join {{ ref('stg_typologies') }} as typologies
        on
            {{ overlaps('typologies.valid_from', 'typologies.valid_to', 'areas.window_start', 'areas.window_end') }}
            and (areas.nation is null or {{ nation_in('areas.nation', 'typologies.nations') }})
            and typologies.is_attributed
    left join {{ ref('int_service_windows') }} as service_windows
        on
            areas.service_id = service_windows.service_id
            and typologies.typology_id = service_windows.typology_id
            and areas.window_start = service_windows.window_start
            and areas.window_end = service_windows.window_end

),

in_scope as (

    select
        observations.observation_id,
        area_typologies.typology_id,
        observations.indicator_id,
        observations.definition_version,
        observations.area_type,
        observations.area_code,
        area_typologies.service_id,
        observations.period_start,
        observations.period_end,
        observations.window_start,
        observations.window_end,
        area_typologies.suggested_model_id,
        observations.value_marker
    from {{ ref('int_observations') }} as observations
    inner join area_typologies
        on
            observations.area_type = area_typologies.area_type
            and observations.area_code = area_typologies.area_code
            and observations.window_start = area_typologies.window_start
            and observations.window_end = area_typologies.window_end
    where observations.is_current

),

ranked_gaps as (

    select
        gap_id,
        kind,
        observation_id,
        typology_id,
        sets_field,
        sets_value,
        case when sets_field = 'attribution_status' then {{ attribution_priority('sets_value') }} end
            as attribution_rank,
        case when sets_field = 'comparability_status' then {{ comparability_priority('sets_value') }} end
            as comparability_rank
    from {{ ref('int_observation_gaps') }}

),

gaps_of_each as (

    select
        in_scope.observation_id,
        in_scope.typology_id,
        count(*) as gaps,
        first(gaps.sets_value order by gaps.attribution_rank, gaps.kind)
        filter (where gaps.attribution_rank is not null) as attribution_status,
        first(gaps.gap_id order by gaps.attribution_rank, gaps.kind)
        filter (where gaps.attribution_rank is not null) as deciding_gap_id,
        first(gaps.sets_value order by gaps.comparability_rank) filter (where gaps.comparability_rank is not null)
            as comparability_status,
        min(gaps.sets_value) filter (where gaps.kind = 'U9') as nation_status,
        min(gaps.sets_value) filter (where gaps.kind = 'Z3') as differencing_status
    from in_scope
    inner join ranked_gaps as gaps
        on
            in_scope.observation_id = gaps.observation_id
            and coalesce(gaps.typology_id, in_scope.typology_id) = in_scope.typology_id
    group by in_scope.observation_id, in_scope.typology_id

),

decided as (

    select
        in_scope.*,
        coalesce(gaps.attribution_status, 'attributable') as attribution_status,
        coalesce(gaps.comparability_status, 'comparable') as comparability_status,
        coalesce(markers.disclosure_status, gaps.nation_status, gaps.differencing_status, 'open') as disclosure_status,
        gaps.deciding_gap_id,
        coalesce(gaps.gaps, 0) as gaps
    from in_scope
    left join gaps_of_each as gaps
        on in_scope.observation_id = gaps.observation_id and in_scope.typology_id = gaps.typology_id
    left join {{ ref('stg_markers') }} as markers on in_scope.value_marker = markers.value_marker

)

select
    observation_id,
    typology_id,
    indicator_id,
    definition_version,
    area_type,
    area_code,
    service_id,
    period_start,
    period_end,
    window_start,
    window_end,
    case when attribution_status in ('attributable', 'attributable_with_caveat') then suggested_model_id end
        as model_id,
    case when attribution_status not in ('attributable', 'attributable_with_caveat') then suggested_model_id end
        as candidate_model_id,
    attribution_status,
    comparability_status,
    disclosure_status,
    deciding_gap_id,
    gaps
from decided
