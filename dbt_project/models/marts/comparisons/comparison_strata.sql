-- The services of each model by nation and authority class.
select
    comparison_id,
    model_id,
    split_part(stratum, '|', 1) as nation,
    split_part(stratum, '|', 2) as authority_class,
    services,
    median,
    mean,
    pooled_value
from {{ ref('comparison_statistics') }}
where part = 'stratum'
