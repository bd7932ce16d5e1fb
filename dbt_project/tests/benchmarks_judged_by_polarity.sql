{{ config(meta={'dagster': {'ref': {'name': 'benchmarks'}}}) }}

-- Better and worse are said only where the indicator declares a direction, and what is not compared says why.
select
    benchmarks.observation_id,
    benchmarks.benchmark,
    benchmarks.result,
    benchmarks.judgement
from {{ ref('benchmarks') }} as benchmarks
left join {{ ref('indicators') }} as indicators
    on
        benchmarks.indicator_id = indicators.indicator_id
        and benchmarks.definition_version = indicators.definition_version
where
    (benchmarks.judgement is not null and coalesce(indicators.polarity, 'none') not in ('high', 'low'))
    or (benchmarks.judgement is not null and benchmarks.result not in ('lower', 'higher'))
    or (benchmarks.result = 'not_compared') <> (benchmarks.reason is not null)
