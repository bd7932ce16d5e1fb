{{ config(meta={'dagster': {'ref': {'name': 'attributions'}}, 'slice': 'period_end', 'is_closed': true}) }}

with in_scope as (

    select
        typologies.typology_id,
        observations.indicator_id,
        observations.definition_version,
        observations.period_start,
        observations.period_end,
        count(*) as observations,
        sum(coalesce(observations.numerator, 0)) as numerators,
        sum(coalesce(observations.denominator, 0)) as denominators
    from {{ ref('observations') }} as observations
    inner join {{ ref('int_area_windows') }} as areas
        on
            observations.area_type = areas.area_type
            and observations.area_code = areas.area_code
            and observations.window_start = areas.window_start
            and observations.window_end = areas.window_end
    inner join {{ ref('typologies') }} as typologies
        on
            typologies.valid_from <= observations.window_end
            and (typologies.valid_to is null or typologies.valid_to >= observations.window_start)
            and (areas.nation is null or {{ nation_in('areas.nation', 'typologies.nations') }})
    where observations.is_current and typologies.is_attributed
    group by
        typologies.typology_id, observations.indicator_id, observations.definition_version, observations.period_start,
        observations.period_end

),

-- A gap of no typology stands for each.
blocking as (

    select
        gaps.observation_id,
        typologies.typology_id
    from {{ ref('attribution_gaps') }} as gaps
    inner join {{ ref('typologies') }} as typologies
        on gaps.typology_id is null or gaps.typology_id = typologies.typology_id
    where gaps.is_blocking and gaps.level = 'observation' and gaps.closed_in_release is null

),

-- Two parts and not one condition: what is asked with `or` must be held in memory whole, which fifty million rows are not.
accounted_for as (

    select
        observation_id,
        typology_id
    from {{ ref('attributions') }}
    where attribution_status in ('attributable', 'attributable_with_caveat')

    union all

    select
        attributions.observation_id,
        attributions.typology_id
    from {{ ref('attributions') }} as attributions
    where
        attributions.attribution_status not in ('attributable', 'attributable_with_caveat')
        and exists (
            select 1 from blocking
            where
                blocking.observation_id = attributions.observation_id
                and blocking.typology_id = attributions.typology_id
        )

),

attributed_or_explained as (

    select
        accounted_for.typology_id,
        observations.indicator_id,
        observations.definition_version,
        observations.period_start,
        observations.period_end,
        count(*) as observations,
        sum(coalesce(observations.numerator, 0)) as numerators,
        sum(coalesce(observations.denominator, 0)) as denominators
    from accounted_for
    inner join {{ ref('observations') }} as observations on accounted_for.observation_id = observations.observation_id
    group by
        accounted_for.typology_id, observations.indicator_id, observations.definition_version,
        observations.period_start, observations.period_end

)

select
    in_scope.typology_id,
    in_scope.indicator_id,
    in_scope.definition_version,
    in_scope.period_start,
    in_scope.period_end,
    in_scope.observations,
    accounted.observations as observations_accounted_for,
    in_scope.numerators,
    accounted.numerators as numerators_accounted_for,
    in_scope.denominators,
    accounted.denominators as denominators_accounted_for
from in_scope
left join attributed_or_explained as accounted
    on
        in_scope.typology_id = accounted.typology_id
        and in_scope.indicator_id = accounted.indicator_id
        and in_scope.definition_version = accounted.definition_version
        and in_scope.period_start = accounted.period_start
        and in_scope.period_end = accounted.period_end
where
    accounted.observations is distinct from in_scope.observations
    -- Sums of fractions differ by rounding with their order.
    or abs(coalesce(accounted.numerators, 0) - in_scope.numerators) > 1e-9 * greatest(1, abs(in_scope.numerators))
    or abs(coalesce(accounted.denominators, 0) - in_scope.denominators) > 1e-9 * greatest(1, abs(in_scope.denominators))
