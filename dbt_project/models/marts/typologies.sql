select * from {{ ref('stg_typologies') }}
