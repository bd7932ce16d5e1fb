with breaks as (

    select
        indicator_id,
        definition_version,
        list(break_date || ' ' || title order by break_date, title) as breaks
    from {{ ref('stg_indicator_breaks') }}
    group by indicator_id, definition_version

)

select
    indicators.*,
    coalesce(breaks.breaks, []) as breaks
from {{ ref('stg_indicators') }} as indicators
left join breaks
    on
        indicators.indicator_id = breaks.indicator_id
        and indicators.definition_version = breaks.definition_version
