-- The comparison re-run with a gap closed, each way it could close: rows only where the answer would be another one.
-- The answer of a comparison is whether it is refused, which models are shown, which are tested, and their medians.
with model_groups as (

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
    from {{ ref('comparisons') }} as comparisons
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
    from {{ ref('comparison_services') }}
    where is_used
    group by comparison_id, model_id

),

-- One more service.
rerun as (

    select
        model_groups.*,
        ways.service_id,
        ways.gap_id,
        ways.kind,
        ways.value,
        coalesce(figures.in_order, []) as in_order,
        figures.median as median_before,
        model_groups.group_services + 1 as group_after,
        (model_groups.services_used + 1) / model_groups.services_in_scope as coverage_after,
        model_groups.models_left
        + case
            when model_groups.is_assignable and model_groups.group_services + 1 = model_groups.group_minimum then 1 else 0
        end as models_after,
        len(coalesce(figures.in_order, [])) as n
    from {{ ref('int_exclusion_ways') }} as ways
    inner join model_groups on ways.comparison_id = model_groups.comparison_id and ways.model_id = model_groups.model_id
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
    from {{ ref('int_exclusion_ways') }}
    group by comparison_id, kind

),

of_a_kind as (

    select
        model_groups.comparison_id,
        model_groups.indicator_id,
        model_groups.definition_version,
        model_groups.typology_id,
        model_groups.period_start,
        model_groups.period_end,
        model_groups.services_in_scope,
        model_groups.services_used,
        kinds_of_each.kind,
        kinds_of_each.services
    from kinds_of_each
    inner join model_groups on kinds_of_each.comparison_id = model_groups.comparison_id
    where
        model_groups.is_refused
        and model_groups.services_used / model_groups.services_in_scope < model_groups.coverage_minimum
        and (model_groups.services_used + kinds_of_each.services) / model_groups.services_in_scope >= model_groups.coverage_minimum
    qualify row_number() over (partition by model_groups.comparison_id, kinds_of_each.kind order by model_groups.model_id) = 1

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
