{{ config(schema='internal', contract={'enforced': false}) }}
-- One row for each service in scope of a comparison: the figure that stands for it, and whether it is used or why not.
with observations as (

    select * from {{ ref('observations') }}
    where
        is_preferred
        and breakdown_id = 'all'
        and area_type in ('youth_justice_service', 'authority')

),

-- Services with one member authority on the last day: the authority's figure is the service's.
lone_members as (

    select
        days.period_end,
        members.service_id,
        min(members.area_code) as area_code
    from (select distinct period_end from {{ ref('int_comparison_series') }}) as days
    inner join {{ ref('service_authorities') }} as members
        on days.period_end between members.valid_from and {{ last_day_of('members.valid_to') }}
    group by days.period_end, members.service_id
    having count(distinct members.area_code) = 1

),

service_figures as (

    select
        observations.*,
        observations.area_code as stands_for,
        case when observations.is_derived then 2 else 1 end as preference
    from observations
    where observations.area_type = 'youth_justice_service'

    union all

    select
        observations.*,
        lone_members.service_id as stands_for,
        3 as preference
    from observations
    inner join lone_members
        on
            observations.period_end = lone_members.period_end
            and observations.area_code = lone_members.area_code
    where observations.area_type = 'authority'

),

best_figures as (

    select * from service_figures
    qualify row_number() over (
            partition by indicator_id, definition_version, period_start, period_end, stands_for
            order by preference, observation_id
        ) = 1

),

-- Of millions of attributions, those of these figures. An engine that keeps what stands first keeps the few.
attributed as (

    select attributions.*
    from (select distinct observation_id from best_figures) as wanted
    inner join {{ ref('attributions') }} as attributions on wanted.observation_id = attributions.observation_id

),

-- In scope: in force over the whole period, in a nation of the indicator and of the typology.
scope as (

    select
        series.*,
        services.service_id,
        services.nation,
        services.authority_class
    from {{ ref('int_comparison_series') }} as series
    inner join {{ ref('services') }} as services
        on
            not services.is_case_study
            and services.valid_from <= series.period_start
            and {{ last_day_of('services.valid_to') }} >= series.period_end
            and (services.nation is null or {{ nation_in('services.nation', 'series.indicator_nations') }})
            and (services.nation is null or {{ nation_in('services.nation', 'series.typology_nations') }})

),

joined as (

    select
        scope.comparison_id,
        scope.period_end,
        scope.typology_id,
        scope.service_id,
        figures.observation_id,
        figures.source_id,
        figures.value,
        figures.numerator,
        figures.denominator,
        figures.lower_95,
        figures.upper_95,
        scope.nation,
        scope.authority_class,
        attributed.model_id,
        attributed.attribution_status,
        attributed.comparability_status,
        attributed.disclosure_status,
        attributed.deciding_gap_id
    from scope
    left join best_figures as figures
        on
            scope.indicator_id = figures.indicator_id
            and scope.definition_version = figures.definition_version
            and scope.period_start = figures.period_start
            and scope.period_end = figures.period_end
            and scope.service_id = figures.stands_for
    left join attributed
        on figures.observation_id = attributed.observation_id and scope.typology_id = attributed.typology_id
    qualify count(figures.observation_id) over (partition by scope.comparison_id) >= 2

),

-- The first reason counts: attribution, then comparability, then disclosure.
judged as (

    select
        joined.*,
        case
            when joined.observation_id is null then 'No figure'
            when joined.attribution_status = 'unassigned' then 'Unassigned'
            when joined.attribution_status = 'transition' then 'Changed in period'
            when joined.attribution_status = 'planned_only' then 'Planned only'
            when joined.attribution_status = 'contested' then 'Contested'
            when joined.attribution_status = 'shared' then 'Part of a service'
            when joined.attribution_status = 'not_attributable' then 'Not attributable'
            when joined.attribution_status = 'attributable_with_caveat' and not settings.is_caveat_used
                then 'With a caveat'
            when joined.comparability_status = 'not_comparable' then 'Not comparable'
            when joined.comparability_status = 'break' then 'Break in the series'
            when joined.comparability_status = 'definition_differs' then 'Another definition'
            when joined.comparability_status = 'coverage_low' then 'Coverage too low'
            when joined.comparability_status = 'provisional' then 'Provisional'
            when joined.disclosure_status in ('c', 'c2') then 'Suppressed'
            when joined.disclosure_status = 'z' then 'Not applicable'
            when joined.disclosure_status <> 'open' then 'Not available'
            when joined.value is null then 'No figure'
        end as excluded_as,
        case
            when joined.attribution_status <> 'attributable'
                and not (joined.attribution_status = 'attributable_with_caveat' and settings.is_caveat_used)
                then 'attribution_status'
            when joined.comparability_status <> 'comparable' then 'comparability_status'
            when joined.disclosure_status <> 'open' then 'disclosure_status'
        end as excluded_by_field
    from joined
    cross join {{ ref('stg_settings') }} as settings

),

-- The gap that set the deciding status.
reasons as (

    select
        judged.comparison_id,
        judged.service_id,
        first(gaps.kind order by gaps.gap_id = judged.deciding_gap_id desc, gaps.kind) as kind,
        first(gaps.evidence order by gaps.gap_id = judged.deciding_gap_id desc, gaps.kind) as evidence
    from judged
    inner join {{ ref('int_observation_gaps') }} as gaps
        on
            judged.observation_id = gaps.observation_id
            and coalesce(gaps.typology_id, judged.typology_id) = judged.typology_id
            and judged.excluded_by_field = gaps.sets_field
            and case judged.excluded_by_field
                when 'attribution_status' then judged.attribution_status
                when 'comparability_status' then judged.comparability_status
                else judged.disclosure_status
            end = gaps.sets_value
    group by judged.comparison_id, judged.service_id

)

select
    judged.comparison_id,
    judged.period_end,
    judged.service_id,
    judged.observation_id,
    judged.source_id,
    case when judged.excluded_as is null then judged.model_id end as model_id,
    coalesce(judged.excluded_as, models.label, judged.model_id) as group_label,
    judged.value,
    judged.numerator,
    judged.denominator,
    judged.lower_95,
    judged.upper_95,
    judged.nation,
    judged.authority_class,
    concat_ws(
        '|', coalesce(judged.nation, 'nation not known'), coalesce(judged.authority_class, 'class not known')
    ) as stratum,
    judged.excluded_as is null as is_used,
    case when judged.excluded_as is not null then reasons.kind end as exclusion_kind,
    case
        when judged.excluded_as is null then null
        when judged.observation_id is null then 'No figure for this service in this period.'
        -- A derived whole with a member missing is excluded by U3 already; a value may also be null with no marker.
        else coalesce(reasons.evidence, 'No value is given.')
    end as exclusion_reason
from judged
left join reasons on judged.comparison_id = reasons.comparison_id and judged.service_id = reasons.service_id
left join {{ ref('stg_typology_models') }} as models
    on judged.typology_id = models.typology_id and judged.model_id = models.model_id
