select * from {{ ref('int_register_disagreements') }}
