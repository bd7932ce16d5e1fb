-- Where registers say different things of one area: each statement, which was believed, and by which rule. Names that
-- come to the same (macro plain_name) or that another register lists as a name of the area are no disagreement; nor is
-- a first day before GSS codes began (1 January 2009) beside that day.
with statements as (

    select * from {{ ref('int_area_statements') }}

),

-- A register that states a code in several rows speaks once: its whole span, its latest name.
by_register as (

    select
        area_code,
        source_id,
        min(priority) as priority,
        min(valid_from) as valid_from,
        count(valid_from) + count(valid_to) > 0 as has_days,
        case when count(valid_to) = count(*) then max(valid_to) end as valid_to,
        first(area_type order by "row") as area_type,
        first(authority_class order by "row") filter (where authority_class is not null) as authority_class,
        first(nation order by "row") filter (where nation is not null) as nation,
        first(region_code order by "row") filter (where region_code is not null) as region_code,
        first(dfe_code order by "row") filter (where dfe_code is not null) as dfe_code,
        first(area_name order by valid_from desc nulls last, "row") as area_name,
        first(plain_name order by valid_from desc nulls last, "row") as plain_name,
        list_transform(
            flatten(list(string_split(coalesce(alternate_names, ''), '|'))), lambda name: {{ plain_name('name') }}
        ) as other_names,
        min(delivery_id) as delivery_id
    from statements
    group by area_code, source_id

),

facts as (

    select
        area_code, source_id, priority, delivery_id, 'valid_from' as what, cast(valid_from as varchar) as stated,
        cast(greatest(valid_from, date '2009-01-01') as varchar) as compared,
        'the register believed first' as rule
    from by_register
    where valid_from is not null

    union all

    select
        area_code, source_id, priority, delivery_id, 'valid_to' as what,
        coalesce(cast(valid_to as varchar), 'still in force') as stated,
        coalesce(cast(valid_to as varchar), 'still in force') as compared,
        'the register believed first' as rule
    from by_register
    where has_days

    union all

    select
        area_code, source_id, priority, delivery_id, 'type' as what, area_type as stated, area_type as compared,
        'the register believed first' as rule
    from by_register
    where area_type is not null

    union all

    select
        area_code, source_id, priority, delivery_id, 'class' as what, authority_class as stated,
        authority_class as compared, 'the first register that states one' as rule
    from by_register
    where authority_class is not null and area_type = 'authority'

    union all

    select
        area_code, source_id, priority, delivery_id, 'nation' as what, nation as stated, nation as compared,
        'the first register that states one' as rule
    from by_register
    where nation is not null

    union all

    select
        area_code, source_id, priority, delivery_id, 'region' as what, region_code as stated, region_code as compared,
        'the first register that states one' as rule
    from by_register
    where region_code is not null

    union all

    select
        area_code, source_id, priority, delivery_id, 'department_code' as what, dfe_code as stated,
        dfe_code as compared, 'the first register that states one' as rule
    from by_register
    where dfe_code is not null

    union all

    -- One parent on one day: lookups of different days may differ, because districts move.
    select
        parents.child_code as area_code,
        parents.source_id,
        coalesce(datasets.priority, 1000) as priority,
        min(parents.delivery_id) as delivery_id,
        'parent on ' || parents.valid_on as what,
        string_agg(distinct parents.parent_code, '|' order by parents.parent_code) as stated,
        string_agg(distinct parents.parent_code, '|' order by parents.parent_code) as compared,
        'the lowest code of those stated' as rule
    from {{ ref('stg_authority_parents') }} as parents
    left join {{ ref('stg_datasets') }} as datasets on parents.source_id = datasets.source_id
    group by parents.child_code, parents.source_id, parents.valid_on, datasets.priority

),

-- What two registers say an area became; a register of changes that does not name the area says nothing of it.
successor_statements as (

    select
        changes.from_code as area_code,
        changes.source_id,
        coalesce(datasets.priority, 1000) as priority,
        min(changes.delivery_id) as delivery_id,
        string_agg(distinct changes.to_code, '|' order by changes.to_code) as stated,
        string_agg(
            distinct changes.to_code || ' on ' || changes.change_date, '|'
            order by changes.to_code || ' on ' || changes.change_date
        ) as stated_on
    from (
        select * from {{ ref('stg_authority_changes') }}
        where from_code <> to_code
        qualify {{ is_of_latest_delivery(['source_id', 'from_code']) }}
    ) as changes
    left join {{ ref('stg_datasets') }} as datasets on changes.source_id = datasets.source_id
    group by changes.from_code, changes.source_id, datasets.priority

    union all

    select
        gone.county_code as area_code,
        gone.lookup_source as source_id,
        1000 as priority,
        cast(null as varchar) as delivery_id,
        string_agg(distinct gone.to_code, '|' order by gone.to_code) as stated,
        string_agg(
            distinct gone.to_code || ' on ' || gone.change_date, '|' order by gone.to_code || ' on ' || gone.change_date
        ) as stated_on
    from {{ ref('int_district_successions') }} as gone
    inner join {{ ref('int_registered_areas') }} as successor
        on gone.to_code = successor.area_code and successor.area_type = 'authority'
    inner join {{ ref('int_registered_areas') }} as county
        on gone.county_code = county.area_code and county.valid_to is not null
    group by gone.county_code, gone.lookup_source

),

all_facts as (

    select * from facts

    union all

    select
        area_code, source_id, priority, delivery_id, 'successor' as what, stated, stated as compared,
        'every successor that a register states, or its districts show' as rule
    from successor_statements

    union all

    select
        area_code, source_id, priority, delivery_id, 'change_date' as what, stated_on as stated, stated_on as compared,
        'the register believed first' as rule
    from successor_statements

),

differing as (

    select
        *,
        count(*) over (partition by area_code, what) as registers,
        min(compared) over (partition by area_code, what) <> max(compared) over (partition by area_code, what)
            as is_differing,
        row_number() over (partition by area_code, what order by priority, source_id) = 1 as is_first,
        first_value(stated) over (partition by area_code, what order by priority, source_id) as first_stated
    from all_facts

),

-- The same successors and other days is a disagreement on the day; other successors is one on the successor alone.
told as (

    select differing.*
    from differing
    left join differing as successors
        on
            differing.area_code = successors.area_code
            and differing.source_id = successors.source_id
            and successors.what = 'successor'
            and differing.what = 'change_date'
    where differing.is_differing and not coalesce(successors.is_differing, false)

),

-- ---------------------------------------------------------------------------------------------------------- names
believed_names as (

    select
        area_code,
        area_name,
        {{ plain_name('area_name') }} as plain_name
    from {{ ref('int_registered_areas') }}

),

-- A name that some register lists among the others of the area is known to be the same area's.
listed_elsewhere as (

    select
        by_register.area_code,
        by_register.source_id,
        bool_or(
            others.plain_name = by_register.plain_name or list_contains(others.other_names, by_register.plain_name)
        ) as is_listed
    from by_register
    inner join by_register as others
        on by_register.area_code = others.area_code and by_register.source_id <> others.source_id
    group by by_register.area_code, by_register.source_id

),

name_disputes as (

    select
        by_register.area_code,
        by_register.source_id,
        by_register.priority,
        by_register.delivery_id,
        by_register.area_name as stated,
        believed_names.area_name as chosen,
        by_register.plain_name <> believed_names.plain_name
        and not coalesce(listed_elsewhere.is_listed, false) as is_other_name
    from by_register
    inner join believed_names on by_register.area_code = believed_names.area_code
    left join listed_elsewhere
        on by_register.area_code = listed_elsewhere.area_code and by_register.source_id = listed_elsewhere.source_id

),

disputed_names as (

    select area_code from name_disputes
    where is_other_name
    group by area_code

),

-- --------------------------------------------------------------------- memberships beside the authority's own days
memberships_outside as (

    select
        statements.area_code,
        'membership of ' || statements.service_id as what,
        statements.source_id,
        'from ' || statements.stated_from || coalesce(' to ' || statements.stated_until, '') as stated,
        areas.registers[1] as area_register,
        'in force from ' || statements.area_from || coalesce(' to ' || statements.area_until, '') as area_days,
        case
            when statements.valid_from <= {{ last_day_of('statements.valid_to') }}
                then 'from ' || statements.valid_from || coalesce(' to ' || statements.valid_to, '')
            else 'no membership'
        end as chosen,
        statements.delivery_id
    from {{ ref('int_membership_statements') }} as statements
    inner join {{ ref('int_registered_areas') }} as areas on statements.area_code = areas.area_code
    where
        statements.stated_from < statements.area_from
        or statements.valid_from > {{ last_day_of('statements.valid_to') }}

)

select
    told.area_code,
    told.what,
    told.source_id,
    told.stated,
    case
        when told.what = 'successor' then coalesce(array_to_string(after.codes, '|'), told.first_stated)
        else told.first_stated
    end as chosen,
    case
        when told.what = 'successor' then told.stated = coalesce(array_to_string(after.codes, '|'), told.first_stated)
        else told.stated = told.first_stated
    end as is_chosen,
    told.rule,
    told.delivery_id
from told
left join (
    select from_code, list_sort(list(distinct to_code)) as codes
    from {{ ref('int_successions') }}
    group by from_code
) as after on told.area_code = after.from_code

union all

select
    name_disputes.area_code,
    'name' as what,
    name_disputes.source_id,
    name_disputes.stated,
    name_disputes.chosen,
    not name_disputes.is_other_name as is_chosen,
    'the register believed first' as rule,
    name_disputes.delivery_id
from name_disputes
inner join disputed_names on name_disputes.area_code = disputed_names.area_code

union all

select
    area_code, what, source_id, stated, chosen, false as is_chosen,
    'a membership lies within the days of its authority' as rule,
    delivery_id
from memberships_outside

union all

select distinct
    area_code, what, area_register as source_id, area_days as stated, chosen, true as is_chosen,
    'a membership lies within the days of its authority' as rule,
    cast(null as varchar) as delivery_id
from memberships_outside
