select * from {{ ref('stg_datasets') }}
