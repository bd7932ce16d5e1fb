-- One row for each benchmark of each figure of an authority or service: the value it is held against, how that value
-- came about, who stands behind it and who is missing; or why there is none. Where the figure lies against it is not
-- asked here.
{% set least_behind_a_median = 3 %}
{% set named_at_most = 20 %}
with figures as (

    -- A count grows with the place: it is held against no other place.
    select * from {{ ref('int_place_figures') }}
    where is_place and measure <> 'count'

),

published as (

    select
        indicator_id,
        definition_version,
        source_id,
        period_start,
        period_end,
        case when area_type = 'region' then 'region' else 'nation' end as group_kind,
        case when area_type = 'region' then area_code else nation end as group_code,
        first(value order by area_code) as value
    from {{ ref('int_place_figures') }}
    where
        value is not null
        and comparability_status = 'comparable'
        and (area_type = 'region' or (area_type = 'country' and nation in ('England', 'Wales')))
    group by
        indicator_id, definition_version, source_id, period_start, period_end,
        case when area_type = 'region' then 'region' else 'nation' end,
        case when area_type = 'region' then area_code else nation end

),

-- Nation and region: what the dataset publishes, otherwise the counts of every member.
of_wider_areas as (

    {% for kind, code in [('nation', 'nation'), ('region', 'region_code')] %}
        select
            figures.observation_id,
            '{{ kind }}' as group_kind,
            {{ "lower(figures.nation)" if kind == 'nation' else "'region'" }} as benchmark,
            figures.{{ code }} as benchmark_code,
            published.value as published_value,
            groups.pooled_value,
            groups.members,
            groups.giving_counts,
            groups.without_counts
        from figures
        left join published
            on
                published.group_kind = '{{ kind }}'
                and figures.{{ code }} = published.group_code
                and figures.source_id = published.source_id
                and {{ of_one_series('figures', 'published') }}
        left join {{ ref('int_benchmark_groups') }} as groups
            on
                groups.group_kind = '{{ kind }}'
                and figures.{{ code }} = groups.group_code
                and figures.area_type = groups.area_type
                and {{ of_one_series('figures', 'groups') }}
        where {{ "figures.nation in ('England', 'Wales')" if kind == 'nation' else 'figures.region_code is not null' }}
        {{ 'union all' if not loop.last }}
    {% endfor %}

),

wider as (

    select
        wider.observation_id,
        wider.benchmark,
        wider.benchmark_code,
        coalesce(names.area_name, wider.benchmark_code) as benchmark_label,
        coalesce(wider.published_value, wider.pooled_value) as benchmark_value,
        case
            when wider.published_value is not null then 'published' when wider.pooled_value is not null then 'pooled'
        end as statistic,
        case when wider.published_value is null then wider.members end as n_expected,
        case when wider.published_value is null then wider.giving_counts end as n_contributing,
        case when wider.published_value is null then wider.without_counts end as missing,
        cast(null as date) as vintage,
        true as includes_area,
        case
            when wider.published_value is null and wider.pooled_value is null
                then 'The dataset publishes no value for ' || coalesce(names.area_name, wider.benchmark_code)
                    || ', and none is pooled: '
                    || coalesce(wider.giving_counts || ' of ' || wider.members, 'none')
                    || ' of its places in force give the counts.'
        end as no_value_because
    from of_wider_areas as wider
    left join {{ ref('int_authorities') }} as names
        on wider.benchmark_code = names.area_code and wider.group_kind = 'region'

),

family as (

    select
        figures.observation_id,
        'family' as benchmark,
        figures.authority_class as benchmark_code,
        {{ authority_class_label('figures.authority_class') }} as benchmark_label,
        groups.members as n_expected,
        groups.giving_values as n_contributing,
        groups.without_value as missing,
        groups.median_value,
        cast(null as date) as vintage,
        coalesce(figures.value is not null, false) as includes_area
    from figures
    left join {{ ref('int_benchmark_groups') }} as groups
        on
            groups.group_kind = 'family'
            and figures.authority_class = groups.group_code
            and figures.area_type = groups.area_type
            and {{ of_one_series('figures', 'groups') }}
    where figures.authority_class is not null and figures.authority_class <> 'mixed'

),

neighbours as (

    select
        observation_id,
        'neighbours' as benchmark,
        model as benchmark_code,
        'Statistical neighbours, ' || strftime(vintage, '%B %Y') as benchmark_label,
        members as n_expected,
        giving_values as n_contributing,
        without_value as missing,
        median_value,
        vintage,
        false as includes_area
    from {{ ref('int_neighbour_medians') }}

),

alike as (

    select
        * exclude (median_value),
        case when n_contributing >= {{ least_behind_a_median }} then median_value end as benchmark_value,
        case when n_contributing >= {{ least_behind_a_median }} then 'median' end as statistic,
        case
            when coalesce(n_contributing, 0) < {{ least_behind_a_median }}
                then 'A median needs at least {{ least_behind_a_median }} places, and '
                    || coalesce(n_contributing, 0) || ' of ' || coalesce(n_expected, 0) || ' give a comparable value.'
        end as no_value_because
    from (
        select * from family
        union all
        select * from neighbours
    ) as medians

),

benchmarks as (

    select * from wider
    union all by name
    select * from alike

)

select
    figures.observation_id,
    benchmarks.benchmark,
    figures.indicator_id,
    figures.definition_version,
    figures.area_type,
    figures.area_code,
    figures.period_start,
    figures.period_end,
    benchmarks.benchmark_code,
    benchmarks.benchmark_label,
    figures.value,
    figures.lower_95,
    figures.upper_95,
    benchmarks.benchmark_value,
    benchmarks.statistic,
    benchmarks.n_expected,
    benchmarks.n_contributing,
    coalesce(list_slice(benchmarks.missing, 1, {{ named_at_most }}), []) as missing,
    benchmarks.vintage,
    benchmarks.includes_area,
    figures.polarity,
    case
        when figures.value is null
            then 'The place has no value'
                || coalesce(': ' || lower(left(markers.label, 1)) || substr(markers.label, 2), '') || '.'
        when figures.comparability_status <> 'comparable'
            then 'The figure is not comparable: ' || replace(figures.comparability_status, '_', ' ') || '.'
        when benchmarks.benchmark_value is null then benchmarks.no_value_because
        when figures.lower_95 is null or figures.upper_95 is null
            then 'No interval can be formed: the counts behind the value are not published.'
    end as not_compared_because
from benchmarks
inner join figures on benchmarks.observation_id = figures.observation_id
left join {{ ref('stg_markers') }} as markers on figures.value_marker = markers.value_marker
