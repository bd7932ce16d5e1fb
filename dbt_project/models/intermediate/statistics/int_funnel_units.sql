-- What a funnel is drawn from: every authority or service with a comparable proportion or rate and the counts behind
-- it, for one definition over one period. Like a comparison, it takes the figure to use of each place, whichever
-- dataset it is in.
select
    md5(concat_ws('|', indicator_id, definition_version, area_type, period_start, period_end)) as funnel_id,
    observation_id,
    indicator_id,
    definition_version,
    source_id,
    source_priority,
    area_type,
    area_code,
    period_start,
    period_end,
    measure,
    unit_base,
    value,
    numerator,
    denominator
from {{ ref('int_place_figures') }}
where
    is_place
    and measure in ('proportion', 'rate')
    and comparability_status = 'comparable'
    and value is not null
    and numerator is not null
    and denominator > 0
    and unit_base is not null
