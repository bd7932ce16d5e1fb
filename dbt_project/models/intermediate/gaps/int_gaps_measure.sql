{{ config(materialized='view') }}
-- Gaps of the measure test: same definition, coverage and recording as what it is compared with?
with breaks_inside as (

    select
        observations.observation_id,
        string_agg(breaks.title || ' (' || breaks.break_date || ')', '; ' order by breaks.break_date, breaks.title)
            as found,
        min(breaks.citation) as citation,
        any_value({{ figure_of('observations') }}) as figure
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

-- What makes others doubtful is sought first: it is little, and is then held against all.
too_high as (

    select
        indicators.indicator_id as doubtful_indicator_id,
        indicators.definition_version as doubtful_version,
        indicators.companion_maximum,
        companion.title,
        companions.source_id,
        companions.area_type,
        companions.area_code,
        companions.period_start,
        companions.period_end,
        companions.value
    from {{ ref('stg_indicators') }} as indicators
    inner join {{ ref('stg_indicators') }} as companion
        on
            indicators.companion_indicator_id = companion.indicator_id
            and coalesce(indicators.companion_definition_version, companion.definition_version)
            = companion.definition_version
    inner join {{ ref('int_observations') }} as companions
        on
            companion.indicator_id = companions.indicator_id
            and companion.definition_version = companions.definition_version
            and companions.breakdown_id = 'all'
            and companions.value > indicators.companion_maximum
            and companions.is_current

),

doubtful as (

    select
        observations.observation_id,
        max(too_high.value) as companion_value,
        any_value(too_high.title) as companion_title,
        any_value(too_high.companion_maximum) as companion_maximum,
        any_value({{ figure_of('observations') }}) as figure
    from too_high
    inner join {{ ref('int_observations') }} as observations
        on
            too_high.doubtful_indicator_id = observations.indicator_id
            and too_high.doubtful_version = observations.definition_version
            and too_high.source_id = observations.source_id
            and too_high.area_type = observations.area_type
            and too_high.area_code = observations.area_code
            and too_high.period_start = observations.period_start
            and too_high.period_end = observations.period_end
    where observations.is_current
    group by observations.observation_id

)

select
    observation_id,
    cast(null as varchar) as typology_id,
    'M1' as kind,
    'Break inside the window: ' || found || '.' as evidence,
    citation as evidence_locator,
    figure
from breaks_inside

union all

select
    observations.observation_id,
    null as typology_id,
    'M2' as kind,
    'Areas on version ' || minority.definition_version || ': ' || minority.areas || '; on version '
    || minority.usual_version || ': ' || minority.most_areas || '.' as evidence,
    null as evidence_locator,
    {{ figure_of('observations') }} as figure
from minority_versions as minority
inner join {{ ref('int_observations') }} as observations
    on
        minority.indicator_id = observations.indicator_id
        and minority.source_id = observations.source_id
        and minority.area_type = observations.area_type
        and minority.period_start = observations.period_start
        and minority.period_end = observations.period_end
        and minority.definition_version = observations.definition_version
where observations.is_current

union all

select
    observation_id,
    null as typology_id,
    'M3' as kind,
    companion_title || ': ' || round(companion_value, 2) || ', more than ' || companion_maximum || '.' as evidence,
    null as evidence_locator,
    figure
from doubtful

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
