{{ config(materialized='view') }}
-- Gaps of the measure test: same definition, coverage and recording as what it is compared with?
with breaks_inside as (

    select
        observations.observation_id,
        string_agg(breaks.title || ' (' || breaks.break_date || ')', '; ' order by breaks.break_date, breaks.title)
            as found,
        min(breaks.citation) as citation
    from {{ ref('int_observations') }} as observations
    inner join {{ ref('stg_indicator_breaks') }} as breaks
        on
            observations.indicator_id = breaks.indicator_id
            and observations.definition_version = breaks.definition_version
            and breaks.break_date > observations.period_start
            and breaks.break_date <= observations.window_end
    where observations.is_current
    group by observations.observation_id

),

version_areas as (

    select
        indicator_id,
        source_id,
        area_type,
        period_start,
        period_end,
        definition_version,
        count(distinct area_code) as areas
    from {{ ref('int_observations') }}
    where is_current
    group by indicator_id, source_id, area_type, period_start, period_end, definition_version

),

minority_versions as (

    select
        *,
        max(areas) over same as most_areas,
        first(definition_version) over (
            partition by indicator_id, source_id, area_type, period_start, period_end
            order by areas desc, definition_version
        ) as usual_version
    from version_areas
    window same as (partition by indicator_id, source_id, area_type, period_start, period_end)
    qualify areas < max(areas) over same

),

doubtful as (

    select
        observations.observation_id,
        max(companions.value) as companion_value,
        any_value(companion.title) as companion_title,
        any_value(indicators.companion_maximum) as companion_maximum
    from {{ ref('int_observations') }} as observations
    inner join {{ ref('stg_indicators') }} as indicators
        on
            observations.indicator_id = indicators.indicator_id
            and observations.definition_version = indicators.definition_version
    inner join {{ ref('stg_indicators') }} as companion
        on
            indicators.companion_indicator_id = companion.indicator_id
            and coalesce(indicators.companion_definition_version, companion.definition_version)
            = companion.definition_version
    inner join {{ ref('int_observations') }} as companions
        on
            companion.indicator_id = companions.indicator_id
            and companion.definition_version = companions.definition_version
            and observations.source_id = companions.source_id
            and observations.area_type = companions.area_type
            and observations.area_code = companions.area_code
            and observations.period_start = companions.period_start
            and observations.period_end = companions.period_end
            and companions.breakdown_id = 'all'
            and companions.value > indicators.companion_maximum
            and companions.is_current
    where observations.is_current
    group by observations.observation_id

)

select
    observations.observation_id,
    cast(null as varchar) as typology_id,
    'M1' as kind,
    'Break inside the window: ' || breaks_inside.found || '.' as evidence,
    breaks_inside.citation as evidence_locator,
    {{ figure_of('observations') }} as figure
from breaks_inside
inner join {{ ref('int_observations') }} as observations on breaks_inside.observation_id = observations.observation_id

union all

select
    observations.observation_id,
    null as typology_id,
    'M2' as kind,
    'Areas on version ' || minority.definition_version || ': ' || minority.areas || '; on version '
    || minority.usual_version || ': ' || minority.most_areas || '.' as evidence,
    null as evidence_locator,
    {{ figure_of('observations') }} as figure
from {{ ref('int_observations') }} as observations
inner join minority_versions as minority
    on
        observations.indicator_id = minority.indicator_id
        and observations.source_id = minority.source_id
        and observations.area_type = minority.area_type
        and observations.period_start = minority.period_start
        and observations.period_end = minority.period_end
        and observations.definition_version = minority.definition_version
where observations.is_current

union all

select
    observations.observation_id,
    null as typology_id,
    'M3' as kind,
    doubtful.companion_title || ': ' || round(doubtful.companion_value, 2) || ', more than '
    || doubtful.companion_maximum || '.' as evidence,
    null as evidence_locator,
    {{ figure_of('observations') }} as figure
from doubtful
inner join {{ ref('int_observations') }} as observations on doubtful.observation_id = observations.observation_id

union all

select
    observation_id,
    null as typology_id,
    'M8' as kind,
    'Published as provisional.' as evidence,
    null as evidence_locator,
    {{ figure_of('observations') }} as figure
from {{ ref('int_observations') }} as observations
where is_current and value_marker = 'p'
