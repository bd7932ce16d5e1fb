{{ config(materialized='view') }}
-- What an area was made of before it began: the areas that cover it exactly, or those that it took parts of, which do
-- not. Authorities where they cover it; otherwise the districts and single-tier authorities that do, beside what did
-- not.
with made_of as (

    select
        to_code,
        from_code,
        change_date,
        tier,
        change_kind,
        is_boundary_moved,
        instrument,
        from_name,
        change_kind in ('code_only', 'same_area', 'merger') as is_whole,
        bool_and(change_kind in ('code_only', 'same_area', 'merger'))
            over (partition by tier, to_code, change_date)
        and (tier = 'authority' or bool_or(from_type = 'district') over (partition by tier, to_code, change_date))
            as is_cover,
        count(*) over (partition by tier, to_code, change_date) as parts
    from {{ ref('int_succession_tiers') }}

),

ranked as (

    select
        *,
        -- An area begins once: of several days that registers give, the last.
        dense_rank() over (
            partition by to_code
            order by is_cover desc, change_date desc, case when tier = 'authority' then 1 else 2 end
        ) as place
    from made_of

)

select
    to_code,
    from_code,
    change_date,
    change_kind,
    is_cover,
    is_boundary_moved,
    instrument,
    from_name,
    parts
from ranked
where place = 1 or (tier = 'authority' and not is_cover)
qualify row_number() over (partition by to_code, from_code order by place) = 1
