-- For every service, typology and exposure window that occurs: which structural model was in force, for how many days,
-- and what is wrong with that answer. Asked once here, because it is the same for every indicator with that window.
with windows as (

    select distinct
        areas.service_id,
        areas.window_start,
        areas.window_end,
        areas.window_end - areas.window_start + 1 as window_days,
        areas.window_start || ' to ' || areas.window_end as window_text,
        typologies.typology_id
    from {{ ref('int_area_windows') }} as areas
    inner join {{ ref('stg_typologies') }} as typologies
        on {{ overlaps('typologies.valid_from', 'typologies.valid_to', 'areas.window_start', 'areas.window_end') }}
    where areas.service_id is not null and typologies.is_attributed

),

structures as (

    select
        structures.*,
        coalesce(models.is_assignable, false) and not structures.is_contested as is_assigned,
        coalesce(models.label, structures.model_id) as model_label,
        -- Days within which a change of stated precision may lie.
        case structures.from_precision
            when 'year' then date_trunc('year', structures.valid_from)
            when 'unknown' then structures.valid_from - 1
        end as change_from,
        case structures.from_precision
            when 'year' then cast(date_trunc('year', structures.valid_from) + interval 1 year as date) - 1
            when 'unknown' then structures.valid_from
        end as change_to
    from {{ ref('int_structures') }} as structures
    left join {{ ref('stg_typology_models') }} as models
        on structures.typology_id = models.typology_id and structures.model_id = models.model_id

),

within as (

    select
        windows.service_id,
        windows.typology_id,
        windows.window_start,
        windows.window_end,
        structures.* exclude (service_id, typology_id),
        {{ shared_days(
            'structures.valid_from', 'structures.valid_to', 'windows.window_start', 'windows.window_end'
        ) }} as days,
        least(structures.valid_to, windows.window_end) as relied_on_until
    from windows
    inner join structures
        on
            windows.service_id = structures.service_id
            and windows.typology_id = structures.typology_id
            and {{ overlaps(
                'structures.valid_from', 'structures.valid_to', 'windows.window_start', 'windows.window_end'
            ) }}

),

model_days as (

    select
        service_id,
        typology_id,
        window_start,
        window_end,
        model_id,
        any_value(model_label) as model_label,
        sum(days) as days,
        min(valid_from) as first_day
    from within
    where is_assigned
    group by service_id, typology_id, window_start, window_end, model_id

),

models as (

    select
        service_id,
        typology_id,
        window_start,
        window_end,
        count(*) as models,
        first(model_id order by days desc, first_day desc) as model_id,
        first(model_label order by days desc, first_day desc) as model_label,
        min(days) as least_days,
        max(days) as most_days,
        string_agg(model_label || ' for ' || days || ' days', ', ' order by first_day, model_label) as days_in_each
    from model_days
    group by service_id, typology_id, window_start, window_end

),

summary as (

    select
        within.service_id,
        within.typology_id,
        within.window_start,
        within.window_end,
        sum(days) filter (where is_assigned) as days_assigned,
        sum(days) filter (where is_contested) as days_contested,
        sum(days) filter (where not is_assigned and not is_contested) as days_unclear,
        first(evidence order by valid_from) filter (where is_contested) as contested_evidence,
        first(evidence order by valid_from) filter (where not is_assigned and not is_contested) as unclear_evidence,
        min(valid_from) filter (where is_assigned and tenure = 'interim') as interim_since,
        first(model_label order by valid_from) filter (where is_assigned and tenure = 'interim') as interim_model,
        -- The claim relied on longest after its document was written: to the end of the window or of the interval.
        first(evidence_date order by relied_on_until - evidence_date desc, valid_from) filter (where is_assigned)
            as oldest_evidence_date,
        first(relied_on_until order by relied_on_until - evidence_date desc, valid_from) filter (where is_assigned)
            as relied_on_until,
        bool_or(is_assigned and evidence_date is null) as has_undated_evidence,
        min(scope_percent) filter (where is_assigned) as least_scope_percent,
        string_agg(distinct evidence, '; ' order by evidence) as evidence,
        min(
            case when is_assigned and valid_to is not null then datesub('month', valid_from, valid_to + 1) end
        ) as shortest_months,
        first(model_label order by date_diff('day', valid_from, {{ last_day_of('valid_to') }}), valid_from)
        filter (where is_assigned) as shortest_model
    from within
    group by within.service_id, within.typology_id, within.window_start, within.window_end

),

-- A change known only to the year may lie anywhere in it; one of unknown date lies before the document that shows it.
undated as (

    select
        windows.service_id,
        windows.typology_id,
        windows.window_start,
        windows.window_end,
        string_agg(
            case structures.from_precision
                when 'unknown'
                    then structures.model_label || ' began on an unknown day before ' || structures.valid_from
                else structures.model_label || ' began on an unknown day of ' || year(structures.valid_from)
            end,
            '; ' order by structures.valid_from
        ) as evidence
    from windows
    inner join structures
        on
            windows.service_id = structures.service_id
            and windows.typology_id = structures.typology_id
            and structures.is_assigned
            and structures.from_precision in ('year', 'unknown')
            and case structures.from_precision
                when 'year'
                    then {{ overlaps(
                        'structures.change_from', 'structures.change_to', 'windows.window_start', 'windows.window_end'
                    ) }}
                else windows.window_start <= structures.change_from and windows.window_end >= structures.change_to
            end
    group by windows.service_id, windows.typology_id, windows.window_start, windows.window_end

),

plans as (

    select
        windows.service_id,
        windows.typology_id,
        windows.window_start,
        windows.window_end,
        first(assertions.model_id order by assertions.source_date desc nulls last, assertions.assertion_id) as model_id,
        first(
            assertions.model_label || ' was planned'
            || coalesce(' for ' || assertions.valid_from, '') || ' ('
            || concat_ws(', ', assertions.source, assertions.page) || '); nothing shows that it came into force.'
            order by assertions.source_date desc nulls last, assertions.assertion_id
        ) as evidence
    from windows
    inner join {{ ref('int_structure_assertions') }} as assertions
        on
            windows.service_id = assertions.service_id
            and windows.typology_id = assertions.typology_id
            and assertions.is_current
            and assertions.tenure = 'planned'
            and not assertions.is_dropped
            and assertions.source_date <= windows.window_end
    group by windows.service_id, windows.typology_id, windows.window_start, windows.window_end

)

select
    windows.service_id,
    windows.typology_id,
    windows.window_start,
    windows.window_end,
    windows.window_days,
    windows.window_text,
    -- The model that the evidence suggests: the one with most days, else the planned one; none where sources conflict.
    case
        when summary.days_contested > 0 then null
        else coalesce(models.model_id, plans.model_id)
    end as suggested_model_id,
    coalesce(models.models, 0) as models,
    models.model_label,
    models.days_in_each,
    coalesce(summary.days_assigned, 0) as days_assigned,
    coalesce(summary.days_contested, 0) as days_contested,
    coalesce(summary.days_unclear, 0) as days_unclear,
    summary.contested_evidence,
    summary.unclear_evidence,
    summary.interim_since,
    summary.interim_model,
    summary.oldest_evidence_date,
    summary.relied_on_until,
    coalesce(summary.has_undated_evidence, false) as has_undated_evidence,
    summary.least_scope_percent,
    summary.evidence,
    summary.shortest_months,
    summary.shortest_model,
    coalesce(models.most_days, 0) as most_days,
    coalesce(models.least_days < windows.window_days, false) as is_partial,
    undated.evidence as undated_evidence,
    plans.evidence as planned_evidence
from windows
left join summary
    on
        windows.service_id = summary.service_id
        and windows.typology_id = summary.typology_id
        and windows.window_start = summary.window_start
        and windows.window_end = summary.window_end
left join models
    on
        windows.service_id = models.service_id
        and windows.typology_id = models.typology_id
        and windows.window_start = models.window_start
        and windows.window_end = models.window_end
left join undated
    on
        windows.service_id = undated.service_id
        and windows.typology_id = undated.typology_id
        and windows.window_start = undated.window_start
        and windows.window_end = undated.window_end
left join plans
    on
        windows.service_id = plans.service_id
        and windows.typology_id = plans.typology_id
        and windows.window_start = plans.window_start
        and windows.window_end = plans.window_end
