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
    from area_typologies
    inner join {{ ref('int_observations') }} as observations
        on
            area_typologies.area_type = observations.area_type
            and area_typologies.area_code = observations.area_code
            and area_typologies.window_start = observations.window_start
            and area_typologies.window_end = observations.window_end
    where observations.is_current

),

joined as (

    select
        in_scope.*,
        least(everywhere.attribution, of_typology.attribution) as attribution,
        least(everywhere.comparability, of_typology.comparability) as comparability,
        least(everywhere.nation_status, of_typology.nation_status) as nation_status,
        least(everywhere.differencing_status, of_typology.differencing_status) as differencing_status,
        coalesce(everywhere.gaps, 0) + coalesce(of_typology.gaps, 0) as gaps
    from in_scope
    left join {{ ref('int_gaps_weighed') }} as everywhere
        on in_scope.observation_id = everywhere.observation_id and everywhere.typology_id is null
    left join {{ ref('int_gaps_weighed') }} as of_typology
        on in_scope.observation_id = of_typology.observation_id and in_scope.typology_id = of_typology.typology_id

),

decided as (

    select
        joined.* exclude (attribution, comparability, nation_status, differencing_status),
        coalesce(split_part(joined.attribution, ' ', 3), 'attributable') as attribution_status,
        coalesce(split_part(joined.comparability, ' ', 2), 'comparable') as comparability_status,
        coalesce(markers.disclosure_status, joined.nation_status, joined.differencing_status, 'open')
            as disclosure_status,
        split_part(joined.attribution, ' ', 4) as deciding_gap_id
    from joined
    left join {{ ref('stg_markers') }} as markers on joined.value_marker = markers.value_marker

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
