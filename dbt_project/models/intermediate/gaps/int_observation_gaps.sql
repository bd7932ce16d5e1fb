-- Every gap of a current observation, with what its kind sets. The catalogue says what a kind means: only the rule that
-- finds it is written in the dbt models before this one.
with found as (

    select * from {{ ref('int_gaps_unit') }}
    union all
    select * from {{ ref('int_gaps_structure') }}
    union all
    select * from {{ ref('int_gaps_measure') }}
    union all
    select * from {{ ref('int_gaps_disclosure') }}
    union all
    select * from {{ ref('int_gaps_differencing') }}
    union all
    select * from {{ ref('int_gaps_credit') }}
    union all
    select * from {{ ref('int_gaps_declared') }}

)

select
    md5(concat_ws('|', found.kind, coalesce(found.typology_id, ''), {{ natural_key('found.figure') }})) as gap_id,
    found.kind,
    kinds.title as kind_title,
    'observation' as level,
    kinds.rule_version,
    kinds.is_blocking,
    kinds.sets_field,
    kinds.sets_value,
    found.observation_id,
    found.typology_id,
    found.figure.indicator_id,
    found.figure.definition_version,
    areas.service_id,
    found.figure.area_type,
    found.figure.area_code,
    found.figure.period_start,
    found.figure.period_end,
    found.evidence,
    coalesce(
        found.evidence_locator,
        case
            when found.figure.derived_from is not null
                then 'derived from ' || found.figure.derived_from || ' observations'
            when found.figure.is_expected then 'calendar of ' || found.figure.source_id
        end,
        concat_ws(
            ', ', 'delivery ' || found.figure.delivery_id, 'sheet ' || found.figure.sheet, 'row ' || found.figure.line
        )
    ) as evidence_locator,
    kinds.owner,
    kinds.resolved_by
from found
left join {{ ref('int_area_windows') }} as areas
    on
        found.figure.area_type = areas.area_type
        and found.figure.area_code = areas.area_code
        and found.figure.window_start = areas.window_start
        and found.figure.window_end = areas.window_end
left join {{ ref('stg_gap_kinds') }} as kinds on found.kind = kinds.kind
