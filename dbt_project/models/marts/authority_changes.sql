select * from {{ ref('int_authority_changes') }}
