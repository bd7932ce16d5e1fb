-- For every area and exposure window that occurs: the one service behind it over the whole window, or why there is
-- none. An area code means nothing without its days, and the answer is the same for every indicator: asked once here.
with windows as (

    select distinct area_type, area_code, window_start, window_end
    from {{ ref('int_observations') }}

),

placed as (

    select
        windows.*,
        area_types.area_level,
        area_types.label as area_type_label,
        lives.valid_from as area_valid_from,
        lives.valid_to as area_valid_to,
        services.service_id is not null as is_known_service,
        services.service_id is not null
        and services.valid_from <= windows.window_start
        and {{ last_day_of('services.valid_to') }} >= windows.window_end as is_service_in_force,
        coalesce(services.service_name, authorities.area_name, windows.area_code) as area_name,
        coalesce(
            services.nation,
            authorities.nation,
            -- Countries and regions stand in few registers; the first letter of a GSS code is its nation.
            case
                when regexp_full_match(windows.area_code, '[EWSN][0-9]{8}')
                    then case left(windows.area_code, 1)
                            when 'E' then 'England' when 'W' then 'Wales' when 'S' then 'Scotland' else
                                'Northern Ireland'
                        end
            end
        ) as nation,
        greatest(windows.window_start, lives.valid_from) as life_start,
        least(windows.window_end, lives.valid_to) as life_end
    from windows
    left join {{ ref('stg_area_types') }} as area_types on windows.area_type = area_types.area_type
    left join {{ ref('int_authorities') }} as authorities
        on windows.area_code = authorities.area_code and windows.area_type <> 'youth_justice_service'
    left join {{ ref('int_area_lives') }} as lives
        on windows.area_code = lives.area_code and windows.area_type <> 'youth_justice_service'
    left join {{ ref('int_services') }} as services
        on windows.area_code = services.service_id and windows.area_type = 'youth_justice_service'

),

-- ------------------------------------------------------------------------------- authorities through membership
memberships as (

    select
        placed.area_code,
        placed.window_start,
        placed.window_end,
        placed.life_start,
        placed.life_end,
        members.service_id,
        members.delivery_id,
        members.evidence,
        greatest(members.valid_from, placed.window_start) as member_from,
        least({{ last_day_of('members.valid_to') }}, placed.window_end) as member_to
    from placed
    inner join {{ ref('int_service_authorities') }} as members
        on
            placed.area_code = members.area_code
            and {{ overlaps('members.valid_from', 'members.valid_to', 'placed.window_start', 'placed.window_end') }}
    where placed.area_type = 'authority'

),

membership_summary as (

    select
        memberships.area_code,
        memberships.window_start,
        memberships.window_end,
        count(distinct memberships.service_id) as services,
        min(memberships.service_id) as service_id,
        string_agg(distinct services.service_name, ' and ' order by services.service_name) as service_names,
        sum(greatest(
            0,
            least(memberships.member_to, memberships.life_end)
            - greatest(memberships.member_from, memberships.life_start) + 1
        )) as days_known,
        min(memberships.delivery_id) as delivery_id,
        min(memberships.evidence) as evidence
    from memberships
    left join {{ ref('int_services') }} as services on memberships.service_id = services.service_id
    group by memberships.area_code, memberships.window_start, memberships.window_end

),

-- Other authorities of the service while this one is a member: a predecessor or successor is not a fellow member.
fellow_members as (

    select
        memberships.area_code,
        memberships.window_start,
        memberships.window_end,
        count(distinct fellows.area_code) as fellows,
        string_agg(
            distinct coalesce(names.area_name, fellows.area_code),
            ', ' order by coalesce(names.area_name, fellows.area_code)
        ) as fellow_names
    from memberships
    inner join {{ ref('int_service_authorities') }} as fellows
        on
            memberships.service_id = fellows.service_id
            and memberships.area_code <> fellows.area_code
            and {{ overlaps(
                'fellows.valid_from', 'fellows.valid_to', 'memberships.member_from', 'memberships.member_to'
            ) }}
    left join {{ ref('int_authorities') }} as names on fellows.area_code = names.area_code
    group by memberships.area_code, memberships.window_start, memberships.window_end

),

joined as (

    select
        placed.*,
        summary.services,
        summary.service_id as member_of,
        summary.service_names,
        coalesce(summary.days_known, 0) as days_known,
        greatest(placed.life_end - placed.life_start + 1, 0) as days_in_force,
        summary.delivery_id,
        summary.evidence,
        fellows.fellows,
        fellows.fellow_names,
        placed.window_start || ' to ' || placed.window_end as window_text
    from placed
    left join membership_summary as summary
        on
            placed.area_type = 'authority'
            and placed.area_code = summary.area_code
            and placed.window_start = summary.window_start
            and placed.window_end = summary.window_end
    left join fellow_members as fellows
        on
            placed.area_type = 'authority'
            and placed.area_code = fellows.area_code
            and placed.window_start = fellows.window_start
            and placed.window_end = fellows.window_end

),

judged as (

    select
        *,
        case
            when area_type = 'youth_justice_service' then case when not is_service_in_force then 'U10' end
            when area_type = 'authority'
                then case
                        when services > 1 then 'U2'
                        when services is null or days_in_force = 0 or days_known < days_in_force then 'U10'
                    end
            when area_type = 'district' then 'U4'
            when area_level < 4 then 'U11'
            else 'U10'
        end as place_kind
    from joined

)

select
    area_type,
    area_code,
    window_start,
    window_end,
    area_name,
    nation,
    case
        when place_kind is not null then null
        when area_type = 'youth_justice_service' then area_code
        else member_of
    end as service_id,
    place_kind,
    case place_kind
        when 'U2' then area_name || ' was served by ' || service_names || ' within ' || window_text || '.'
        when 'U4' then area_name || ' is a district: no service is run for a district alone.'
        when 'U11'
            then area_name || ' is a ' || lower(area_type_label) || ': its figure counts many services.'
        when 'U10'
            then case
                    when area_type = 'youth_justice_service' and not is_known_service
                        then 'No register of services names ' || area_code || '.'
                    when area_type = 'youth_justice_service'
                        then 'Registers do not show '
                            || area_name
                            || ' in force over the whole of '
                            || window_text
                            || '.'
                    when area_type = 'authority' and days_in_force = 0
                        then area_name || ' (' || area_code || ') was not in force within ' || window_text || '.'
                    when area_type = 'authority' and services = 1
                        then 'Registers place ' || area_name || ' (' || area_code || ') in ' || service_names || ' for '
                            || days_known || ' of ' || days_in_force || ' days of ' || window_text || '.'
                    else 'No register places ' || area_name || ' (' || area_code || ') in a service within '
                        || window_text || '.'
                end
    end as place_evidence,
    place_kind is null and coalesce(fellows, 0) > 0 as is_shared,
    case
        when place_kind is null and fellows > 0
            then area_name || ' is one of ' || (fellows + 1) || ' authorities of ' || service_names || ', with '
                || fellow_names || '.'
    end as shared_evidence,
    evidence || coalesce(', delivery ' || delivery_id, '') as membership_locator,
    coalesce(area_valid_from > window_start and area_valid_from <= window_end, false) as began_inside,
    coalesce(area_valid_to >= window_start and area_valid_to < window_end, false) as ended_inside,
    case
        when area_valid_from > window_start and area_valid_from <= window_end
            then area_name || ' (' || area_code || ') began on ' || area_valid_from || ', inside ' || window_text || '.'
        when area_valid_to >= window_start and area_valid_to < window_end
            then area_name || ' (' || area_code || ') ended on ' || area_valid_to || ', inside ' || window_text || '.'
    end as boundary_evidence
from judged
