select * from {{ ref('stg_gap_kinds') }}
