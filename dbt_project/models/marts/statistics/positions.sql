select
    figures.observation_id,
    figures.indicator_id,
    figures.definition_version,
    figures.source_id,
    figures.area_type,
    figures.area_code,
    figures.period_start,
    figures.period_end,
    figures.value,
    positions.places,
    positions.quartile,
    positions.rank,
    positions.rank_lower,
    positions.rank_upper
from {{ ref('int_positions') }} as positions
inner join {{ ref('int_ranked_figures') }} as figures on positions.observation_id = figures.observation_id
