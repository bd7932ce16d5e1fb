select * from {{ ref('stg_source_conflicts') }}
