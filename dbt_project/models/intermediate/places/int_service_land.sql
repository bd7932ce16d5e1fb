-- Since when a service has answered for the land it answers for today, and what changed then. Members that are replaced
-- by exactly those that took over from them are the same land.
with members as (

    select service_id, valid_from, area_code
    from {{ ref('int_service_shares') }}

),

runs as (

    select
        service_id,
        valid_from,
        lag(valid_from) over (partition by service_id order by valid_from) as run_before
    from (select distinct service_id, valid_from from members) as each_run

),

successions as (

    select from_code, to_code, change_date from {{ ref('int_succession_tiers') }}
    where tier = 'authority'

),

came as (

    select runs.service_id, runs.valid_from, runs.run_before, members.area_code
    from runs
    inner join members on runs.service_id = members.service_id and runs.valid_from = members.valid_from
    left join members as before
        on
            runs.service_id = before.service_id
            and runs.run_before = before.valid_from
            and members.area_code = before.area_code
    where runs.run_before is not null and before.area_code is null

),

gone as (

    select runs.service_id, runs.valid_from, runs.run_before, members.area_code
    from runs
    inner join members on runs.service_id = members.service_id and runs.run_before = members.valid_from
    left join members as after
        on
            runs.service_id = after.service_id
            and runs.valid_from = after.valid_from
            and members.area_code = after.area_code
    where after.area_code is null

),

-- Nobody, or not every one, of those that it took over from was a member before.
joined as (

    select came.service_id, came.valid_from, came.area_code
    from came
    left join successions
        on came.area_code = successions.to_code and came.valid_from = successions.change_date
    left join gone
        on
            came.service_id = gone.service_id
            and came.valid_from = gone.valid_from
            and successions.from_code = gone.area_code
    group by came.service_id, came.valid_from, came.area_code
    having bool_or(gone.area_code is null)

),

departed as (

    select gone.service_id, gone.valid_from, gone.area_code
    from gone
    left join successions
        on gone.area_code = successions.from_code and gone.valid_from = successions.change_date
    left join came
        on
            gone.service_id = came.service_id
            and gone.valid_from = came.valid_from
            and successions.to_code = came.area_code
    group by gone.service_id, gone.valid_from, gone.area_code
    having bool_or(came.area_code is null)

),

changes as (

    select service_id, valid_from, area_code, 'joined' as what from joined
    union all
    select service_id, valid_from, area_code, 'left' as what from departed

),

told as (

    select
        changes.service_id,
        changes.valid_from,
        string_agg(
            coalesce(areas.area_name || ' (' || changes.area_code || ')', changes.area_code) || ' ' || changes.what,
            ', '
            order by changes.what, changes.area_code
        ) as what_changed
    from changes
    left join {{ ref('int_registered_areas') }} as areas on changes.area_code = areas.area_code
    group by changes.service_id, changes.valid_from

)

select
    runs.service_id,
    count(*) as runs,
    max(told.valid_from) as same_since,
    max_by(told.what_changed, told.valid_from) filter (where told.valid_from is not null) as what_changed
from runs
left join told on runs.service_id = told.service_id and runs.valid_from = told.valid_from
group by runs.service_id
