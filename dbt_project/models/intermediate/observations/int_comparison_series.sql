-- One row for each indicator, period and typology that may be compared. The dataset is the foremost of those that
-- figures are taken from: a service whose figure stands in another dataset alone is compared with the rest.
with figures as (

    select observations.*, coalesce(datasets.priority, 99) as priority
    from {{ ref('int_observations') }} as observations
    left join {{ ref('stg_datasets') }} as datasets on observations.source_id = datasets.source_id
    where
        observations.is_preferred
        and observations.breakdown_id = 'all'
        and observations.area_type in ('youth_justice_service', 'authority')

),

series as (

    select
        figures.indicator_id,
        figures.definition_version,
        figures.period_start,
        figures.period_end,
        figures.window_start,
        figures.window_end,
        indicators.nations as indicator_nations,
        first(figures.source_id order by figures.priority, figures.source_id) as source_id,
        min(figures.period_label) as period_label,
        min(figures.period_type) as period_type
    from figures
    inner join {{ ref('stg_indicators') }} as indicators
        on
            figures.indicator_id = indicators.indicator_id
            and figures.definition_version = indicators.definition_version
    where indicators.is_compared
    group by
        figures.indicator_id, figures.definition_version, figures.period_start, figures.period_end,
        figures.window_start, figures.window_end, indicators.nations

)

select
    md5(concat_ws(
        '|', series.indicator_id, series.definition_version, series.source_id, series.period_start,
        series.period_end, typologies.typology_id
    )) as comparison_id,
    series.*,
    typologies.typology_id,
    typologies.nations as typology_nations
from series
inner join {{ ref('stg_typologies') }} as typologies
    on
        typologies.is_attributed
        and {{ overlaps('typologies.valid_from', 'typologies.valid_to', 'series.window_start', 'series.window_end') }}
