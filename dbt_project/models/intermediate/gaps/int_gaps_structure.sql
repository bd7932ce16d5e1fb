{{ config(materialized='view') }}
-- Gaps of the tests of time and evidence for each observation: those of its window, and a change that lies in the time
-- in which its outcome is followed up rather than in the period itself.
with changed_windows as (

    select * from {{ ref('int_window_gaps') }}
    where kind = 'S1'

),

-- One model over every day of the period itself.
steady_periods as (

    select
        periods.service_id,
        changed_windows.typology_id,
        periods.period_start,
        periods.period_end,
        periods.window_start,
        periods.window_end,
        any_value(changed_windows.evidence) as evidence,
        any_value(changed_windows.evidence_locator) as evidence_locator
    from (
        select distinct
            areas.service_id,
            observations.period_start,
            observations.period_end,
            observations.window_start,
            observations.window_end
        from {{ ref('int_observations') }} as observations
        inner join {{ ref('int_area_windows') }} as areas
            on
                observations.area_type = areas.area_type
                and observations.area_code = areas.area_code
                and observations.window_start = areas.window_start
                and observations.window_end = areas.window_end
        where
            observations.is_current
            and areas.service_id is not null
            and (
                observations.period_start <> observations.window_start
                or observations.period_end <> observations.window_end
            )
    ) as periods
    inner join changed_windows
        on
            periods.service_id = changed_windows.service_id
            and periods.window_start = changed_windows.window_start
            and periods.window_end = changed_windows.window_end
    inner join {{ ref('int_structures') }} as structures
        on
            periods.service_id = structures.service_id
            and changed_windows.typology_id = structures.typology_id
            and {{ overlaps(
                'structures.valid_from', 'structures.valid_to', 'periods.period_start', 'periods.period_end'
            ) }}
    group by
        periods.service_id, changed_windows.typology_id, periods.period_start, periods.period_end,
        periods.window_start, periods.window_end
    having
        min(structures.model_id) = max(structures.model_id)
        and not bool_or(structures.is_contested)
        and not bool_or(structures.model_id = 'unassigned')
        and sum({{ shared_days(
            'structures.valid_from', 'structures.valid_to', 'periods.period_start', 'periods.period_end'
        ) }}) = periods.period_end - periods.period_start + 1

)

select
    observations.observation_id,
    gaps.typology_id,
    gaps.kind,
    gaps.evidence,
    gaps.evidence_locator,
    {{ figure_of('observations') }} as figure
from {{ ref('int_observations') }} as observations
inner join {{ ref('int_area_windows') }} as areas
    on
        observations.area_type = areas.area_type
        and observations.area_code = areas.area_code
        and observations.window_start = areas.window_start
        and observations.window_end = areas.window_end
inner join {{ ref('int_window_gaps') }} as gaps
    on
        areas.service_id = gaps.service_id
        and observations.window_start = gaps.window_start
        and observations.window_end = gaps.window_end
where observations.is_current

union all

select
    observations.observation_id,
    steady_periods.typology_id,
    'S9' as kind,
    'One model from ' || observations.period_start || ' to ' || observations.period_end
    || '; the window also covers the time before or after it. ' || steady_periods.evidence as evidence,
    steady_periods.evidence_locator,
    {{ figure_of('observations') }} as figure
from {{ ref('int_observations') }} as observations
inner join {{ ref('int_area_windows') }} as areas
    on
        observations.area_type = areas.area_type
        and observations.area_code = areas.area_code
        and observations.window_start = areas.window_start
        and observations.window_end = areas.window_end
inner join steady_periods
    on
        areas.service_id = steady_periods.service_id
        and observations.period_start = steady_periods.period_start
        and observations.period_end = steady_periods.period_end
        and observations.window_start = steady_periods.window_start
        and observations.window_end = steady_periods.window_end
where observations.is_current
