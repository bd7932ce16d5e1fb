-- Every observation, landed, expected or derived, current or not, with its exposure window, and which of several
-- datasets that state one figure is preferred.
with withdrawn as (

    -- Superseded, and the delivery that took its place no longer states it.
    select superseded.observation_id
    from {{ ref('int_observation_versions') }} as superseded
    left join {{ ref('int_observation_versions') }} as standing
        on {{ same_natural_key('superseded', 'standing') }} and standing.is_current
    where not superseded.is_current and standing.observation_id is null

),

observations as (

    select
        versions.*,
        not versions.is_current and withdrawn.observation_id is not null as is_withdrawn,
        false as is_derived,
        cast([] as varchar[]) as derived_from,
        cast(null as varchar) as missing_members
    from {{ ref('int_observation_versions') }} as versions
    left join withdrawn on versions.observation_id = withdrawn.observation_id

    union all by name

    select
        *,
        true as is_current,
        false as is_expected,
        false as is_withdrawn,
        true as is_derived
    from {{ ref('int_derived_observations') }}

),

-- Few indicators come from more than one dataset: only these are ranked.
stated_by_several as (

    select indicator_id, definition_version, period_end
    from {{ ref('int_current_figures') }}
    group by indicator_id, definition_version, period_end
    having min(source_id) <> max(source_id)

),

ranked as (

    select
        observations.observation_id,
        first_value(observations.observation_id) over (
            partition by
                observations.indicator_id, observations.definition_version, observations.area_type,
                observations.area_code, observations.period_start, observations.period_end, observations.breakdown_id
            order by
                not observations.has_value,
                observations.is_derived,
                coalesce(datasets.priority, 99),
                observations.source_id
        ) as preferred_id
    from {{ ref('int_current_figures') }} as observations
    inner join stated_by_several
        on
            observations.indicator_id = stated_by_several.indicator_id
            and observations.definition_version = stated_by_several.definition_version
            and observations.period_end = stated_by_several.period_end
    left join {{ ref('stg_datasets') }} as datasets on observations.source_id = datasets.source_id

),

overruled as (

    select * from ranked
    where observation_id <> preferred_id

)

select
    observations.observation_id,
    observations.indicator_id,
    observations.definition_version,
    observations.area_type,
    observations.area_code,
    observations.area_name_as_published,
    observations.period_start,
    observations.period_end,
    observations.period_label,
    observations.period_type,
    observations.breakdown_id,
    observations.numerator,
    observations.denominator,
    observations.value,
    observations.unit,
    observations.value_marker,
    observations.source_id,
    observations.delivery_id,
    observations.sheet,
    observations."row",
    observations."column",
    observations.published_at,
    observations.recorded_at,
    observations.superseded_at,
    {{ months_before('observations.period_start', 'coalesce(indicators.window_months_before, 0)') }} as window_start,
    {{ months_after('observations.period_end', 'coalesce(indicators.window_months_after, 0)') }} as window_end,
    observations.is_current,
    observations.is_withdrawn,
    observations.is_expected,
    observations.is_current and overruled.observation_id is null as is_preferred,
    overruled.preferred_id as overruled_by,
    observations.is_derived,
    observations.derived_from,
    observations.missing_members
from observations
left join overruled on observations.observation_id = overruled.observation_id
left join {{ ref('stg_indicators') }} as indicators
    on
        observations.indicator_id = indicators.indicator_id
        and observations.definition_version = indicators.definition_version
