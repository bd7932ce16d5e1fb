-- A service's members over each run of days on which they were the same, and each one's share of the children aged 10
-- to 17 that the service answers for: stated, or from loaded populations, or not known. Shares of one run sum to 100.
with memberships as (

    select * from {{ ref('int_service_authorities') }}

),

turns as (

    select service_id, valid_from as first_day from memberships
    union
    select service_id, valid_to + 1 as first_day from memberships
    where valid_to is not null

),

runs as (

    select
        service_id,
        first_day,
        lead(first_day) over (partition by service_id order by first_day) - 1 as last_day
    from turns

),

members as (

    select
        runs.service_id,
        runs.first_day,
        runs.last_day,
        memberships.area_code,
        memberships.share_percent,
        count(*) over (partition by runs.service_id, runs.first_day) as members,
        count(memberships.share_percent) over (partition by runs.service_id, runs.first_day) as members_stated,
        sum(memberships.share_percent) over (partition by runs.service_id, runs.first_day) as stated_sum
    from runs
    inner join memberships
        on
            runs.service_id = memberships.service_id
            and memberships.valid_from <= runs.first_day
            and {{ last_day_of('memberships.valid_to') }} >= {{ last_day_of('runs.last_day') }}

),

-- An authority that two services divide has no population of either.
divided as (

    select distinct
        members.service_id,
        members.first_day
    from members
    inner join memberships as elsewhere
        on
            members.area_code = elsewhere.area_code
            and members.service_id <> elsewhere.service_id
            and {{ overlaps('members.first_day', 'members.last_day', 'elsewhere.valid_from', 'elsewhere.valid_to') }}

),

-- The figures that name every member.
figures_of_all as (

    select
        members.service_id,
        members.first_day,
        populations.indicator_id,
        populations.definition_version,
        populations.source_id,
        populations.period_end,
        min(populations.population_rank) as population_rank,
        case
            when populations.period_end < members.first_day then members.first_day - populations.period_end
            when populations.period_end > {{ last_day_of('members.last_day') }}
                then populations.period_end - members.last_day
            else 0
        end as days_away,
        sum(populations.population) as population
    from members
    inner join {{ ref('int_populations') }} as populations
        on members.area_code = populations.area_code and populations.area_type = 'authority'
    where members.members > 1
    group by
        members.service_id, members.first_day, members.last_day, populations.indicator_id,
        populations.definition_version, populations.source_id, populations.period_end
    having count(*) = max(members.members) and sum(populations.population) > 0

),

-- Of a day inside the run, the last; otherwise the nearest day.
figures as (

    select * from figures_of_all
    qualify row_number() over (
            partition by service_id, first_day
            order by population_rank, days_away, period_end desc, source_id, definition_version
        ) = 1

),

judged as (

    select
        members.*,
        populations.population,
        figures.population as population_of_service,
        figures.indicator_id as population_indicator_id,
        figures.period_end as population_period_end,
        case
            when members.members_stated = members.members and abs(members.stated_sum - 100) <= 0.5 then 'stated'
            when members.members = 1 then 'only_member'
            when divided.service_id is null and figures.population is not null then 'population'
            else 'unknown'
        end as share_basis,
        divided.service_id is not null as is_divided
    from members
    left join divided on members.service_id = divided.service_id and members.first_day = divided.first_day
    left join figures on members.service_id = figures.service_id and members.first_day = figures.first_day
    left join {{ ref('int_populations') }} as populations
        on
            members.area_code = populations.area_code
            and populations.area_type = 'authority'
            and figures.indicator_id = populations.indicator_id
            and figures.definition_version = populations.definition_version
            and figures.source_id = populations.source_id
            and figures.period_end = populations.period_end

)

select
    service_id,
    area_code,
    first_day as valid_from,
    last_day as valid_to,
    members,
    case share_basis
        -- Stated shares are rounded: what they sum to is the whole.
        when 'stated' then 100.0 * share_percent / stated_sum
        when 'only_member' then 100.0
        when 'population' then 100.0 * population / population_of_service
    end as share_percent,
    share_basis,
    case when share_basis = 'population' then population end as population,
    case when share_basis = 'population' then population_indicator_id end as population_indicator_id,
    case when share_basis = 'population' then population_period_end end as population_period_end,
    case
        when members_stated = members and share_basis <> 'stated'
            then 'the shares stated for this service sum to ' || round(stated_sum, 2) || ', not to 100'
        when members_stated > 0 and members_stated < members and share_basis <> 'stated'
            then 'shares are stated for ' || members_stated || ' of ' || members || ' members'
        when share_basis = 'unknown' and is_divided
            then 'a member is divided between several services and no shares are stated'
        when share_basis = 'unknown'
            then 'no loaded population names every member'
    end as share_note
from judged
