-- What the warehouse's own rows give for each figure that has a recipe: units (or a sum) counted, and their base.
with recipes as (

    select * from {{ ref('stg_finding_recipes') }}

),

-- A row fits a part of a recipe when every column that the part asks about has one of the values asked for.
fitting as (

    select
        recipes.finding_id,
        recipes.part,
        found.row_id,
        min(found.unit_id) as unit_id,
        min(found.number) as number
    from recipes
    left join {{ ref('int_finding_rows') }} as found
        on
            recipes.rows_of = found.rows_of
            and recipes.column_name = found.column_name
            and recipes.column_value = found.column_value
            and (
                recipes.in_force_on is null
                or {{ overlaps('found.valid_from', 'found.valid_to', 'recipes.in_force_on', 'recipes.in_force_on') }}
            )
    group by recipes.finding_id, recipes.part, found.row_id
    having found.row_id is not null and count(distinct recipes.column_name) = min(recipes.columns_asked)

),

counted as (

    select
        finding_id,
        count(distinct case when part = 'counted' then unit_id end) as units,
        count(distinct case when part = 'base' then unit_id end) as base_units,
        sum(case when part = 'counted' then number end) as total,
        sum(case when part = 'base' then number end) as base_total,
        count(distinct row_id) as rows_counted
    from fitting
    group by finding_id

),

asked as (

    select
        finding_id,
        min(recipe) as recipe,
        min(rows_of) as rows_of,
        max(sums) as sums,
        bool_or(part = 'base') as has_base
    from recipes
    group by finding_id

)

select
    asked.finding_id,
    asked.recipe,
    asked.rows_of,
    asked.has_base,
    case when asked.sums is not null then coalesce(counted.total, 0) else coalesce(counted.units, 0) end as counted,
    case
        when not asked.has_base then null
        when asked.sums is not null then coalesce(counted.base_total, 0)
        else coalesce(counted.base_units, 0)
    end as counted_base,
    coalesce(counted.rows_counted, 0) as rows_counted
from asked
left join counted on asked.finding_id = counted.finding_id
