{{ config(schema='internal') }}
-- Gaps that hold for a whole comparison, or for the figures of one definition under schemes of different eras.
with eras as (

    select
        attributions.indicator_id,
        attributions.definition_version,
        attributions.typology_id,
        typologies.title,
        typologies.valid_from,
        min(attributions.period_start) as first_day,
        max(attributions.period_end) as last_day
    from {{ ref('attributions') }} as attributions
    inner join {{ ref('stg_typologies') }} as typologies on attributions.typology_id = typologies.typology_id
    group by all

)

select
    'E7' as kind,
    concat_ws('|', earlier.indicator_id, earlier.definition_version, earlier.typology_id, later.typology_id)
        as subject_id,
    'typology_crosswalks' as subject_table,
    later.typology_id,
    earlier.indicator_id,
    earlier.definition_version,
    earlier.first_day as period_start,
    later.last_day as period_end,
    'Figures from ' || earlier.first_day || ' stand under ' || earlier.title || ', from ' || later.first_day
    || ' under ' || later.title || case
        when crosswalks.links is null then '; no crosswalk leads from one to the other.'
        else '; ' || crosswalks.links || ' links, ' || crosswalks.lossy || ' of them lossy.'
    end as evidence,
    crosswalks.citation as evidence_locator
from eras as earlier
inner join eras as later
    on
        earlier.indicator_id = later.indicator_id
        and earlier.definition_version = later.definition_version
        and (earlier.valid_from, earlier.typology_id) < (later.valid_from, later.typology_id)
left join (
    select
        from_typology_id,
        to_typology_id,
        count(*) as links,
        count(*) filter (where is_lossy) as lossy,
        min(citation) as citation
    from {{ ref('stg_typology_crosswalks') }}
    group by from_typology_id, to_typology_id
) as crosswalks
    on
        earlier.typology_id = crosswalks.from_typology_id
        and later.typology_id = crosswalks.to_typology_id

union all

-- A structural model with too few services is shown and not tested.
select
    'Z5' as kind,
    concat_ws('|', comparisons.comparison_id, comparisons.model_id) as subject_id,
    'comparisons' as subject_table,
    comparisons.typology_id,
    comparisons.indicator_id,
    comparisons.definition_version,
    comparisons.period_start,
    comparisons.period_end,
    comparisons.model_label || ': ' || comparisons.group_services
    || case when comparisons.group_services = 1 then ' service' else ' services' end
    || ', at least ' || settings.group_minimum || ' needed.' as evidence,
    'comparison ' || comparisons.comparison_id as evidence_locator
from {{ ref('comparison_groups') }} as comparisons
cross join {{ ref('stg_settings') }} as settings
where comparisons.group_services > 0 and comparisons.group_services < settings.group_minimum

union all

select
    'Z6' as kind,
    comparison_id as subject_id,
    'comparisons' as subject_table,
    typology_id,
    indicator_id,
    definition_version,
    period_start,
    period_end,
    refusal_reason as evidence,
    'comparison ' || comparison_id as evidence_locator
from {{ ref('comparison_groups') }}
where is_refused
qualify row_number() over (partition by comparison_id order by model_order) = 1
