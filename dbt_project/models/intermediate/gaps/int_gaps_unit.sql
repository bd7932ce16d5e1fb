{{ config(materialized='view') }}
-- Gaps of the unit test: does the counted area map to exactly one service, and is it collected there at all?
with findings as (

    select
        area_type, area_code, window_start, window_end, place_kind as kind, place_evidence as evidence,
        membership_locator as evidence_locator
    from {{ ref('int_area_windows') }}
    where place_kind is not null

    union all

    select
        area_type, area_code, window_start, window_end, 'U1' as kind, shared_evidence as evidence,
        membership_locator as evidence_locator
    from {{ ref('int_area_windows') }}
    where is_shared

    union all

    select
        area_type, area_code, window_start, window_end, 'U7' as kind, boundary_evidence as evidence,
        cast(null as varchar) as evidence_locator
    from {{ ref('int_area_windows') }}
    where began_inside or ended_inside

)

select
    observations.observation_id,
    cast(null as varchar) as typology_id,
    findings.kind,
    findings.evidence,
    findings.evidence_locator,
    {{ figure_of('observations') }} as figure
from {{ ref('int_observations') }} as observations
inner join findings
    on
        observations.area_type = findings.area_type
        and observations.area_code = findings.area_code
        and observations.window_start = findings.window_start
        and observations.window_end = findings.window_end
where observations.is_current

union all

select
    observation_id,
    null as typology_id,
    'U3' as kind,
    missing_members || '.' as evidence,
    null as evidence_locator,
    {{ figure_of('observations') }} as figure
from {{ ref('int_observations') }} as observations
where is_current and missing_members is not null

union all

select
    observations.observation_id,
    null as typology_id,
    'U9' as kind,
    indicators.title || ' is collected in ' || replace(indicators.nations, '|', ' and ') || ', not in ' || areas.nation
    || '.' as evidence,
    indicators.citation as evidence_locator,
    {{ figure_of('observations') }} as figure
from {{ ref('int_observations') }} as observations
inner join {{ ref('int_area_windows') }} as areas
    on
        observations.area_type = areas.area_type
        and observations.area_code = areas.area_code
        and observations.window_start = areas.window_start
        and observations.window_end = areas.window_end
inner join {{ ref('stg_indicators') }} as indicators
    on
        observations.indicator_id = indicators.indicator_id
        and observations.definition_version = indicators.definition_version
where
    observations.is_current
    and areas.nation is not null
    and not {{ nation_in('areas.nation', 'indicators.nations') }}
