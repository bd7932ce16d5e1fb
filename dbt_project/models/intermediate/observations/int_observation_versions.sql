-- Every landed row with the day it was superseded, and a row marked x for each cell that the calendar expected and no
-- delivery filled.

-- Also of a return that came: a cell of it that was set aside is a cell that no delivery filled. A return that is not
-- late yet is not missed by anyone, and which areas a publisher's table holds is for the publisher to say.
with due_returns as (

    select
        *,
        -- When it could first be known that a cell was not there: the day after the return was due, or its coming.
        least(cast(late_after + 1 as timestamp), received_at) as missed_at
    from {{ ref('stg_expected_deliveries') }}
    where status <> 'due' and area_type <> 'publisher'

),

-- What others returned for that period, so what the return would have held.
published_indicators as (

    select
        source_id,
        period_start,
        period_end,
        indicator_id,
        definition_version,
        unit,
        min(recorded_at) as first_recorded_at
    from {{ ref('int_landed_versions') }}
    where
        breakdown_id = 'all'
        and source_id in (select due_returns.source_id from due_returns)
    group by source_id, period_start, period_end, indicator_id, definition_version, unit
    having bool_or(is_current)

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
        greatest(due_returns.missed_at, published_indicators.first_recorded_at) as missed_at,
        'all' as breakdown_id
    from due_returns
    inner join published_indicators
        on
            due_returns.source_id = published_indicators.source_id
            and due_returns.period_start = published_indicators.period_start
            and due_returns.period_end = published_indicators.period_end

),

-- What deliveries ever said of an expected cell.
expected_cells as (

    select
        expected.*,
        cells.first_filled_at,
        -- Filled once and then withdrawn: missed again since.
        greatest(expected.missed_at, cells.last_filled_until) as missed_since,
        coalesce(cells.is_filled, false) as is_filled
    from expected
    left join (
        select
            {{ natural_key('landed') }} as cell_key,
            min(recorded_at) as first_filled_at,
            max(superseded_at) as last_filled_until,
            bool_or(is_current) as is_filled
        from {{ ref('int_landed_versions') }} as landed
        where
            breakdown_id = 'all'
            and source_id in (select due_returns.source_id from due_returns)
            -- A row that was superseded as it arrived never filled anything.
            and (superseded_at is null or superseded_at > recorded_at)
        group by all
    ) as cells
        on {{ natural_key('expected') }} = cells.cell_key

),

-- An expected cell is missing now, or was missing until its first delivery came: as known on a day between, it was.
missing as (

    select
        *,
        md5({{ natural_key('expected_cells') }} || '|expected') as observation_id,
        missed_since as recorded_at,
        cast(null as timestamp) as superseded_at
    from expected_cells
    where not is_filled

    union all

    select
        *,
        md5({{ natural_key('expected_cells') }} || '|expected until it came') as observation_id,
        missed_at as recorded_at,
        first_filled_at as superseded_at
    from expected_cells
    where missed_at < first_filled_at

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
from {{ ref('int_landed_versions') }}

union all

select
    observation_id,
    indicator_id,
    definition_version,
    area_type,
    area_code,
    null as area_name_as_published,
    period_start,
    period_end,
    period_label,
    period_type,
    breakdown_id,
    null as numerator,
    null as denominator,
    null as value,
    unit,
    'x' as value_marker,
    source_id,
    null as delivery_id,
    null as sheet,
    null as "row",
    null as "column",
    null as published_at,
    recorded_at,
    superseded_at,
    superseded_at is null as is_current,
    true as is_expected
from missing
