select * from {{ ref('stg_decisions') }}
