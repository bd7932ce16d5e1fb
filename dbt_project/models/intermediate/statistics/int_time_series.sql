-- The points of each authority's or service's own series in time, with what decides whether a line may be judged at
-- all: how far apart its periods are, whether they overlap, and the last break that its measure declares.
with figures as (

    select *, datediff('month', period_start, period_end + 1) as months
    from {{ ref('int_place_figures') }}
    where is_place

),

-- A definition may be published for years and for quarters: one length makes a series, the one most figures have.
counted_lengths as (

    select indicator_id, definition_version, months, count(*) as figures
    from figures
    group by indicator_id, definition_version, months

),

lengths as (

    select indicator_id, definition_version, first(months order by figures desc, months desc) as months
    from counted_lengths
    group by indicator_id, definition_version

),

of_one_length as (

    select figures.*
    from figures
    inner join lengths
        on
            figures.indicator_id = lengths.indicator_id
            and figures.definition_version = lengths.definition_version
            and figures.months = lengths.months

),

periods as (

    select
        indicator_id,
        definition_version,
        datediff('month', lag(period_start) over (
            partition by indicator_id, definition_version order by period_start
        ), period_start) as apart
    from (select distinct indicator_id, definition_version, period_start from of_one_length) as starts

),

spacings as (

    select indicator_id, definition_version, min(apart) as months_apart
    from periods
    group by indicator_id, definition_version

),

breaks as (

    select
        points.indicator_id,
        points.definition_version,
        points.period_start,
        points.period_end,
        first(breaks.break_date || ' ' || breaks.title order by breaks.break_date desc) as break_before,
        max(breaks.break_date) as break_date
    from (
        select distinct indicator_id, definition_version, period_start, period_end from of_one_length
    ) as points
    inner join {{ ref('stg_indicator_breaks') }} as breaks
        on
            points.indicator_id = breaks.indicator_id
            and points.definition_version = breaks.definition_version
            and points.period_end >= breaks.break_date
    group by points.indicator_id, points.definition_version, points.period_start, points.period_end

)

select
    points.observation_id,
    points.indicator_id,
    points.definition_version,
    points.area_type,
    points.area_code,
    points.period_start,
    points.period_end,
    points.value,
    points.numerator,
    points.denominator,
    points.lower_95,
    points.upper_95,
    points.measure,
    points.unit_base,
    points.polarity,
    points.value_minimum,
    points.value_maximum,
    points.comparability_status,
    case when coalesce(spacings.months_apart, 12) <= 3 then 'xmr' else 'five_point' end as method,
    coalesce(points.months > spacings.months_apart, false) as is_overlapping,
    12 * year(points.period_start) + month(points.period_start) as month_number,
    spacings.months_apart,
    breaks.break_date,
    breaks.break_before,
    -- A status that says the figure was not counted as its neighbours in the series were; provisional ones were, and
    -- another version beside it is another series.
    points.comparability_status in ('break', 'coverage_low', 'not_comparable') as is_out_of_line,
    row_number() over (
        partition by points.area_type, points.area_code, points.indicator_id, points.definition_version
        order by points.period_start desc
    ) as newest
from of_one_length as points
left join spacings
    on points.indicator_id = spacings.indicator_id and points.definition_version = spacings.definition_version
left join breaks
    on
        points.indicator_id = breaks.indicator_id
        and points.definition_version = breaks.definition_version
        and points.period_start = breaks.period_start
        and points.period_end = breaks.period_end
