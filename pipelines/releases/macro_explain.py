"""The SQL of the macro `explain`: one number as rows of part, item and text, from its file to what may be said of it.

What belongs here: that one query. What does not: which macros a release has (macros.py), or `dovetail explain`, which
answers the same question in a person's words (pipelines/answers/number.py).
"""

# What an observation is joined by beside its id is what the tables are sorted by: so a join reads the blocks that may
# hold it, and not the column of ids of every row.
EXPLAIN = """
create macro explain(indicator, area, period, breakdown := 'all') as table
with places as (
    select service_id as code from services where lower(area) in (lower(service_id), lower(service_name))
    union select area_code from authorities where lower(area) in (lower(area_code), lower(area_name))
    union select area
),
stated as (
    select *
    from observations
    where is_current and indicator_id = indicator and area_code in (from places) and breakdown_id = breakdown
),
found as (
    select *
    from stated
    where case
        when period = 'latest' then period_end = (select max(period_end) from stated)
        else period_label = period or try_cast(period as date) between period_start and period_end
    end
),
facts as (
    select observation_id, 1 as part_order, 'number' as part, [
        {'item': 'value', 'text': value::varchar}, {'item': 'unit', 'text': unit},
        {'item': 'marker', 'text': value_marker}, {'item': 'numerator', 'text': numerator::varchar},
        {'item': 'denominator', 'text': denominator::varchar},
        {'item': '95% interval', 'text': lower_95 || ' to ' || upper_95 || ' (' || interval_method || ')'},
        {'item': 'period', 'text': period_label || ': ' || period_start || ' to ' || period_end},
        {'item': 'preferred', 'text': case when is_preferred then 'yes' else 'no: ' || overruled_by || ' is' end}
    ] as said
    from found
    union all
    select found.observation_id, 2, 'definition', [
        {'item': 'title', 'text': title}, {'item': 'counts', 'text': counts},
        {'item': 'counted by', 'text': counted_by},
        {'item': 'exposed', 'text': window_start || ' to ' || window_end
            || case when window_is_verified then '' else ' (unverified)' end},
        {'item': 'breaks', 'text': nullif(array_to_string(breaks, '; '), '')}, {'item': 'citation', 'text': citation}
    ]
    from found inner join indicators using (indicator_id, definition_version)
    union all
    select found.observation_id, 3, 'delivery', [
        {'item': 'file', 'text': case
            when found.is_derived then 'none: summed from ' || len(derived_from) || ' observations'
            else coalesce(file_name, 'none: it was expected and did not come')
        end},
        {'item': 'delivery', 'text': found.delivery_id}, {'item': 'sheet', 'text': sheet},
        {'item': 'row', 'text': "row"::varchar}, {'item': 'column', 'text': "column"},
        {'item': 'published', 'text': found.published_at::varchar},
        {'item': 'recorded', 'text': found.recorded_at::varchar}, {'item': 'SHA-256', 'text': deliveries.sha256}
    ]
    from found left join deliveries using (delivery_id)
    union all
    select found.observation_id, 4, 'before', [{
        'item': 'until ' || earlier.superseded_at::date,
        'text': coalesce(earlier.value::varchar, '[' || earlier.value_marker || ']') || ', ' || earlier.delivery_id
    }]
    from found
    inner join observations as earlier
        using (
            source_id, indicator_id, definition_version, area_type, area_code, period_start, period_end, breakdown_id
        )
    where not earlier.is_current
    union all
    select found.observation_id, 5, 'check', {'item': rule, 'text': severity || ': ' || delivery_warnings.reason}
    from found
    inner join delivery_warnings
        on found.delivery_id = delivery_warnings.delivery_id and found."row" = delivery_warnings."row"
        and found.sheet is not distinct from delivery_warnings.sheet
    union all
    select found.observation_id, 6, 'attribution', [{
        'item': attributions.typology_id,
        'text': concat_ws('; ', attribution_status || coalesce(' to ' || model_id, ''), comparability_status,
            disclosure_status)
    }]
    from found
    inner join attributions
        using (observation_id, indicator_id, definition_version, area_type, area_code, period_start, period_end)
    union all
    select found.observation_id, 7, 'structure', [{
        'item': structures.typology_id || ' from ' || structures.valid_from || ' to '
            || coalesce(structures.valid_to::varchar, 'now'),
        'text': concat_ws('; ', case when is_contested then 'contested' else structures.model_id end, tenure, evidence)
    }]
    from found
    inner join structures
        on found.service_id = structures.service_id and structures.valid_from <= found.window_end
        and coalesce(structures.valid_to, date '9999-12-31') >= found.window_start
    inner join attributions
        on found.observation_id = attributions.observation_id and structures.typology_id = attributions.typology_id
        and found.indicator_id = attributions.indicator_id
        and found.definition_version = attributions.definition_version
        and found.area_type = attributions.area_type and found.area_code = attributions.area_code
        and found.period_start = attributions.period_start and found.period_end = attributions.period_end
    union all
    select found.observation_id, 8, 'gap', [{
        'item': kind || case when is_blocking then ' (blocks)' else '' end || coalesce(', ' || typology_id, ''),
        'text': concat_ws('; ', kind_title || ': ' || evidence, evidence_locator, owner, 'closed by ' || resolved_by)
    }]
    from found
    inner join attribution_gaps
        using (observation_id, indicator_id, definition_version, area_type, area_code, period_start, period_end)
    where closed_in_release is null
    union all
    select found.observation_id, 9, 'comparison', [{
        'item': typology_id,
        'text': concat_ws('; ', 'refused: ' || refusal_reason,
            case when is_used then 'counted as ' || group_label else 'left out: ' || exclusion_reason end,
            services_used || ' of ' || services_in_scope || ' services used')
    }]
    from found
    inner join comparison_services using (observation_id)
    inner join (
        select distinct comparison_id, typology_id, services_used, services_in_scope, refusal_reason from comparisons
    ) using (comparison_id)
),
numbered as (
    select
        observation_id, part_order, part, unnest(said) as fact, generate_subscripts(said, 1) as place
    from facts
)
select definition_version, source_id, area_code, period_label, part, item, text, observation_id
from (
    select definition_version, source_id, area_code, period_label, part, fact.item as item, fact.text as text,
        observation_id, part_order, place
    from numbered inner join found using (observation_id)
    where fact.text is not null
    union all
    select null, null, null, null, null, null, error(
        'No number of ' || indicator || ' for ' || area || ' in ' || period || '. ' || coalesce(
            'There are the periods '
            || (select string_agg(distinct period_label, ', ' order by period_label) from stated) || '.',
            'Nothing is known of that indicator_id, area and breakdown in any period.'
        )
    ), null, null, null
    where not exists (from found)
)
order by definition_version, source_id, observation_id, part_order, place, item, text
"""
