-- What each register says of an area code today. A register speaks for what it names: its latest delivery that names
-- the area counts; what it does not name stays. A register may state a code in several rows, one for each name it had.
select
    statements.*,
    coalesce(datasets.priority, 1000) as priority,
    {{ plain_name('statements.area_name') }} as plain_name
from {{ ref('stg_authorities') }} as statements
left join {{ ref('stg_datasets') }} as datasets on statements.source_id = datasets.source_id
qualify {{ is_of_latest_delivery(['statements.source_id', 'statements.area_code']) }}
