-- Counts of an authority or a service that its publisher does not give, summed over every member in force on the last
-- of the period: districts into authorities, then authorities into services.
with district_groups as (

    select
        group_key,
        any_value(source_id) as source_id,
        any_value(indicator_id) as indicator_id,
        any_value(definition_version) as definition_version,
        any_value(period_start) as period_start,
        any_value(period_end) as period_end,
        any_value(breakdown_id) as breakdown_id,
        any_value(measure) as measure,
        any_value(unit_base) as unit_base
    from {{ ref('int_summable_figures') }}
    where area_type = 'district' and is_usable
    group by group_key

),

parents as (

    select distinct child_code, parent_code, valid_on
    from (
        select * from {{ ref('stg_authority_parents') }}
        qualify {{ is_of_latest_delivery(['source_id', 'child_code', 'valid_on']) }}
    ) as stated_parents
    where child_code <> parent_code

),

period_ends as (

    select distinct period_end from district_groups

),

-- The last lookup on or before the day; where there is none, the first after it.
parents_on_the_day as (

    select
        period_ends.period_end,
        parents.child_code,
        parents.parent_code
    from period_ends
    cross join parents
    qualify row_number() over (
            partition by period_ends.period_end, parents.child_code
            order by
                parents.valid_on > period_ends.period_end,
                abs(date_diff('day', period_ends.period_end, parents.valid_on)),
                parents.parent_code
        ) = 1

),

districts_in_force as (

    select
        days.period_end,
        days.child_code,
        days.parent_code
    from parents_on_the_day as days
    left join {{ ref('int_area_lives') }} as child on days.child_code = child.area_code
    left join {{ ref('int_area_lives') }} as parent on days.parent_code = parent.area_code
    where
        coalesce(child.area_type, 'district') = 'district'
        and days.period_end between {{ first_day('child.valid_from') }} and {{ last_day_of('child.valid_to') }}
        and days.period_end between {{ first_day('parent.valid_from') }} and {{ last_day_of('parent.valid_to') }}

),

district_members as (

    select
        district_groups.group_key,
        districts_in_force.parent_code as whole_code,
        districts_in_force.child_code as member_code
    from district_groups
    inner join districts_in_force on district_groups.period_end = districts_in_force.period_end
    where
        not exists (
            select 1 from {{ ref('int_summable_figures') }} as published
            where
                published.group_key = district_groups.group_key
                and published.area_type = 'authority'
                and published.area_code = districts_in_force.parent_code
        )

),

districts as (

    select * from {{ ref('int_summable_figures') }}
    where area_type = 'district'

),

authority_sums as (

    {{ sums_over_members('authority', 'district_groups', 'district_members', 'districts') }}

),

-- -------------------------------------------------------------------------------------- authorities into services
authorities as (

    select
        group_key,
        observation_id,
        source_id,
        indicator_id,
        definition_version,
        area_type,
        area_code,
        period_start,
        period_end,
        period_label,
        period_type,
        breakdown_id,
        measure,
        unit_base,
        unit,
        numerator,
        denominator,
        value,
        value_marker,
        published_at,
        recorded_at,
        is_usable
    from {{ ref('int_summable_figures') }}
    where area_type = 'authority'

    union all

    select
        md5(concat_ws(
            '|', sums.source_id, sums.indicator_id, sums.definition_version, sums.period_start, sums.period_end,
            sums.breakdown_id
        )) as group_key,
        md5({{ natural_key('sums') }} || '|derived') as observation_id,
        sums.source_id,
        sums.indicator_id,
        sums.definition_version,
        sums.area_type,
        sums.area_code,
        sums.period_start,
        sums.period_end,
        sums.period_label,
        sums.period_type,
        sums.breakdown_id,
        sums.measure,
        sums.unit_base,
        sums.unit,
        sums.numerator,
        sums.denominator,
        sums.value,
        sums.value_marker,
        sums.published_at,
        sums.recorded_at,
        sums.members_present = sums.members
        and case
            when sums.measure = 'count' then sums.value is not null
            else sums.numerator is not null and sums.denominator is not null
        end as is_usable
    from authority_sums as sums

),

authority_groups as (

    select
        group_key,
        any_value(source_id) as source_id,
        any_value(indicator_id) as indicator_id,
        any_value(definition_version) as definition_version,
        any_value(period_start) as period_start,
        any_value(period_end) as period_end,
        any_value(breakdown_id) as breakdown_id,
        any_value(measure) as measure,
        any_value(unit_base) as unit_base
    from authorities
    where is_usable
    group by group_key

),

authority_members as (

    select distinct
        authority_groups.group_key,
        memberships.service_id as whole_code,
        memberships.area_code as member_code
    from authority_groups
    inner join {{ ref('int_service_authorities') }} as memberships
        on
            authority_groups.period_end between memberships.valid_from
            and {{ last_day_of('memberships.valid_to') }}
    where
        not exists (
            select 1 from {{ ref('int_summable_figures') }} as published
            where
                published.group_key = authority_groups.group_key
                and published.area_type = 'youth_justice_service'
                and published.area_code = memberships.service_id
        )

),

service_sums as (

    {{ sums_over_members('youth_justice_service', 'authority_groups', 'authority_members', 'authorities') }}

)

select *, 'districts' as members_are from authority_sums
union all by name
select *, 'authorities' as members_are from service_sums
