select count(*) as rows_found from {{ ref('stg_settings') }}
having count(*) <> 1
