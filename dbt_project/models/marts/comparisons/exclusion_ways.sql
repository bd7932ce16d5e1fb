{{ config(schema='internal') }}
-- Each way in which a service that a comparison leaves out could come to be in it: the one gap that keeps it out, and
-- the model it would stand under if that gap were closed. A service with several such gaps has no single way in.
with excluded as (

    select
        members.comparison_id,
        members.period_end,
        members.service_id,
        members.observation_id,
        members.value,
        series.typology_id,
        series.window_start,
        series.window_end
    from {{ ref('comparison_candidates') }} as members
    inner join {{ ref('int_comparison_series') }} as series on members.comparison_id = series.comparison_id
    where not members.is_used and members.observation_id is not null

),

keeping_out as (

    select
        excluded.comparison_id,
        excluded.service_id,
        min(gaps.gap_id) as gap_id,
        min(gaps.kind) as kind
    from excluded
    inner join {{ ref('int_observation_gaps') }} as gaps
        on
            excluded.observation_id = gaps.observation_id
            and coalesce(gaps.typology_id, excluded.typology_id) = excluded.typology_id
    cross join {{ ref('stg_settings') }} as settings
    where
        gaps.sets_field <> 'none'
        and not (gaps.sets_value = 'attributable_with_caveat' and settings.is_caveat_used)
    group by excluded.comparison_id, excluded.service_id
    having count(distinct gaps.gap_id) = 1

),

kept_out as (

    select
        excluded.*,
        keeping_out.gap_id,
        keeping_out.kind,
        coalesce(attributions.model_id, attributions.candidate_model_id) as suggested_model_id
    from excluded
    inner join keeping_out
        on excluded.comparison_id = keeping_out.comparison_id and excluded.service_id = keeping_out.service_id
    inner join {{ ref('attributions') }} as attributions
        on excluded.observation_id = attributions.observation_id and excluded.typology_id = attributions.typology_id

),

-- Of claims that conflict, each may be upheld.
contested_models as (

    select
        structures.service_id,
        structures.typology_id,
        structures.valid_from,
        structures.valid_to,
        assertions.model_id
    from (
        select *, unnest(assertion_ids) as assertion_id from {{ ref('int_structures') }}
        where is_contested
    ) as structures
    inner join {{ ref('int_structure_assertions') }} as assertions
        on structures.assertion_id = assertions.assertion_id and assertions.is_assignable

)

select
    comparison_id,
    period_end,
    service_id,
    gap_id,
    kind,
    value,
    suggested_model_id as model_id
from kept_out
where suggested_model_id is not null

union all

select distinct
    kept_out.comparison_id,
    kept_out.period_end,
    kept_out.service_id,
    kept_out.gap_id,
    kept_out.kind,
    kept_out.value,
    contested_models.model_id
from kept_out
inner join contested_models
    on
        kept_out.service_id = contested_models.service_id
        and kept_out.typology_id = contested_models.typology_id
        and {{ overlaps(
            'contested_models.valid_from', 'contested_models.valid_to', 'kept_out.window_start', 'kept_out.window_end'
        ) }}
where kept_out.suggested_model_id is null and kept_out.kind = 'E2'

union all

-- Where no evidence suggests a model, any of them might be found.
select
    kept_out.comparison_id,
    kept_out.period_end,
    kept_out.service_id,
    kept_out.gap_id,
    kept_out.kind,
    kept_out.value,
    models.model_id
from kept_out
inner join {{ ref('stg_typology_models') }} as models
    on kept_out.typology_id = models.typology_id and models.is_assignable
where kept_out.suggested_model_id is null and kept_out.kind <> 'E2'
