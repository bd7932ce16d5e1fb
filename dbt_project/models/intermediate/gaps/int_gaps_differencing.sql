{{ config(materialized='view') }}
-- A count of a service, published beside those of all its authorities but one: the suppressed one can be worked out.
with counts as (

    select
        observations.*,
        coalesce(observations.numerator, observations.value) is not null as is_shown
    from {{ ref('int_observations') }} as observations
    inner join {{ ref('stg_indicators') }} as indicators
        on
            observations.indicator_id = indicators.indicator_id
            and observations.definition_version = indicators.definition_version
    where
        observations.is_current
        and not observations.is_derived
        and observations.area_type in ('youth_justice_service', 'authority')
        and (indicators.measure = 'count' or observations.numerator is not null or observations.value_marker = 'c')

),

parts as (

    select
        wholes.observation_id,
        count(*) as members,
        count(*) filter (where parts.is_shown) as shown,
        count(*) filter (where parts.value_marker = 'c') as suppressed,
        string_agg(parts.area_code, ', ' order by parts.area_code) filter (where parts.value_marker = 'c')
            as suppressed_codes
    from counts as wholes
    inner join {{ ref('int_service_authorities') }} as members
        on
            wholes.area_code = members.service_id
            and wholes.period_end between members.valid_from and {{ last_day_of('members.valid_to') }}
    left join counts as parts
        on
            parts.area_type = 'authority'
            and members.area_code = parts.area_code
            and wholes.indicator_id = parts.indicator_id
            and wholes.definition_version = parts.definition_version
            and wholes.period_start = parts.period_start
            and wholes.period_end = parts.period_end
            and wholes.breakdown_id = parts.breakdown_id
            and parts.is_preferred
    where wholes.area_type = 'youth_justice_service' and wholes.is_shown
    group by wholes.observation_id

)

select
    observations.observation_id,
    cast(null as varchar) as typology_id,
    'Z3' as kind,
    'Published beside ' || parts.shown || ' of ' || parts.members || ' authorities; ' || parts.suppressed_codes
    || ' is suppressed and follows by subtraction.' as evidence,
    cast(null as varchar) as evidence_locator,
    {{ figure_of('observations') }} as figure
from parts
inner join {{ ref('int_observations') }} as observations on parts.observation_id = observations.observation_id
where parts.members > 1 and parts.suppressed = 1 and parts.shown = parts.members - 1
