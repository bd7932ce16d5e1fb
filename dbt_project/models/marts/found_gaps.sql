{{ config(materialized='view', schema='internal') }}
-- Every gap that this build finds, whatever it is a gap of; attribution_gaps holds them against those of the release
-- before.
select
    gap_id,
    kind,
    level,
    'observations' as subject_table,
    observation_id as subject_id,
    observation_id,
    typology_id,
    indicator_id,
    definition_version,
    service_id,
    area_type,
    area_code,
    period_start,
    period_end,
    evidence,
    evidence_locator
from {{ ref('int_observation_gaps') }}

union all

select
    md5(concat_ws('|', kind, subject_id)) as gap_id,
    kind,
    'service' as level,
    subject_table,
    subject_id,
    null as observation_id,
    typology_id,
    null as indicator_id,
    null as definition_version,
    service_id,
    null as area_type,
    null as area_code,
    period_start,
    period_end,
    evidence,
    evidence_locator
from {{ ref('int_service_gaps') }}

union all

select
    md5(concat_ws('|', kind, subject_id)) as gap_id,
    kind,
    'group' as level,
    subject_table,
    subject_id,
    null as observation_id,
    typology_id,
    indicator_id,
    definition_version,
    null as service_id,
    null as area_type,
    null as area_code,
    period_start,
    period_end,
    evidence,
    evidence_locator
from (
    select * from {{ ref('int_group_gaps') }}
    union all
    select * from {{ ref('comparison_gaps') }}
) as group_gaps

union all

select
    md5(concat_ws('|', kind, subject_id)) as gap_id,
    kind,
    'finding' as level,
    subject_table,
    subject_id,
    null as observation_id,
    null as typology_id,
    null as indicator_id,
    null as definition_version,
    null as service_id,
    null as area_type,
    null as area_code,
    null as period_start,
    null as period_end,
    evidence,
    evidence_locator
from {{ ref('int_finding_gaps') }}
