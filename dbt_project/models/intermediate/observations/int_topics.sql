-- The topic of each indicator that metadata files define. Topic and column become one id, and two of them could become
-- the same: one topic is taken, always the same.
select
    source_id,
    indicator_id,
    min(topic) as topic
from {{ ref('stg_topic_indicators') }}
group by source_id, indicator_id
