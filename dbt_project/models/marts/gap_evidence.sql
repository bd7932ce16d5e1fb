-- Every statement as it landed, and whether it still stands: the latest delivery that names it counts.
select
    *,
    {{ is_of_latest_delivery(['source_id', 'evidence_id']) }} as is_current
from {{ ref('stg_gap_evidence') }}
