select * from {{ ref('int_series') }}
