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

-- What the gaps of each observation come to: those that hold for every typology, and those of one. The first of several
-- decides, by the order of what they set.
{% for kept, of_each in [('everywhere', 'observation_id'), ('of_typology', 'observation_id, typology_id')] %}
    {{ kept }} as (

        select
            {{ of_each }},
            count(*) as gaps,
            min(struct_pack(
                place := {{ attribution_priority('sets_value') }}, kind := kind, status := sets_value, gap_id := gap_id
            )) filter (where sets_field = 'attribution_status') as attribution,
            min(struct_pack(place := {{ comparability_priority('sets_value') }}, status := sets_value))
            filter (where sets_field = 'comparability_status') as comparability,
            min(sets_value) filter (where kind = 'U9') as nation_status,
            min(sets_value) filter (where kind = 'Z3') as differencing_status
        from {{ ref('int_observation_gaps') }}
        where typology_id is {{ 'null' if kept == 'everywhere' else 'not null' }}
        group by {{ of_each }}

    ),

{% endfor %}
joined as (

    select
        in_scope.*,
        least(everywhere.attribution, of_typology.attribution) as attribution,
        least(everywhere.comparability, of_typology.comparability) as comparability,
        least(everywhere.nation_status, of_typology.nation_status) as nation_status,
        least(everywhere.differencing_status, of_typology.differencing_status) as differencing_status,
        coalesce(everywhere.gaps, 0) + coalesce(of_typology.gaps, 0) as gaps
    from in_scope
    left join everywhere on in_scope.observation_id = everywhere.observation_id
    left join of_typology
        on in_scope.observation_id = of_typology.observation_id and in_scope.typology_id = of_typology.typology_id

),

decided as (

    select
        joined.* exclude (attribution, comparability, nation_status, differencing_status),
        coalesce(joined.attribution.status, 'attributable') as attribution_status,
        coalesce(joined.comparability.status, 'comparable') as comparability_status,
        coalesce(markers.disclosure_status, joined.nation_status, joined.differencing_status, 'open')
            as disclosure_status,
        joined.attribution.gap_id as deciding_gap_id
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
