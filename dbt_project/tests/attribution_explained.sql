{{ config(meta={'dagster': {'ref': {'name': 'attributions'}}, 'slice': 'period_end', 'is_closed': true}) }}

with blocking as (

    select distinct observation_id, typology_id from {{ ref('attribution_gaps') }}
    where is_blocking and level = 'observation' and closed_in_release is null

),

-- An inner join first: a left join on a condition over both sides compares every row with every other.
explained as (

    select distinct
        attributions.observation_id,
        attributions.typology_id
    from {{ ref('attributions') }} as attributions
    inner join blocking
        on
            attributions.observation_id = blocking.observation_id
            and coalesce(blocking.typology_id, attributions.typology_id) = attributions.typology_id

)

select
    attributions.observation_id,
    attributions.typology_id,
    attributions.attribution_status,
    attributions.deciding_gap_id
from {{ ref('attributions') }} as attributions
left join explained
    on
        attributions.observation_id = explained.observation_id
        and attributions.typology_id = explained.typology_id
where
    (explained.observation_id is not null)
    <> (attributions.attribution_status not in ('attributable', 'attributable_with_caveat'))
    or (attributions.deciding_gap_id is null) <> (attributions.attribution_status = 'attributable')
