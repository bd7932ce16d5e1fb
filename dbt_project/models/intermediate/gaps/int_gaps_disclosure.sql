{{ config(materialized='view') }}
-- Gaps of return and size: is there a figure, may it be shown, and is it stable?
with unpublished as (

    select
        observations.*,
        expected_deliveries.due_date,
        expected_deliveries.status as return_status
    from {{ ref('int_observations') }} as observations
    left join {{ ref('stg_expected_deliveries') }} as expected_deliveries
        on
            -- In the key: a condition on one side alone would compare every row with every other.
            case when observations.is_expected then observations.source_id end = expected_deliveries.source_id
            and observations.area_type = expected_deliveries.area_type
            and observations.area_code = expected_deliveries.area_code
            and observations.period_start = expected_deliveries.period_start
            and observations.period_end = expected_deliveries.period_end
            and observations.period_type is not distinct from expected_deliveries.period_type
    -- A whole with a member missing is marked x as well: U3 says why, so D1 would say it twice.
    where
        observations.is_current
        and observations.value_marker in ('x', 'z', 'low', 'u', 'c')
        and observations.missing_members is null

)

select
    observation_id,
    cast(null as varchar) as typology_id,
    case
        when is_expected then 'C6'
        when value_marker = 'x' then 'D1'
        when value_marker = 'z' then 'D2'
        when value_marker = 'low' then 'D3'
        when value_marker = 'u' then 'D4'
        when value_marker = 'c' then 'Z1'
    end as kind,
    case
        when is_expected
            then 'The calendar expects a return for ' || coalesce(period_label, period_start || ' to ' || period_end)
                || coalesce(', due ' || due_date, '')
                || case
                    when return_status = 'missing' then '; none was received.'
                    when return_status = 'refused' then '; what came was refused.'
                    else '; it came without this figure.'
                end
        when is_derived then 'Derived, and no value can be formed.'
        else 'Published as ' || value_marker || '.'
    end as evidence,
    cast(null as varchar) as evidence_locator,
    {{ figure_of('unpublished') }} as figure
from unpublished

union all

select
    observations.observation_id,
    null as typology_id,
    'Z1U' as kind,
    'Rests on a count of '
    || {{ count_as_text(
        "case when indicators.measure = 'count' then coalesce(observations.numerator, observations.value)"
        ~ " else observations.numerator end"
    ) }}
    || ', fewer than ' || settings.small_count || '.' as evidence,
    null as evidence_locator,
    {{ figure_of('observations') }} as figure
from {{ ref('int_observations') }} as observations
left join {{ ref('stg_indicators') }} as indicators
    on
        observations.indicator_id = indicators.indicator_id
        and observations.definition_version = indicators.definition_version
cross join {{ ref('stg_settings') }} as settings
where
    observations.is_current
    and observations.value is not null
    and case
        when indicators.measure = 'count' then coalesce(observations.numerator, observations.value)
        else observations.numerator
    end between 0 and settings.small_count
    and case
        when indicators.measure = 'count' then coalesce(observations.numerator, observations.value)
        else observations.numerator
    end not in (0, settings.small_count)

union all

select
    observations.observation_id,
    null as typology_id,
    'Z2' as kind,
    'Rests on a base of ' || {{ count_as_text("observations.denominator") }}
    || ', fewer than ' || settings.small_denominator || '.' as evidence,
    null as evidence_locator,
    {{ figure_of('observations') }} as figure
from {{ ref('int_observations') }} as observations
inner join {{ ref('stg_indicators') }} as indicators
    on
        observations.indicator_id = indicators.indicator_id
        and observations.definition_version = indicators.definition_version
cross join {{ ref('stg_settings') }} as settings
where
    observations.is_current
    and observations.value is not null
    and indicators.measure = 'proportion'
    and observations.denominator < settings.small_denominator
