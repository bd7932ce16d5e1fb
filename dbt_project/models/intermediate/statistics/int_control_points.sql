-- The points of each quarterly or monthly series since its last break, and how many of them can be charted. A chart
-- needs eight of them (pipelines.statistics.control_chart).
{% set least = 8 %}
with points as (

    select
        *,
        max(break_date) over (
            partition by area_type, area_code, indicator_id, definition_version
        ) as last_break
    from {{ ref('int_time_series') }}
    where method = 'xmr'

),

judged as (

    select
        *,
        value is not null and not is_out_of_line and not is_overlapping
        and period_start >= coalesce(last_break, date '0001-01-01') as is_charted
    from points

)

select
    *,
    count(*) filter (where is_charted) over (
        partition by area_type, area_code, indicator_id, definition_version
    ) as points_charted,
    concat_ws('|', area_type, area_code, indicator_id, definition_version) as series_id,
    month_number // months_apart as step,
    is_charted and count(*) filter (where is_charted) over (
        partition by area_type, area_code, indicator_id, definition_version
    ) >= {{ least }} as is_on_chart
from judged
