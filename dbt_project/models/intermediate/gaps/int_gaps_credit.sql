{{ config(materialized='view') }}
-- Gaps of the test of credit, from the register of contributions: counted once, and by this service alone?
-- A contribution never makes a number: what several claim or deliver is one observation, and stays one.
with standing as (

    select * from {{ ref('stg_contributions') }}
    qualify {{ is_of_latest_delivery(['source_id', 'contribution_id']) }}

),

contributions as (

    select
        contributions.*,
        lower(trim(contributions.contributor)) as contributor_key,
        lower(trim(contributions.contributor)) <> lower(trim(services.service_name)) as is_another,
        concat_ws(', ', contributions.source, contributions.page) as locator
    from standing as contributions
    inner join {{ ref('int_services') }} as services on contributions.service_id = services.service_id

),

-- A figure counts for the service behind its area; what happened in the period itself is what is credited.
credited as (

    select
        observations.observation_id,
        contributions.role,
        contributions.contributor,
        contributions.contributor_key,
        contributions.is_another,
        contributions.locator
    from {{ ref('int_observations') }} as observations
    inner join {{ ref('int_area_windows') }} as areas
        on
            observations.area_type = areas.area_type
            and observations.area_code = areas.area_code
            and observations.window_start = areas.window_start
            and observations.window_end = areas.window_end
    inner join contributions
        on
            areas.service_id = contributions.service_id
            and observations.indicator_id = coalesce(contributions.indicator_id, observations.indicator_id)
            and {{ overlaps(
                'contributions.valid_from', 'contributions.valid_to',
                'observations.period_start', 'observations.period_end'
            ) }}
    where observations.is_current

),

counted as (

    select
        observation_id,
        count(distinct contributor_key) filter (where role = 'claims') as claimants,
        string_agg(distinct contributor, ' and ' order by contributor) filter (where role = 'claims') as claimant_names,
        string_agg(distinct locator, '; ' order by locator) filter (where role = 'claims') as claim_locators,
        count(distinct contributor_key) filter (where role = 'records') as recorders,
        min(contributor) filter (where role = 'records') as recorder,
        min(contributor_key) filter (where role = 'records') as recorder_key,
        list(distinct contributor_key) filter (where role <> 'records') as other_keys,
        string_agg(distinct contributor, ' and ' order by contributor) filter (where role <> 'records') as other_names,
        min(locator) filter (where role = 'records') as record_locator,
        string_agg(distinct contributor, ' and ' order by contributor) filter (where role = 'delivers' and is_another)
            as deliverers,
        string_agg(distinct locator, '; ' order by locator) filter (where role = 'delivers' and is_another)
            as delivery_locators
    from credited
    group by observation_id

)

select
    observations.observation_id,
    cast(null as varchar) as typology_id,
    'C1' as kind,
    'Claimed by ' || claimant_names || '; counted once.' as evidence,
    claim_locators as evidence_locator,
    {{ figure_of('observations') }} as figure
from counted
inner join {{ ref('int_observations') }} as observations on counted.observation_id = observations.observation_id
where claimants > 1

union all

select
    observations.observation_id,
    null as typology_id,
    'C2' as kind,
    'Recorded by ' || recorder || ' alone; also contributed to by ' || other_names || '.' as evidence,
    record_locator as evidence_locator,
    {{ figure_of('observations') }} as figure
from counted
inner join {{ ref('int_observations') }} as observations on counted.observation_id = observations.observation_id
where recorders = 1 and len(list_filter(other_keys, lambda key: key <> recorder_key)) > 0

union all

select
    observations.observation_id,
    null as typology_id,
    'C3' as kind,
    'Delivered by ' || deliverers || '.' as evidence,
    delivery_locators as evidence_locator,
    {{ figure_of('observations') }} as figure
from counted
inner join {{ ref('int_observations') }} as observations on counted.observation_id = observations.observation_id
where deliverers is not null
