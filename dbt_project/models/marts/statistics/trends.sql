-- Annual series by the five-point rule, quarterly and monthly series by their control chart: one row a series.
with charted as (

    select
        area_type,
        area_code,
        indicator_id,
        definition_version,
        count(*) filter (where is_on_chart) as points_on_chart,
        any_value(points_charted) as points,
        any_value(last_break) as last_break,
        first(break_before order by break_date desc nulls last) as break_before,
        bool_or(is_overlapping) as is_overlapping,
        coalesce(min(period_start) filter (where is_on_chart), min(period_start)) as first_period_start,
        coalesce(max(period_end) filter (where is_on_chart), max(period_end)) as last_period_end
    from {{ ref('int_control_points') }}
    group by area_type, area_code, indicator_id, definition_version

),

signals as (

    select
        points.area_type,
        points.area_code,
        points.indicator_id,
        points.definition_version,
        count(charts.signal) as signals,
        any_value(charts.upper_limit) as upper_limit
    from {{ ref('int_control_charts') }} as charts
    inner join {{ ref('int_control_points') }} as points on charts.observation_id = points.observation_id
    group by points.area_type, points.area_code, points.indicator_id, points.definition_version

),

quarterly as (

    select
        charted.area_type,
        charted.area_code,
        charted.indicator_id,
        charted.definition_version,
        'xmr' as method,
        charted.points,
        charted.first_period_start,
        charted.last_period_end,
        case
            when signals.upper_limit is null then 'cannot_be_calculated'
            when signals.signals > 0 then 'signal'
            else 'no_signal'
        end as trend,
        case
            when charted.is_overlapping then 'The periods overlap: each counts part of the one before it.'
            when charted.points_on_chart = 0
                then 'The series has ' || charted.points || ' comparable points'
                    || coalesce(' since its break (' || charted.break_before || ')', '') || ', eight are needed.'
            when signals.upper_limit is null then 'No two points follow each other: there is no moving range.'
        end as reason
    from charted
    left join signals
        on
            charted.area_type = signals.area_type
            and charted.area_code = signals.area_code
            and charted.indicator_id = signals.indicator_id
            and charted.definition_version = signals.definition_version

)

select
    area_type,
    area_code,
    indicator_id,
    definition_version,
    'five_point' as method,
    points,
    first_period_start,
    last_period_end,
    slope_per_year,
    chi_squared,
    leave_one_out_agrees,
    poisson_p_value,
    trend,
    judgement,
    reason
from {{ ref('int_trends') }}
union all
select
    area_type,
    area_code,
    indicator_id,
    definition_version,
    method,
    points,
    first_period_start,
    last_period_end,
    null as slope_per_year,
    null as chi_squared,
    null as leave_one_out_agrees,
    null as poisson_p_value,
    trend,
    null as judgement,
    reason
from quarterly
