select * exclude (received_at) from {{ ref('stg_expected_deliveries') }}
