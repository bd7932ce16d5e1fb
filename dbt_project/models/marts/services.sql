select * from {{ ref('int_services') }}
