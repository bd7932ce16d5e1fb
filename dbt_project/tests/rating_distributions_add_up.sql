-- The ratings of a structural model are held by its rated services, each once.
select
    indicator_id,
    definition_version,
    typology_id,
    model_id,
    sum(services) as services,
    any_value(services_rated) as services_rated
from {{ ref('rating_distributions') }}
where services is not null
group by indicator_id, definition_version, typology_id, model_id
having sum(services) <> any_value(services_rated)
