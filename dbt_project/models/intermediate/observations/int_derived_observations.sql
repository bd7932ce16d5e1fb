-- Values of an authority or a service that its publisher does not give, formed from the sums over every member; where a
-- publisher copied one figure to all of them, it counts once.
with sums as (

    select
        member_sums.*,
        member_sums.members_are = 'authorities' and copied.area_code is not null as is_copied
    from {{ ref('int_member_sums') }} as member_sums
    left join {{ ref('int_copied_series') }} as copied
        on
            member_sums.source_id = copied.source_id
            and member_sums.indicator_id = copied.indicator_id
            and member_sums.definition_version = copied.definition_version
            and member_sums.breakdown_id = copied.breakdown_id
            and member_sums.area_code = copied.area_code

),

-- How often each figure was added.
added as (

    select
        *,
        case when is_copied and members_present = members then members else 1 end as times
    from sums

)

select
    md5({{ natural_key('added') }} || '|derived') as observation_id,
    indicator_id,
    definition_version,
    area_type,
    area_code,
    period_start,
    period_end,
    period_label,
    period_type,
    breakdown_id,
    case when members_present = members then numerator / times end as numerator,
    case when members_present = members then denominator / times end as denominator,
    case
        when members_present = members then case when measure = 'count' then value / times else value end
    end as value,
    unit,
    case
        when members_present < members then 'x'
        -- Every member is there and the base is nought: no rate exists.
        when value is null then 'z'
        else value_marker
    end as value_marker,
    source_id,
    published_at,
    recorded_at,
    case when times > 1 then derived_from[1:1] else derived_from end as derived_from,
    case
        when members_present < members
            then members_present || ' of ' || members || ' ' || members_are || ' present: missing ' || members_missing
    end as missing_members
from added
