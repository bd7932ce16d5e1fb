-- Each succession on the two maps of the land, and of which kind it is there: among authorities, and in the lower tier
-- (districts, and authorities that have none). Shares of one map are never mixed with shares of the other.
with successions as (

    select
        successions.*,
        predecessor.area_type as from_type,
        successor.area_type as to_type,
        predecessor.area_name as from_name,
        successor.area_name as to_name,
        predecessor.authority_class as from_class,
        successor.authority_class as to_class,
        coalesce(predecessor.authority_class = 'county', false) as from_county,
        coalesce(successor.authority_class = 'county', false) as to_county,
        -- An area that goes on, or was there before, keeps or brings a part of its own.
        coalesce({{ last_day_of('predecessor.valid_to') }} >= successions.change_date, false) as is_predecessor_left,
        coalesce({{ first_day('successor.valid_from') }} < successions.change_date, false) as was_successor_there,
        coalesce(regexp_matches(lower(successions.instrument), 'boundar|\(areas\)'), false) as is_boundary_moved
    from {{ ref('int_successions') }} as successions
    left join {{ ref('int_registered_areas') }} as predecessor on successions.from_code = predecessor.area_code
    left join {{ ref('int_registered_areas') }} as successor on successions.to_code = successor.area_code

),

tiers as (

    select *, 'authority' as tier from successions
    where from_type = 'authority' and to_type = 'authority'

    union all

    select *, 'lower' as tier from successions
    where not from_county and not to_county

),

degrees as (

    select
        *,
        count(*) over (partition by tier, from_code, change_date) + cast(is_predecessor_left as integer) as successors,
        count(*) over (partition by tier, to_code, change_date) + cast(was_successor_there as integer) as predecessors
    from tiers

),

neighbourhoods as (

    select
        *,
        max(predecessors) over (partition by tier, from_code, change_date) as predecessors_of_successors,
        max(successors) over (partition by tier, to_code, change_date) as successors_of_predecessors
    from degrees

)

select
    *,
    case
        when successors = 1 and predecessors = 1
            then case when coalesce(from_class, '') = coalesce(to_class, '') then 'code_only' else 'same_area' end
        when predecessors_of_successors = 1 then case when is_predecessor_left then 'partial' else 'split' end
        when successors_of_predecessors = 1
            then case when was_successor_there then 'reorganised' else 'merger' end
        when successors > 1 then 'partial'
        else 'reorganised'
    end as change_kind
from neighbourhoods
