select * from {{ ref('stg_expected_deliveries') }}
