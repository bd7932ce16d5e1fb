-- The comparison re-run with a gap closed, each way it could close: rows only where the answer would be another one.
-- The answer of a comparison is whether it is refused, which models are shown, which are tested, and their medians.
with models_now as (

    select
        comparisons.comparison_id,
        comparisons.model_id,
        comparisons.indicator_id,
        comparisons.definition_version,
        comparisons.typology_id,
        comparisons.period_start,
        comparisons.period_end,
        comparisons.services_in_scope,
        comparisons.services_used,
        comparisons.group_services,
        comparisons.is_refused,
        models.is_assignable,
        cast(indicators.decimals as integer) as decimals,
        settings.group_minimum,
        settings.coverage_minimum,
        count(*) filter (where models.is_assignable and comparisons.group_services >= settings.group_minimum)
            over (partition by comparisons.comparison_id) as models_left
    from {{ ref('comparison_groups') }} as comparisons
    inner join {{ ref('stg_typology_models') }} as models
        on comparisons.typology_id = models.typology_id and comparisons.model_id = models.model_id
    inner join {{ ref('stg_indicators') }} as indicators
        on
            comparisons.indicator_id = indicators.indicator_id
            and comparisons.definition_version = indicators.definition_version
    cross join {{ ref('stg_settings') }} as settings

),

figures as (

    select
        comparison_id,
        model_id,
        list(value order by value) as in_order,
        median(value) as median
    from {{ ref('comparison_candidates') }}
    where is_used
    group by comparison_id, model_id

),

-- One more service.
rerun as (

    select
        models_now.*,
        ways.service_id,
        ways.gap_id,
        ways.kind,
        ways.value,
        coalesce(figures.in_order, []) as in_order,
        figures.median as median_before,
        models_now.group_services + 1 as group_after,
        (models_now.services_used + 1) / models_now.services_in_scope as coverage_after,
        models_now.models_left
        + case
            when models_now.is_assignable and models_now.group_services + 1 = models_now.group_minimum then 1 else 0
        end as models_after,
        len(coalesce(figures.in_order, [])) as n
    from {{ ref('exclusion_ways') }} as ways
    inner join models_now on ways.comparison_id = models_now.comparison_id and ways.model_id = models_now.model_id
    left join figures on ways.comparison_id = figures.comparison_id and ways.model_id = figures.model_id

),

compared as (

    select
        *,
        coverage_after < coverage_minimum or models_after < 2 as is_refused_after,
        -- The median of n + 1 values, one of them new, lies between its old neighbours.
        case
            when value is null then null
            when n = 0 then value
            when n % 2 = 0
                then greatest(in_order[n // 2], least(value, in_order[n // 2 + 1]))
            when n = 1 then (in_order[1] + value) / 2
            else (
                in_order[(n + 1) // 2]
                + greatest(in_order[(n + 1) // 2 - 1], least(value, in_order[(n + 1) // 2 + 1]))
            ) / 2
        end as median_after
    from rerun

),

of_one_gap as (

    select
        *,
        case
            when is_refused and not is_refused_after then 'lifts the refusal'
            when is_refused then null
            when is_assignable and group_services < group_minimum and group_after >= group_minimum
                then 'lets the model be tested'
            when group_services = 0 then 'shows the model'
            when round(median_after, decimals) <> round(median_before, decimals) then 'moves the median'
        end as effect
    from compared

),

-- A refusal for want of coverage takes many services: what if every gap of one kind were closed?
kinds_of_each as (

    select
        comparison_id,
        kind,
        count(distinct service_id) as services
    from {{ ref('exclusion_ways') }}
    group by comparison_id, kind

),

of_a_kind as (

    select
        models_now.comparison_id,
        models_now.indicator_id,
        models_now.definition_version,
        models_now.typology_id,
        models_now.period_start,
        models_now.period_end,
        models_now.services_in_scope,
        models_now.services_used,
        kinds_of_each.kind,
        kinds_of_each.services
    from kinds_of_each
    inner join models_now on kinds_of_each.comparison_id = models_now.comparison_id
    where
        models_now.is_refused
        and models_now.services_used / models_now.services_in_scope < models_now.coverage_minimum
        and (models_now.services_used + kinds_of_each.services) / models_now.services_in_scope
        >= models_now.coverage_minimum
    qualify row_number() over (
            partition by models_now.comparison_id, kinds_of_each.kind order by models_now.model_id
        ) = 1

)

select
    md5(concat_ws('|', gap_id, comparison_id, model_id)) as effect_id,
    gap_id,
    kind,
    1 as gaps,
    comparison_id,
    indicator_id,
    definition_version,
    typology_id,
    period_start,
    period_end,
    service_id,
    model_id,
    effect,
    case when not is_refused then median_before end as median_before,
    case when not is_refused_after then median_after end as median_after,
    cast(services_used as bigint) as services_used,
    cast(services_used + 1 as bigint) as services_used_after,
    cast(services_in_scope as bigint) as services_in_scope
from of_one_gap
where effect is not null

union all

select
    md5(concat_ws('|', kind, comparison_id)) as effect_id,
    null as gap_id,
    kind,
    services as gaps,
    comparison_id,
    indicator_id,
    definition_version,
    typology_id,
    period_start,
    period_end,
    null as service_id,
    null as model_id,
    'reaches the coverage needed' as effect,
    null as median_before,
    null as median_after,
    cast(services_used as bigint) as services_used,
    cast(services_used + services as bigint) as services_used_after,
    cast(services_in_scope as bigint) as services_in_scope
from of_a_kind
