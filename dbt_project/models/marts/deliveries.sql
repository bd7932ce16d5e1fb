select * from {{ ref('stg_deliveries') }}
