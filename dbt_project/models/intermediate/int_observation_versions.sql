-- Every landed row with the day it was superseded, and a row marked x for each cell that the calendar expected and no
-- delivery filled.
with landed as (

    select
        observations.* exclude (superseded_at),
        coverage.superseded_at,
        coverage.superseded_at is null as is_current,
        false as is_expected
    from {{ ref('stg_observations') }} as observations
    left join {{ ref('int_delivery_coverage') }} as coverage
        on
            observations.source_id = coverage.source_id
            and observations.delivery_id = coverage.delivery_id
            and observations.area_type = coverage.area_type
            and observations.area_code = coverage.area_code
            and observations.period_start = coverage.period_start
            and observations.period_end = coverage.period_end

),

-- Also of a return that came: a cell of it that was set aside is a cell that no delivery filled.
due_returns as (

    select * from {{ ref('stg_expected_deliveries') }}

),

-- What others returned for that period, so what the return would have held.
published_indicators as (

    select distinct
        source_id,
        period_start,
        period_end,
        indicator_id,
        definition_version,
        unit
    from landed
    where
        is_current
        and breakdown_id = 'all'
        and source_id in (select due_returns.source_id from due_returns)

),

expected as (

    select
        due_returns.source_id,
        published_indicators.indicator_id,
        published_indicators.definition_version,
        due_returns.area_type,
        due_returns.area_code,
        due_returns.period_start,
        due_returns.period_end,
        due_returns.period_label,
        due_returns.period_type,
        published_indicators.unit,
        due_returns.due_date,
        'all' as breakdown_id
    from due_returns
    inner join published_indicators
        on
            due_returns.source_id = published_indicators.source_id
            and due_returns.period_start = published_indicators.period_start
            and due_returns.period_end = published_indicators.period_end

)

select
    observation_id,
    indicator_id,
    definition_version,
    area_type,
    area_code,
    area_name_as_published,
    period_start,
    period_end,
    period_label,
    period_type,
    breakdown_id,
    numerator,
    denominator,
    value,
    unit,
    value_marker,
    source_id,
    delivery_id,
    sheet,
    "row",
    "column",
    published_at,
    recorded_at,
    superseded_at,
    is_current,
    is_expected
from landed

union all

select
    md5({{ natural_key('expected') }} || '|expected') as observation_id,
    expected.indicator_id,
    expected.definition_version,
    expected.area_type,
    expected.area_code,
    null as area_name_as_published,
    expected.period_start,
    expected.period_end,
    expected.period_label,
    expected.period_type,
    expected.breakdown_id,
    null as numerator,
    null as denominator,
    null as value,
    expected.unit,
    'x' as value_marker,
    expected.source_id,
    null as delivery_id,
    null as sheet,
    null as "row",
    null as "column",
    null as published_at,
    -- The day it was due is the first on which the warehouse could know that it was missing.
    cast(expected.due_date as timestamp) as recorded_at,
    null as superseded_at,
    true as is_current,
    true as is_expected
from expected
where
    not exists (
        select 1 from landed
        where landed.is_current and {{ same_natural_key('landed', 'expected') }}
    )
