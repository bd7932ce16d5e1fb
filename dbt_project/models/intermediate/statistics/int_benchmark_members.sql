-- Who a benchmark should speak for: each authority and service in force on the last day of a period, with the groups it
-- belongs to, and the figure that it gave or did not give.
with members as (

    select
        authorities.area_type,
        authorities.area_code,
        authorities.nation,
        authorities.region_code,
        authorities.authority_class,
        lives.valid_from,
        lives.valid_to
    from {{ ref('int_authorities') }} as authorities
    left join {{ ref('int_area_lives') }} as lives on authorities.area_code = lives.area_code
    where authorities.area_type = 'authority'
    union all
    select
        'youth_justice_service' as area_type,
        service_id as area_code,
        nation,
        region_code,
        authority_class,
        valid_from,
        valid_to
    from {{ ref('int_services') }}

),

-- A series is what may be compared with one another: one definition of one dataset over one period. A figure summed
-- from counts belongs to the dataset of its counts.
series as (

    select
        indicator_id,
        definition_version,
        area_type,
        period_start,
        period_end,
        any_value(measure) as measure,
        any_value(unit_base) as unit_base
    from {{ ref('int_place_figures') }}
    where is_place
    group by indicator_id, definition_version, area_type, period_start, period_end

),

expected as (

    select series.*, members.* exclude (area_type, valid_from, valid_to)
    from series
    inner join members
        on
            series.area_type = members.area_type
            and series.period_end >= {{ first_day('members.valid_from') }}
            and series.period_end <= {{ last_day_of('members.valid_to') }}

)

select
    expected.*,
    figures.value,
    figures.comparability_status,
    figures.observation_id,
    -- Nobody of nobody is no rate, and it is known all the same: it adds nothing to either sum.
    figures.numerator is not null
    and figures.denominator >= 0
    and (figures.value is not null or (figures.denominator = 0 and figures.numerator = 0)) as has_counts,
    figures.numerator,
    figures.denominator
from expected
left join {{ ref('int_place_figures') }} as figures
    on
        {{ of_one_series('expected', 'figures') }}
        and expected.area_type = figures.area_type
        and expected.area_code = figures.area_code
