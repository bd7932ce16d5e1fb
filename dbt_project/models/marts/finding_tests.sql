select * from {{ ref('stg_finding_tests') }}
