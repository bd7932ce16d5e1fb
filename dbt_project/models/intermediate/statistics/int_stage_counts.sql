-- Children of a group who reached a stage of decision, with those of the same group who reached the stage before it,
-- and the same of the group that it is held against.
{% set reference = 'ethnicity_white' %}
with reached as (

    select
        stages.stage_id,
        stages.preceding_stage_id,
        observations.observation_id,
        observations.indicator_id,
        observations.definition_version,
        observations.area_type,
        observations.area_code,
        observations.period_start,
        observations.period_end,
        observations.breakdown_id,
        coalesce(observations.numerator, case when indicators.measure = 'count' then observations.value end) as children
    from {{ ref('int_observations') }} as observations
    inner join {{ ref('stg_indicators') }} as indicators
        on
            observations.indicator_id = indicators.indicator_id
            and observations.definition_version = indicators.definition_version
    inner join {{ ref('stg_decision_stages') }} as stages on observations.indicator_id = stages.indicator_id
    where
        observations.is_preferred
        and (observations.breakdown_id = 'all' or starts_with(observations.breakdown_id, 'ethnicity_'))

),

-- A population is of a day inside the period; any other stage is counted over the same days.
bases as (

    select
        reached.observation_id,
        first(before.children order by before.period_end desc, before.indicator_id, before.definition_version)
            as children
    from reached
    inner join reached as before
        on
            reached.preceding_stage_id = before.stage_id
            and reached.area_type = before.area_type
            and reached.area_code = before.area_code
            and reached.breakdown_id = before.breakdown_id
            and before.period_end >= reached.period_start
            and before.period_end <= reached.period_end
            and (before.preceding_stage_id is null or before.period_start = reached.period_start)
    group by reached.observation_id

),

populations as (

    select
        reached.observation_id,
        first(
            theirs.children / nullif(everyone.children, 0)
            order by theirs.period_end desc, theirs.indicator_id, theirs.definition_version
        ) as share
    from reached
    inner join reached as theirs
        on
            theirs.preceding_stage_id is null
            and reached.area_type = theirs.area_type
            and reached.area_code = theirs.area_code
            and reached.breakdown_id = theirs.breakdown_id
            and theirs.period_end >= reached.period_start
            and theirs.period_end <= reached.period_end
    inner join reached as everyone
        on
            everyone.breakdown_id = 'all'
            and theirs.indicator_id = everyone.indicator_id
            and theirs.definition_version = everyone.definition_version
            and theirs.area_type = everyone.area_type
            and theirs.area_code = everyone.area_code
            and theirs.period_end = everyone.period_end
    where reached.preceding_stage_id is not null
    group by reached.observation_id

),

based as (

    select
        reached.*,
        bases.children as base,
        populations.share as population_share
    from reached
    left join bases on reached.observation_id = bases.observation_id
    left join populations on reached.observation_id = populations.observation_id
    where reached.preceding_stage_id is not null and reached.breakdown_id <> 'all'

)

select
    theirs.area_type,
    theirs.area_code,
    theirs.indicator_id,
    theirs.definition_version,
    theirs.period_start,
    theirs.period_end,
    theirs.breakdown_id as group_breakdown,
    '{{ reference }}' as reference_breakdown,
    theirs.stage_id as stage,
    theirs.preceding_stage_id as preceding_stage,
    before.is_population as is_entry,
    theirs.children as group_events,
    theirs.base as group_base,
    reference.children as reference_events,
    reference.base as reference_base,
    theirs.population_share
from based as theirs
left join based as reference
    on
        reference.breakdown_id = '{{ reference }}'
        and theirs.area_type = reference.area_type
        and theirs.area_code = reference.area_code
        and theirs.indicator_id = reference.indicator_id
        and theirs.definition_version = reference.definition_version
        and theirs.period_start = reference.period_start
        and theirs.period_end = reference.period_end
inner join (
    select stage_id, bool_and(preceding_stage_id is null) as is_population
    from {{ ref('stg_decision_stages') }}
    group by stage_id
) as before on theirs.preceding_stage_id = before.stage_id
where theirs.breakdown_id not in ('{{ reference }}', 'ethnicity_unknown')
