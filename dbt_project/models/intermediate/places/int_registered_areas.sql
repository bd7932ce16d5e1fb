-- One row for an area code: its days and what it is called, of the register believed first where they differ.
with register_dates as (

    select
        area_code,
        source_id,
        min(priority) as priority,
        min(valid_from) as valid_from,
        case when count(valid_to) = count(*) then max(valid_to) end as valid_to
    from {{ ref('int_area_statements') }}
    group by area_code, source_id
    having count(valid_from) + count(valid_to) > 0

),

dates as (

    select
        area_code,
        first(valid_from order by priority, source_id) filter (where valid_from is not null) as valid_from,
        first(valid_to order by priority, source_id) as valid_to
    from register_dates
    group by area_code

)

select
    statements.area_code,
    first(
        statements.area_name
        order by statements.priority, statements.source_id, statements.valid_from desc nulls last, statements."row"
    ) as area_name,
    first(statements.area_type order by statements.priority, statements.source_id, statements."row") as area_type,
    string_agg(distinct statements.alternate_names, '|' order by statements.alternate_names) as alternate_names,
    first(statements.dfe_code order by statements.priority, statements.source_id, statements."row")
    filter (where statements.dfe_code is not null) as dfe_code,
    first(statements.source_id order by statements.priority, statements.source_id, statements."row")
    filter (where statements.dfe_code is not null) as dfe_code_source,
    first(statements.nation order by statements.priority, statements.source_id, statements."row")
    filter (where statements.nation is not null) as nation,
    first(statements.region_code order by statements.priority, statements.source_id, statements."row")
    filter (where statements.region_code is not null) as region_code,
    first(statements.authority_class order by statements.priority, statements.source_id, statements."row")
    filter (where statements.authority_class is not null) as authority_class,
    any_value(dates.valid_from) as valid_from,
    any_value(dates.valid_to) as valid_to,
    list_sort(list(distinct statements.source_id)) as registers
from {{ ref('int_area_statements') }} as statements
left join dates on statements.area_code = dates.area_code
group by statements.area_code
