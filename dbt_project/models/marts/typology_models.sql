select * from {{ ref('stg_typology_models') }}
