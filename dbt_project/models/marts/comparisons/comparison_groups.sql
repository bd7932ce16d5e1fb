{{ config(schema='internal', contract={'enforced': false}) }}
-- Each structural model of a typology in a comparison of one indicator, dataset and period: the services it has, the
-- typical one, all children pooled, and whether the comparison is refused. Refused, it keeps its counts and says why.
with counted as (

    select
        comparison_id,
        count(*) as services_in_scope,
        count(*) filter (where is_used) as services_used
    from {{ ref('comparison_candidates') }}
    group by comparison_id

),

exclusions as (

    select
        members.comparison_id,
        members.exclusion_kind,
        count(*) as services,
        any_value(coalesce(kinds.title, 'No figure for the service')) as title
    from {{ ref('comparison_candidates') }} as members
    left join {{ ref('stg_gap_kinds') }} as kinds on members.exclusion_kind = kinds.kind
    where not members.is_used
    group by members.comparison_id, members.exclusion_kind

),

largest_exclusion as (

    select * from exclusions
    qualify row_number() over (partition by comparison_id order by services desc, exclusion_kind nulls last) = 1

),

-- Each structural model of the typology, also those with no service.
group_figures as (

    select
        counted.comparison_id,
        models.model_id,
        count(members.service_id) as group_services,
        median(members.value) as median,
        quantile_cont(members.value, 0.25) as lower_quartile,
        quantile_cont(members.value, 0.75) as upper_quartile,
        min(members.value) as minimum,
        max(members.value) as maximum,
        case when count(members.numerator) = count(members.service_id) then sum(members.numerator) end
            as pooled_numerator,
        case when count(members.denominator) = count(members.service_id) then sum(members.denominator) end
            as pooled_denominator
    from counted
    inner join {{ ref('int_comparison_series') }} as series on counted.comparison_id = series.comparison_id
    inner join {{ ref('stg_typology_models') }} as models on series.typology_id = models.typology_id
    left join {{ ref('comparison_candidates') }} as members
        on counted.comparison_id = members.comparison_id and models.model_id = members.model_id and members.is_used
    group by counted.comparison_id, models.model_id

),

model_groups as (

    select
        series.*,
        figures.* exclude (comparison_id),
        models.label as model_label,
        models.model_order,
        models.is_assignable,
        indicators.unit_base,
        indicators.measure,
        counted.services_in_scope,
        counted.services_used,
        counted.services_used / counted.services_in_scope as coverage
    from group_figures as figures
    inner join {{ ref('int_comparison_series') }} as series on figures.comparison_id = series.comparison_id
    inner join counted on figures.comparison_id = counted.comparison_id
    inner join {{ ref('stg_typology_models') }} as models
        on series.typology_id = models.typology_id and figures.model_id = models.model_id
    inner join {{ ref('stg_indicators') }} as indicators
        on
            series.indicator_id = indicators.indicator_id
            and series.definition_version = indicators.definition_version

),

judged as (

    select
        model_groups.*,
        settings.group_minimum,
        settings.coverage_minimum,
        count(*) filter (where model_groups.is_assignable and model_groups.group_services >= settings.group_minimum)
            over (partition by model_groups.comparison_id) as models_left
    from model_groups
    cross join {{ ref('stg_settings') }} as settings

),

refused as (

    select
        judged.*,
        judged.coverage < judged.coverage_minimum or judged.models_left < 2 as is_refused,
        concat_ws(
            ' ',
            case
                when judged.coverage < judged.coverage_minimum
                    then 'Refused: ' || judged.services_used || ' of ' || judged.services_in_scope
                        || ' services in scope can be used (' || cast(floor(100 * judged.coverage) as integer)
                        || '%, at least ' || cast(round(100 * judged.coverage_minimum) as integer) || '% needed).'
                else 'Refused: ' || judged.models_left || ' structural model'
                    || case when judged.models_left = 1 then ' has' else 's have' end || ' at least '
                    || judged.group_minimum || ' services, two are needed ('
                    || judged.services_used || ' of ' || judged.services_in_scope || ' services in scope can be used).'
            end,
            case
                when largest_exclusion.services > 0
                    then 'Most often: ' || lower(left(largest_exclusion.title, 1)) || substr(largest_exclusion.title, 2)
                        || ' (' || largest_exclusion.services || ' services).'
            end
        ) as refusal
    from judged
    left join largest_exclusion on judged.comparison_id = largest_exclusion.comparison_id

)

select
    comparison_id,
    indicator_id,
    definition_version,
    source_id,
    period_start,
    period_end,
    period_label,
    period_type,
    typology_id,
    model_id,
    model_label,
    model_order,
    services_in_scope,
    services_used,
    coverage,
    group_services,
    case when not is_refused then median end as median,
    case when not is_refused then lower_quartile end as lower_quartile,
    case when not is_refused then upper_quartile end as upper_quartile,
    case when not is_refused then minimum end as minimum,
    case when not is_refused then maximum end as maximum,
    case when not is_refused then pooled_numerator end as pooled_numerator,
    case when not is_refused then pooled_denominator end as pooled_denominator,
    case when not is_refused and pooled_denominator > 0 then unit_base * pooled_numerator / pooled_denominator end
        as pooled_value,
    not is_refused and group_services > 0 as is_shown,
    is_refused,
    is_assignable,
    unit_base,
    measure,
    not is_refused and is_assignable and group_services >= group_minimum as is_testable,
    case when is_refused then refusal end as refusal_reason
from refused
