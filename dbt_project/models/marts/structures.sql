select * from {{ ref('int_structures') }}
