{{ config(meta={'slice': 'period_end', 'is_closed': true}) }}

select observation_id, typology_id, attribution_status, model_id
from {{ ref('attributions') }}
where (model_id is not null) <> (attribution_status in ('attributable', 'attributable_with_caveat'))
