{{ config(materialized='view') }}
-- Current figures of districts, authorities and services that may be summed, and whether the counts for it are there.
with indicators as (

    select
        indicator_id,
        definition_version,
        measure,
        unit_base,
        measure = 'count' as is_count
    from {{ ref('stg_indicators') }}
    where is_additive or measure in ('proportion', 'rate')

)

select
    observations.*,
    md5(concat_ws(
        '|', observations.source_id, observations.indicator_id, observations.definition_version,
        observations.period_start, observations.period_end, observations.breakdown_id
    )) as group_key,
    indicators.measure,
    indicators.unit_base,
    case
        when indicators.is_count then observations.value is not null
        else observations.numerator is not null and observations.denominator is not null
    end as is_usable
from {{ ref('int_observation_versions') }} as observations
inner join indicators
    on
        observations.indicator_id = indicators.indicator_id
        and observations.definition_version = indicators.definition_version
where
    observations.is_current
    and observations.area_type in ('district', 'authority', 'youth_justice_service')
