select * exclude (whole_of) from {{ ref('stg_datasets') }}
