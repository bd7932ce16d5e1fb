-- A publisher may copy the figure of a service to each of its members: it counts once. Members agree by chance in one
-- period, with small numbers, or two of them; not in every period of a series, nor all of four.
select
    source_id,
    indicator_id,
    definition_version,
    breakdown_id,
    area_code
from {{ ref('int_member_sums') }}
where members_are = 'authorities'
group by source_id, indicator_id, definition_version, breakdown_id, area_code
having
    bool_and(is_alike) filter (where members_present = members)
    and (count(*) filter (where is_alike) >= 2 or max(members) filter (where is_alike) >= 4)
    and max(coalesce(numerator, value) / members) filter (where is_alike) >= 10
