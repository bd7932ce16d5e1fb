-- Ratings are an order, so they are counted and never averaged: for each structural model how many services hold each
-- rating, within one version of the framework. Each service counts once, with its newest rating of that version.
with rated as (

    select
        observations.observation_id,
        observations.indicator_id,
        observations.definition_version,
        attributions.typology_id,
        attributions.service_id,
        attributions.model_id,
        attributions.attribution_status,
        attributions.comparability_status,
        attributions.disclosure_status,
        observations.value,
        observations.period_end
    from {{ ref('int_observations') }} as observations
    inner join {{ ref('stg_indicators') }} as indicators
        on
            observations.indicator_id = indicators.indicator_id
            and observations.definition_version = indicators.definition_version
            and indicators.measure = 'ordinal'
            and starts_with(indicators.unit, 'rating_')
    inner join {{ ref('attributions') }} as attributions
        on observations.observation_id = attributions.observation_id
    where
        observations.is_preferred
        and observations.breakdown_id = 'all'
        and attributions.service_id is not null

),

newest as (

    select * from rated
    qualify
        row_number() over (
            partition by indicator_id, definition_version, typology_id, service_id
            order by period_end desc, observation_id
        ) = 1

),

used as (

    select newest.*
    from newest
    cross join {{ ref('stg_settings') }} as settings
    where
        newest.value is not null
        and newest.model_id is not null
        and newest.comparability_status = 'comparable'
        and newest.disclosure_status = 'open'
        and (newest.attribution_status = 'attributable' or settings.is_caveat_used)

),

frameworks as (

    select
        indicator_id,
        definition_version,
        typology_id,
        min(period_end) as first_rated,
        max(period_end) as last_rated,
        list(distinct value) filter (where value is not null) as ratings
    from newest
    group by indicator_id, definition_version, typology_id

),

in_scope as (

    select
        frameworks.indicator_id,
        frameworks.definition_version,
        frameworks.typology_id,
        count(*) as services_in_scope
    from frameworks
    inner join {{ ref('stg_typologies') }} as typologies on frameworks.typology_id = typologies.typology_id
    inner join {{ ref('int_services') }} as services
        on
            {{ nation_in('services.nation', 'typologies.nations') }}
            and {{ overlaps(
                'services.valid_from', 'services.valid_to', 'frameworks.first_rated', 'frameworks.last_rated'
            ) }}
    group by frameworks.indicator_id, frameworks.definition_version, frameworks.typology_id

),

-- Each structural model of the typology with each rating that any service holds, also where no service does.
cells as (

    select
        frameworks.indicator_id,
        frameworks.definition_version,
        frameworks.typology_id,
        frameworks.first_rated,
        frameworks.last_rated,
        models.model_id,
        models.is_assignable,
        unnest(frameworks.ratings) as rating
    from frameworks
    inner join {{ ref('stg_typology_models') }} as models on frameworks.typology_id = models.typology_id

),

counted as (

    select
        cells.indicator_id,
        cells.definition_version,
        cells.typology_id,
        cells.model_id,
        cells.rating,
        any_value(cells.is_assignable) as is_assignable,
        any_value(cells.first_rated) as first_rated,
        any_value(cells.last_rated) as last_rated,
        count(used.service_id) as services
    from cells
    left join used
        on
            cells.indicator_id = used.indicator_id
            and cells.definition_version = used.definition_version
            and cells.typology_id = used.typology_id
            and cells.model_id = used.model_id
            and cells.rating = used.value
    group by cells.indicator_id, cells.definition_version, cells.typology_id, cells.model_id, cells.rating

),

totals as (

    select
        *,
        sum(services) over (
            partition by indicator_id, definition_version, typology_id, model_id
        ) as services_rated,
        sum(services) over (partition by indicator_id, definition_version, typology_id) as services_used
    from counted

),

groups as (

    select
        totals.indicator_id,
        totals.definition_version,
        totals.typology_id,
        count(distinct totals.model_id) filter (
            where totals.is_assignable and totals.services_rated >= settings.group_minimum
        ) as models_left
    from totals
    cross join {{ ref('stg_settings') }} as settings
    group by totals.indicator_id, totals.definition_version, totals.typology_id

),

judged as (

    select
        totals.*,
        in_scope.services_in_scope,
        case
            when totals.services_used < settings.coverage_minimum * in_scope.services_in_scope
                then 'Refused: ' || totals.services_used || ' of ' || in_scope.services_in_scope
                    || ' services in scope have a rating that can be used (at least '
                    || cast(round(100 * settings.coverage_minimum) as integer) || '% needed).'
            when groups.models_left < 2
                then 'Refused: two structural models with at least ' || settings.group_minimum
                    || ' rated services are needed, and there is '
                    || case when groups.models_left = 1 then 'one' else 'none' end || ' (' || totals.services_used
                    || ' of ' || in_scope.services_in_scope || ' services in scope used).'
        end as refusal_reason
    from totals
    inner join in_scope
        on
            totals.indicator_id = in_scope.indicator_id
            and totals.definition_version = in_scope.definition_version
            and totals.typology_id = in_scope.typology_id
    inner join groups
        on
            totals.indicator_id = groups.indicator_id
            and totals.definition_version = groups.definition_version
            and totals.typology_id = groups.typology_id
    cross join {{ ref('stg_settings') }} as settings

)

select
    indicator_id,
    definition_version,
    typology_id,
    model_id,
    cast(rating as bigint) as rating,
    case when refusal_reason is null then services end as services,
    cast(services_rated as bigint) as services_rated,
    cast(services_used as bigint) as services_used,
    services_in_scope,
    first_rated,
    last_rated,
    refusal_reason is null and services_rated > 0 as is_shown,
    refusal_reason
from judged
