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
    md5(concat_ws('|', found.kind, coalesce(found.typology_id, ''), {{ natural_key('observations') }})) as gap_id,
    found.kind,
    kinds.title as kind_title,
    'observation' as level,
    kinds.rule_version,
    kinds.is_blocking,
    kinds.sets_field,
    kinds.sets_value,
    found.observation_id,
    found.typology_id,
    observations.indicator_id,
    observations.definition_version,
    areas.service_id,
    observations.area_type,
    observations.area_code,
    observations.period_start,
    observations.period_end,
    found.evidence,
    coalesce(
        found.evidence_locator,
        case
            when observations.is_derived then 'derived from ' || len(observations.derived_from) || ' observations'
            when observations.is_expected then 'calendar of ' || observations.source_id
        end,
        concat_ws(
            ', ', 'delivery ' || observations.delivery_id, 'sheet ' || observations.sheet, 'row ' || observations."row"
        )
    ) as evidence_locator,
    kinds.owner,
    kinds.resolved_by
from found
left join {{ ref('int_observations') }} as observations on found.observation_id = observations.observation_id
left join {{ ref('int_area_windows') }} as areas
    on
        observations.area_type = areas.area_type
        and observations.area_code = areas.area_code
        and observations.window_start = areas.window_start
        and observations.window_end = areas.window_end
left join {{ ref('stg_gap_kinds') }} as kinds on found.kind = kinds.kind
