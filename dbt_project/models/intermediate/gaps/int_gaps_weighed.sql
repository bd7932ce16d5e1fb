{{ config(materialized='view') }}
-- What the gaps of each observation come to: those that hold for every typology together, and those of each one.
-- The first of several decides, by the order of what they set. Words parted by blanks and no struct: the least of many
-- texts is what every engine finds in little memory.
select
    observation_id,
    typology_id,
    count(*) as gaps,
    min({{ attribution_priority('sets_value') }} || ' ' || kind || ' ' || sets_value || ' ' || gap_id)
    filter (where sets_field = 'attribution_status') as attribution,
    min({{ comparability_priority('sets_value') }} || ' ' || sets_value)
    filter (where sets_field = 'comparability_status') as comparability,
    min(sets_value) filter (where kind = 'U9') as nation_status,
    min(sets_value) filter (where kind = 'Z3') as differencing_status
from {{ ref('int_observation_gaps') }}
group by observation_id, typology_id
