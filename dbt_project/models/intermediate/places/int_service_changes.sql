-- What became of services: authorities that left one for another from one day to the next, and services that ended with
-- nobody taking over. An authority and the one that follows it on that day are the same land.
with memberships as (

    select * from {{ ref('int_service_authorities') }}

),

land as (

    select from_code, to_code, change_date from {{ ref('int_successions') }}

),

-- Authority by authority: who had it the day before, who has it on the day.
handed_over as (

    select
        before.service_id as from_service,
        after.service_id as to_service,
        after.valid_from as change_date,
        before.area_code as from_area,
        after.area_code as to_area
    from memberships as before
    inner join memberships as after
        on before.valid_to + 1 = after.valid_from and before.service_id <> after.service_id
    left join land
        on
            before.area_code = land.from_code
            and after.area_code = land.to_code
            and after.valid_from = land.change_date
    where before.area_code = after.area_code or land.from_code is not null

),

lives as (

    select
        service_id,
        min(valid_from) as valid_from,
        max({{ last_day_of('valid_to') }}) as valid_to
    from memberships
    group by service_id

),

pairs as (

    select
        handed_over.from_service,
        handed_over.to_service,
        handed_over.change_date,
        list_sort(list_distinct(list_concat(
            list(handed_over.from_area), list(handed_over.to_area)
        ))) as area_codes,
        any_value(old.valid_to) >= handed_over.change_date as is_predecessor_left,
        any_value(new.valid_from) < handed_over.change_date as was_successor_there
    from handed_over
    inner join lives as old on handed_over.from_service = old.service_id
    inner join lives as new on handed_over.to_service = new.service_id
    group by handed_over.from_service, handed_over.to_service, handed_over.change_date

),

degrees as (

    select
        *,
        count(*) over (partition by from_service, change_date) + cast(is_predecessor_left as integer) as successors,
        count(*) over (partition by to_service, change_date) + cast(was_successor_there as integer) as predecessors
    from pairs

),

-- Members that one side had and the other did not: land that came from nowhere, or went nowhere.
unmatched as (

    select
        degrees.from_service,
        degrees.to_service,
        degrees.change_date,
        count(*) as members
    from degrees
    inner join memberships
        on
            (
                degrees.from_service = memberships.service_id
                and memberships.valid_to = degrees.change_date - 1
            )
            or (
                degrees.to_service = memberships.service_id
                and memberships.valid_from = degrees.change_date
            )
    left join handed_over
        on
            degrees.change_date = handed_over.change_date
            and (
                (memberships.service_id = handed_over.from_service and memberships.area_code = handed_over.from_area)
                or (memberships.service_id = handed_over.to_service and memberships.area_code = handed_over.to_area)
            )
    where handed_over.from_service is null
    group by degrees.from_service, degrees.to_service, degrees.change_date

),

neighbourhoods as (

    select
        degrees.*,
        max(degrees.predecessors) over (partition by degrees.from_service, degrees.change_date)
            as predecessors_of_successors,
        max(degrees.successors) over (partition by degrees.to_service, degrees.change_date)
            as successors_of_predecessors,
        max(coalesce(unmatched.members, 0)) over (partition by degrees.from_service, degrees.change_date)
        + max(coalesce(unmatched.members, 0)) over (partition by degrees.to_service, degrees.change_date)
            as members_unmatched
    from degrees
    left join unmatched
        on
            degrees.from_service = unmatched.from_service
            and degrees.to_service = unmatched.to_service
            and degrees.change_date = unmatched.change_date

),

judged as (

    select
        *,
        case
            when successors = 1 and predecessors = 1 then 'renamed'
            when predecessors_of_successors = 1 and not is_predecessor_left then 'split'
            when successors_of_predecessors = 1 and not was_successor_there then 'merger'
            else 'members_moved'
        end as change_kind
    from neighbourhoods

)

select
    from_service,
    to_service,
    change_date,
    change_kind,
    change_kind <> 'members_moved' and members_unmatched = 0 as is_exact,
    area_codes
from judged

union all

select
    lives.service_id as from_service,
    cast(null as varchar) as to_service,
    lives.valid_to + 1 as change_date,
    'dissolved' as change_kind,
    false as is_exact,
    list_sort(list(distinct memberships.area_code)) as area_codes
from lives
inner join memberships
    on lives.service_id = memberships.service_id and lives.valid_to = memberships.valid_to
left join pairs on lives.service_id = pairs.from_service and lives.valid_to + 1 = pairs.change_date
where lives.valid_to < date '9999-12-31' and pairs.from_service is null
group by lives.service_id, lives.valid_to
