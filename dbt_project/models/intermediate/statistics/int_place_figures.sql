-- The figures that places are compared by: of every indicator the one figure to use for each authority and service,
-- and what each dataset publishes for countries and regions. Everything about a place over time, against a benchmark or
-- in a funnel starts here, so that all of it speaks of the same rows.
with comparability as (

    select
        observation_id,
        first(sets_value order by {{ comparability_priority('sets_value') }}) as comparability_status
    from {{ ref('int_observation_gaps') }}
    where sets_field = 'comparability_status' and typology_id is null
    group by observation_id

)

select
    observations.observation_id,
    observations.indicator_id,
    observations.definition_version,
    observations.source_id,
    coalesce(datasets.priority, 99) as source_priority,
    observations.area_type,
    observations.area_code,
    observations.period_start,
    observations.period_end,
    observations.period_type,
    observations.window_start,
    observations.window_end,
    observations.value,
    observations.value_marker,
    observations.numerator,
    observations.denominator,
    intervals.lower_95,
    intervals.upper_95,
    indicators.measure,
    indicators.unit_base,
    indicators.polarity,
    indicators.value_minimum,
    indicators.value_maximum,
    coalesce(services.nation, authorities.nation, areas.nation) as nation,
    coalesce(services.region_code, authorities.region_code) as region_code,
    coalesce(services.authority_class, authorities.authority_class) as authority_class,
    coalesce(comparability.comparability_status, 'comparable') as comparability_status,
    observations.area_type in ('authority', 'youth_justice_service') as is_place
from {{ ref('int_observations') }} as observations
inner join {{ ref('stg_indicators') }} as indicators
    on
        observations.indicator_id = indicators.indicator_id
        and observations.definition_version = indicators.definition_version
left join {{ ref('int_observation_intervals') }} as intervals
    on observations.observation_id = intervals.observation_id
left join {{ ref('stg_datasets') }} as datasets on observations.source_id = datasets.source_id
left join comparability on observations.observation_id = comparability.observation_id
left join {{ ref('int_services') }} as services
    -- A condition on one side alone would make a nested loop of the join.
    on case when observations.area_type = 'youth_justice_service' then observations.area_code end = services.service_id
left join {{ ref('int_authorities') }} as authorities
    on
        case when observations.area_type <> 'youth_justice_service' then observations.area_code end
        = authorities.area_code
left join {{ ref('int_area_windows') }} as areas
    on
        observations.area_type = areas.area_type
        and observations.area_code = areas.area_code
        and observations.window_start = areas.window_start
        and observations.window_end = areas.window_end
where
    observations.breakdown_id = 'all'
    and indicators.measure <> 'ordinal'
    and (
        (observations.is_preferred and observations.area_type in ('authority', 'youth_justice_service'))
        or (observations.is_current and observations.area_type in ('country', 'region'))
    )
