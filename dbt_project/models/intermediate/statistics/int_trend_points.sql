-- The last five points of each annual series, in one row, and why its trend cannot be calculated where it cannot.
{% set points = 5 %}
with latest as (

    select * from {{ ref('int_time_series') }}
    where method = 'five_point' and newest <= {{ points }}

),

series as (

    select
        area_type,
        area_code,
        indicator_id,
        definition_version,
        any_value(measure) as measure,
        any_value(unit_base) as unit_base,
        any_value(polarity) as polarity,
        count(*) as points,
        min(period_start) as first_period_start,
        max(period_end) as last_period_end,
        bool_or(is_overlapping) as is_overlapping,
        max(month_number) - min(month_number) as months_spanned,
        count(value) as values_given,
        count(*) filter (where lower_95 is not null and upper_95 is not null) as intervals_given,
        count(*) filter (where is_out_of_line) as out_of_line,
        min(comparability_status) filter (where is_out_of_line) as status_out_of_line,
        count(distinct coalesce(break_date, date '0001-01-01')) - 1 as breaks_between,
        first(break_before order by break_date desc nulls last) as break_between,
        list(month_number / 12.0 order by period_start) as years,
        list(value order by period_start) as "values",
        list(lower_95 order by period_start) as lowers,
        list(upper_95 order by period_start) as uppers,
        list(coalesce(numerator, value) order by period_start) as numerators,
        list(denominator order by period_start) as denominators
    from latest
    group by area_type, area_code, indicator_id, definition_version

)

select
    area_type,
    area_code,
    indicator_id,
    definition_version,
    measure,
    unit_base,
    polarity,
    points,
    first_period_start,
    last_period_end,
    years,
    "values",
    lowers,
    uppers,
    numerators,
    denominators,
    case
        when is_overlapping then 'The periods overlap: each counts part of the one before it.'
        when points < {{ points }}
            then 'The series has ' || points || case when points = 1 then ' annual point, ' else ' annual points, ' end
                || '{{ points }} are needed.'
        when months_spanned <> 12 * ({{ points }} - 1)
            then 'The last {{ points }} points are not {{ points }} years in a row.'
        when values_given < {{ points }}
            then (points - values_given) || ' of the last {{ points }} points have no value.'
        when intervals_given < {{ points }}
            then 'No interval can be formed for ' || (points - intervals_given)
                || ' of the last {{ points }} points: the counts behind them are not published.'
        when breaks_between > 0 then 'The series breaks between the points: ' || break_between || '.'
        when out_of_line > 0
            then out_of_line || ' of the last {{ points }} points are not comparable: '
                || replace(status_out_of_line, '_', ' ') || '.'
    end as cannot
from series
