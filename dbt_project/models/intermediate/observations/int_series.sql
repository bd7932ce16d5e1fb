{{ config(materialized='view') }}
-- Figures of an authority or service whose code, land or members changed, three ways: as published; on the land of
-- today, where what was before covers it exactly; refused, with the reason. Rates are formed again from summed counts,
-- never averaged.
with figures as (

    select
        lineages.lineage_type,
        lineages.lineage_code,
        lineages.code,
        lineages.path,
        lineages.part,
        lineages.caveat,
        -- A service's figure from before its members changed is of other land.
        lineages.is_carried and coalesce(observations.period_end >= lineages.same_since, true) as is_carried,
        coalesce(
            lineages.refusal,
            case
                when observations.period_end < lineages.same_since
                    then 'on ' || lineages.same_since || ' its members changed: ' || lineages.what_changed
            end
        ) as refusal,
        observations.observation_id,
        observations.indicator_id,
        observations.definition_version,
        observations.breakdown_id,
        observations.period_start,
        observations.period_end,
        observations.period_label,
        observations.period_type,
        observations.numerator,
        observations.denominator,
        observations.value,
        observations.unit,
        observations.value_marker
    from {{ ref('int_observations') }} as observations
    inner join {{ ref('int_lineages') }} as lineages
        on
            observations.area_code = lineages.code
            and lineages.lineage_type
            = case when observations.area_type = 'district' then 'authority' else observations.area_type end
    where observations.is_preferred

),

points as (

    select
        lineage_type, lineage_code, indicator_id, definition_version, breakdown_id, period_start, period_end,
        list(code) as published_codes
    from figures
    group by lineage_type, lineage_code, indicator_id, definition_version, breakdown_id, period_start, period_end

),

-- Of one period the figure of the area closest to today is used, never one of its parts beside it.
closest as (

    select figures.*
    from figures
    inner join points
        on
            figures.lineage_type = points.lineage_type
            and figures.lineage_code = points.lineage_code
            and figures.indicator_id = points.indicator_id
            and figures.definition_version = points.definition_version
            and figures.breakdown_id = points.breakdown_id
            and figures.period_start = points.period_start
            and figures.period_end = points.period_end
    where not list_has_any(list_slice(figures.path, 1, len(figures.path) - 1), points.published_codes)

),

carried as (

    select
        closest.lineage_type,
        closest.lineage_code,
        closest.indicator_id,
        closest.definition_version,
        closest.breakdown_id,
        closest.period_start,
        closest.period_end,
        min(closest.period_label) as period_label,
        min(closest.period_type) as period_type,
        min(closest.unit) as unit,
        min(indicators.unit_base) as unit_base,
        min(indicators.measure) as measure,
        bool_or(indicators.is_additive) as is_additive,
        count(*) filter (where closest.is_carried) as areas,
        sum(closest.part) filter (where closest.is_carried) as part,
        list_sort(list(closest.observation_id) filter (where closest.is_carried)) as carried_ids,
        list_sort(list(closest.code) filter (where closest.is_carried)) as carried_codes,
        list_sort(list(closest.observation_id)) as all_ids,
        list_sort(list(closest.code)) as all_codes,
        case
            when bool_and(closest.numerator is not null) filter (where closest.is_carried)
                then sum(closest.numerator) filter (where closest.is_carried)
        end as numerator,
        case
            when bool_and(closest.denominator is not null) filter (where closest.is_carried)
                then sum(closest.denominator) filter (where closest.is_carried)
        end as denominator,
        sum(closest.value) filter (where closest.is_carried) as value_sum,
        any_value(closest.value) filter (where closest.is_carried) as value_of_one,
        any_value(closest.value_marker) filter (where closest.is_carried) as marker_of_one,
        coalesce(bool_or(closest.value is null) filter (where closest.is_carried), false)
            as is_part_without_value,
        string_agg(
            distinct closest.code || ' is marked ' || coalesce(closest.value_marker, 'without a value'), '; '
            order by closest.code || ' is marked ' || coalesce(closest.value_marker, 'without a value')
        ) filter (where closest.is_carried and closest.value is null) as parts_without_value,
        case
            when bool_or(closest.is_carried and closest.value_marker = 'p') then 'p'
            when bool_or(closest.is_carried and closest.value_marker = 'e') then 'e'
            when bool_or(closest.is_carried and closest.value_marker = 'r') then 'r'
        end as marker_of_sum,
        max(closest.caveat) filter (where closest.is_carried) as caveat,
        string_agg(distinct closest.refusal, '; ' order by closest.refusal) filter (where not closest.is_carried)
            as refusal
    from closest
    left join {{ ref('stg_indicators') }} as indicators
        on
            closest.indicator_id = indicators.indicator_id
            and closest.definition_version = indicators.definition_version
    group by
        closest.lineage_type, closest.lineage_code, closest.indicator_id, closest.definition_version,
        closest.breakdown_id, closest.period_start, closest.period_end

),

judged as (

    select
        *,
        case
            when areas = 0 then 'no_exact_predecessor'
            when part < 0.999999 then 'part_not_published'
            when areas = 1 then null
            when is_part_without_value then 'part_without_value'
            when measure = 'count' and is_additive then null
            when measure in ('rate', 'proportion') and numerator is not null and denominator > 0 then null
            when measure in ('rate', 'proportion') then 'rate_without_counts'
            else 'not_additive'
        end as refused_because
    from carried

)

select
    lineage_type,
    lineage_code,
    indicator_id,
    definition_version,
    breakdown_id,
    period_start,
    period_end,
    period_label,
    period_type,
    case when refused_because is null then 'fixed_geography' else 'refused' end as basis,
    case when refused_because is null then carried_codes else all_codes end as area_codes,
    case when refused_because is null then numerator end as numerator,
    case when refused_because is null then denominator end as denominator,
    case
        when refused_because is not null then null
        when areas = 1 then value_of_one
        when measure = 'count' then value_sum
        else unit_base * numerator / denominator
    end as value,
    unit,
    case when refused_because is null then case when areas = 1 then marker_of_one else marker_of_sum end end
        as value_marker,
    refused_because,
    case refused_because
        when 'no_exact_predecessor' then refusal
        when 'part_not_published'
            then 'of what makes it up only ' || array_to_string(carried_codes, ', ')
                || case when areas = 1 then ' is' else ' are' end || ' published'
                || coalesce('; ' || refusal, '')
        when 'part_without_value' then parts_without_value
        when 'rate_without_counts'
            then 'the rates of ' || array_to_string(carried_codes, ', ')
                || ' come without counts, and rates are not averaged'
        when 'not_additive'
            then 'the figures of ' || array_to_string(carried_codes, ', ') || ' do not add up to one of the whole'
        else caveat
    end as note,
    case when refused_because is null then carried_ids else all_ids end as observation_ids
from judged

union all

select
    lineage_type,
    lineage_code,
    indicator_id,
    definition_version,
    breakdown_id,
    period_start,
    period_end,
    period_label,
    period_type,
    'as_published' as basis,
    [code] as area_codes,
    numerator,
    denominator,
    value,
    unit,
    value_marker,
    cast(null as varchar) as refused_because,
    cast(null as varchar) as note,
    [observation_id] as observation_ids
from figures
