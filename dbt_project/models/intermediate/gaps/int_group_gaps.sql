-- Gaps that hold for every number of a definition, and figures set aside before they were one.
with definitions as (

    select
        indicators.*,
        min(observations.period_start) as first_day,
        max(observations.period_end) as last_day
    from {{ ref('stg_indicators') }} as indicators
    inner join {{ ref('int_observations') }} as observations
        on
            indicators.indicator_id = observations.indicator_id
            and indicators.definition_version = observations.definition_version
    where observations.is_current
    group by all

),

found as (

    select
        'U6' as kind,
        concat_ws('|', indicator_id, definition_version) as subject_id,
        'indicators' as subject_table,
        cast(null as varchar) as typology_id,
        indicator_id,
        definition_version,
        first_day as period_start,
        last_day as period_end,
        'Counted by residence: children of the area, whichever service works with them.' as evidence,
        citation as evidence_locator
    from definitions
    where counted_by = 'residence' and is_compared

    union all

    select
        'M9' as kind,
        concat_ws('|', indicator_id, definition_version) as subject_id,
        'indicators' as subject_table,
        null as typology_id,
        indicator_id,
        definition_version,
        first_day as period_start,
        last_day as period_end,
        upper(left(counts_twice, 1)) || substr(counts_twice, 2) || '.' as evidence,
        citation as evidence_locator
    from definitions
    where counts_twice is not null

    union all

    select
        'M10' as kind,
        concat_ws('|', indicator_id, definition_version) as subject_id,
        'indicators' as subject_table,
        null as typology_id,
        indicator_id,
        definition_version,
        first_day as period_start,
        last_day as period_end,
        'No source says in which direction it should go.' as evidence,
        citation as evidence_locator
    from definitions
    where polarity = 'none' and is_compared

    union all

    -- What was set aside as it came in has no observation: the ledger of gaps still names it.
    select
        'M7' as kind,
        concat_ws('|', delivery_id, sheet, "row", "column") as subject_id,
        'quarantined_rows' as subject_table,
        null as typology_id,
        null as indicator_id,
        null as definition_version,
        null as period_start,
        null as period_end,
        reason as evidence,
        concat_ws(', ', 'delivery ' || delivery_id, 'sheet ' || sheet, 'row ' || "row", 'column ' || "column")
            as evidence_locator
    from {{ ref('stg_quarantined_rows') }}
    where rule = 'rate_outside_its_parts'

)

select * from found
-- A file may break the rule twice in one place: the row tells it once.
qualify row_number() over (partition by kind, subject_id order by evidence) = 1
