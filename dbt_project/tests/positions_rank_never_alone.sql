-- A rank stands between the first and the last rank that chance allows, never alone.
select
    observation_id,
    rank,
    rank_lower,
    rank_upper
from {{ ref('positions') }}
where
    rank is not null
    and not coalesce(rank between rank_lower and rank_upper and rank_lower >= 1 and rank_upper <= places, false)
