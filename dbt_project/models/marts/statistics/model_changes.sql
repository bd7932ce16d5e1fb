-- Each known change of structural model beside each indicator of the service that is compared: the last figure whose
-- exposure window lies wholly before it and the first whose window lies wholly after, with what else happened between
-- the two. Nothing is tested here, and nothing is said to follow from the change.
with changes as (

    select
        changes.service_id,
        changes.typology_id,
        changes.previous_model_id,
        changes.model_id,
        changes.changed_on,
        changes.precision,
        case changes.precision
            when 'day' then changes.changed_on
            when 'month' then date_trunc('month', changes.changed_on)
            when 'year' then date_trunc('year', changes.changed_on)
        end as first_possible,
        case changes.precision
            when 'day' then changes.changed_on
            when 'month' then last_day(changes.changed_on)
            when 'year' then cast(date_trunc('year', changes.changed_on) + to_years(1) as date) - 1
        end as last_possible
    from {{ ref('int_structure_changes') }} as changes
    inner join {{ ref('int_structures') }} as structures
        on
            changes.service_id = structures.service_id
            and changes.typology_id = structures.typology_id
            and changes.model_id = structures.model_id
            and changes.changed_on = structures.valid_from
    where
        changes.previous_model_id is not null
        and changes.changed_on is not null
        and structures.tenure = 'in_force'

),

named as (

    select
        *,
        md5(concat_ws('|', service_id, typology_id, changed_on, model_id)) as change_id
    from changes

),

figures as (

    select figures.*
    from {{ ref('int_place_figures') }} as figures
    inner join {{ ref('stg_indicators') }} as indicators
        on
            figures.indicator_id = indicators.indicator_id
            and figures.definition_version = indicators.definition_version
    where figures.area_type = 'youth_justice_service' and figures.value is not null and indicators.is_compared

),

sided as (

    select
        changes.*,
        figures.indicator_id,
        figures.definition_version,
        figures.observation_id,
        figures.value,
        figures.period_start,
        figures.period_end,
        figures.window_start,
        figures.window_end,
        coalesce(figures.window_end < changes.first_possible, false) as is_before,
        coalesce(figures.window_start >= changes.last_possible, false) as is_after
    from named as changes
    inner join figures on changes.service_id = figures.area_code

),

paired as (

    select
        change_id,
        indicator_id,
        definition_version,
        any_value(service_id) as service_id,
        any_value(typology_id) as typology_id,
        any_value(previous_model_id) as from_model_id,
        any_value(model_id) as to_model_id,
        any_value(changed_on) as changed_on,
        any_value(precision) as precision,
        {% set nearest = [('before', 'period_end desc, period_start desc'), ('after', 'period_start, period_end')] %}
        {% for side, order in nearest %}
            {% for column in ['observation_id', 'value', 'period_start', 'period_end', 'window_start', 'window_end'] %}
                first({{ column }} order by {{ order }}) filter (where is_{{ side }}) as {{ side }}_{{ column }},
            {% endfor %}
            count(*) filter (where is_{{ side }}) as periods_{{ side }},
        {% endfor %}
        count(*) filter (where not is_before and not is_after) as periods_across
    from sided
    group by change_id, indicator_id, definition_version

),

breaks as (

    select
        paired.change_id,
        paired.indicator_id,
        paired.definition_version,
        list(breaks.break_date || ' ' || breaks.title order by breaks.break_date, breaks.title) as breaks
    from paired
    inner join {{ ref('stg_indicator_breaks') }} as breaks
        on
            paired.indicator_id = breaks.indicator_id
            and paired.definition_version = breaks.definition_version
            and breaks.break_date > paired.before_period_start
            and breaks.break_date <= paired.after_period_end
    group by paired.change_id, paired.indicator_id, paired.definition_version

),

happenings as (

    select
        changes.service_id,
        changes.changed_on as first_day,
        changes.changed_on as last_day,
        null as indicator_id,
        changes.typology_id || '|' || changes.model_id as own,
        changes.changed_on || ' Change of structural model in ' || typologies.title || ': ' || changes.model_label
        || '.' as said
    from {{ ref('int_structure_changes') }} as changes
    inner join {{ ref('stg_typologies') }} as typologies on changes.typology_id = typologies.typology_id
    where changes.previous_model_id is not null
    union all
    select
        unnest([from_service, to_service]) as service_id,
        change_date as first_day,
        change_date as last_day,
        null as indicator_id,
        null as own,
        change_date || ' Change of the service itself: ' || replace(change_kind, '_', ' ') || '.' as said
    from {{ ref('int_service_changes') }}
    union all
    select
        service_id,
        valid_from as first_day,
        {{ last_day_of('valid_to') }} as last_day,
        indicator_id,
        null as own,
        coalesce(valid_from || ' ', '') || 'Recorded by a person: ' || statement as said
    from {{ ref('stg_gap_evidence') }}
    where service_id is not null and statement is not null

),

events as (

    select
        paired.change_id,
        paired.indicator_id,
        paired.definition_version,
        list(distinct happenings.said) as other_events
    from paired
    inner join happenings
        on
            paired.service_id = happenings.service_id
            and coalesce(happenings.first_day, date '0001-01-01') <= paired.after_window_end
            and happenings.last_day >= paired.before_window_start
            and coalesce(happenings.indicator_id, paired.indicator_id) = paired.indicator_id
            and coalesce(happenings.own, '') || '|' || happenings.first_day
            is distinct from paired.typology_id || '|' || paired.to_model_id || '|' || paired.changed_on
    group by paired.change_id, paired.indicator_id, paired.definition_version

)

select
    paired.change_id,
    paired.indicator_id,
    paired.definition_version,
    paired.service_id,
    paired.typology_id,
    paired.from_model_id,
    paired.to_model_id,
    paired.changed_on,
    paired.precision,
    paired.before_observation_id,
    paired.before_value,
    paired.before_period_start,
    paired.before_period_end,
    paired.after_observation_id,
    paired.after_value,
    paired.after_period_start,
    paired.after_period_end,
    paired.periods_before,
    paired.periods_across,
    paired.periods_after,
    coalesce(breaks.breaks, []) as breaks,
    coalesce(list_sort(events.other_events), []) as other_events,
    paired.periods_before > 0 and paired.periods_after > 0 as is_shown,
    case
        when paired.precision = 'unknown'
            then 'It is not known on which day the structural model changed.'
        when paired.periods_before = 0 and paired.periods_after = 0
            then 'No figure counts days that lie wholly before or wholly after the change.'
        when paired.periods_before = 0 then 'No figure counts days that lie wholly before the change.'
        when paired.periods_after = 0 then 'No figure counts days that lie wholly after the change.'
    end as refusal_reason
from paired
left join breaks
    on
        paired.change_id = breaks.change_id
        and paired.indicator_id = breaks.indicator_id
        and paired.definition_version = breaks.definition_version
left join events
    on
        paired.change_id = events.change_id
        and paired.indicator_id = events.indicator_id
        and paired.definition_version = events.definition_version
