select * from {{ ref('int_authorities') }}
