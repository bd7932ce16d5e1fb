-- An indicator as the metadata file published last defines it.
select
    indicator_id,
    definition_version,
    topic,
    "column",
    label,
    unit,
    measure,
    period_type,
    source_id,
    delivery_id,
    published_at,
    recorded_at
from {{ ref('stg_topic_indicators') }}
qualify {{ is_of_latest_delivery(['indicator_id', 'definition_version']) }}
