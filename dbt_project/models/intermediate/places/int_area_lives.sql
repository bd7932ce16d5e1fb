-- The days of an area, where a register may give its last day, its successor's first day, or nothing.
with last_changes as (

    select from_code, max(change_date) as change_date
    from {{ ref('int_successions') }}
    where basis in ('stated', 'department_code')
    group by from_code

)

select
    areas.area_code,
    areas.area_type,
    areas.valid_from,
    case
        when coalesce(areas.valid_to, last_changes.change_date) = last_changes.change_date
            then last_changes.change_date - 1
        else areas.valid_to
    end as valid_to
from {{ ref('int_registered_areas') }} as areas
left join last_changes on areas.area_code = last_changes.from_code
