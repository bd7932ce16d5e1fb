{{ config(meta={'dagster': {'ref': {'name': 'attributions'}}}) }}

with blocking as (

    select distinct observation_id, typology_id from {{ ref('attribution_gaps') }}
    where is_blocking and level = 'observation'

)

select
    attributions.observation_id,
    attributions.typology_id,
    attributions.attribution_status,
    attributions.deciding_gap_id
from {{ ref('attributions') }} as attributions
left join blocking
    on
        attributions.observation_id = blocking.observation_id
        and coalesce(blocking.typology_id, attributions.typology_id) = attributions.typology_id
group by
    attributions.observation_id, attributions.typology_id, attributions.attribution_status, attributions.deciding_gap_id
having
    (count(blocking.observation_id) > 0)
    <> (attributions.attribution_status not in ('attributable', 'attributable_with_caveat'))
    or (attributions.deciding_gap_id is null) <> (attributions.attribution_status = 'attributable')
