{{ config(materialized='view') }}
-- What confidence limits are made from: the counts behind a value that is a proportion, a rate or a count.
select
    observations.observation_id,
    observations.period_end,
    indicators.measure,
    -- A count is its own numerator where the file gives only the value.
    case when indicators.measure = 'count' then observations.value else observations.numerator end as numerator,
    observations.denominator,
    indicators.unit_base
from {{ ref('int_observations') }} as observations
inner join {{ ref('stg_indicators') }} as indicators
    on
        observations.indicator_id = indicators.indicator_id
        and observations.definition_version = indicators.definition_version
where
    observations.value is not null
    and indicators.measure in ('proportion', 'rate', 'count')
    -- A population or a cohort is no count of events: its noise is not what these formulas describe.
    and not (indicators.measure = 'count' and indicators.programme = 'context')
    and (indicators.measure = 'count' or (observations.numerator is not null and observations.denominator is not null))
