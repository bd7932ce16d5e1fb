{{ config(materialized='view') }}
-- Every landed row, with the part of its dataset of which a delivery is the whole. Who downloads another topic or
-- another indicator says nothing of those that came before.
select
    observations.*,
    case datasets.whole_of
        when 'topic' then coalesce(topics.topic, observations.indicator_id)
        when 'indicator' then observations.indicator_id
        else ''
    end as subject
from {{ ref('stg_observations') }} as observations
left join {{ ref('stg_datasets') }} as datasets on observations.source_id = datasets.source_id
left join {{ ref('int_topics') }} as topics
    on observations.source_id = topics.source_id and observations.indicator_id = topics.indicator_id
