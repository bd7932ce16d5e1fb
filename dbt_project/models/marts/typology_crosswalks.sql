select * from {{ ref('stg_typology_crosswalks') }}
