-- A predecessor and its successor as registers state them: the day of the one believed first where they differ.
with stated_by_register as (

    select
        changes.from_code,
        changes.to_code,
        changes.change_date,
        changes.instrument,
        changes.source_id,
        coalesce(datasets.priority, 1000) as priority
    from {{ ref('stg_authority_changes') }} as changes
    left join {{ ref('stg_datasets') }} as datasets on changes.source_id = datasets.source_id
    where changes.from_code <> changes.to_code
    qualify {{ is_of_latest_delivery(['changes.source_id', 'changes.from_code']) }}

)

select
    from_code,
    to_code,
    first(change_date order by priority, source_id) as change_date,
    first(instrument order by priority, source_id) filter (where instrument is not null) as instrument,
    list_sort(list(distinct source_id)) as sources,
    count(distinct change_date) > 1 as is_date_disputed
from stated_by_register
group by from_code, to_code
