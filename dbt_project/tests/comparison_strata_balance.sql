{{ config(meta={'dagster': {'ref': {'name': 'comparison_strata'}}}) }}

with models as (

    select
        comparison_id,
        model_id,
        group_services
    from {{ ref('comparisons') }}
    where not is_refused and group_services > 0

),

strata as (

    select
        comparison_id,
        model_id,
        sum(services) as services
    from {{ ref('comparison_strata') }}
    group by comparison_id, model_id

)

select
    models.comparison_id,
    models.model_id,
    models.group_services,
    strata.services
from models
full outer join strata on models.comparison_id = strata.comparison_id and models.model_id = strata.model_id
where models.group_services is distinct from strata.services
