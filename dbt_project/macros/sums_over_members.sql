{#
Observations of a whole, summed from those of its members (CTE names are parameters; all columns are those of a landed row).

members: group_key, whole_code, member_code: who belongs to the whole at the end of the group's period
parts:   observations of the members with their group_key and is_usable (its counts are there)

A whole is summed only when every member has usable counts. With some of them it becomes a row marked x that says who is
missing; with none, nothing. Rates are formed from the summed counts, never from rates. `is_alike` tells that every member
has one and the same figure.
#}
{% macro sums_over_members(whole_type, groups, members, parts) -%}
    select
        sets.source_id,
        sets.indicator_id,
        sets.definition_version,
        '{{ whole_type }}' as area_type,
        members.whole_code as area_code,
        sets.period_start,
        sets.period_end,
        sets.breakdown_id,
        sets.measure,
        sets.unit_base,
        count(*) as members,
        count(*) filter (where parts.is_usable) as members_present,
        string_agg(coalesce(names.area_name || ' (' || members.member_code || ')', members.member_code), ', '
            order by members.member_code) filter (where not coalesce(parts.is_usable, false)) as members_missing,
        min(parts.period_label) as period_label,
        min(parts.period_type) as period_type,
        min(parts.unit) as unit,
        case when count(parts.numerator) = count(*) then sum(parts.numerator) end as numerator,
        case when count(parts.denominator) = count(*) then sum(parts.denominator) end as denominator,
        case
            when sets.measure = 'count' then sum(parts.value)
            when sum(parts.denominator) > 0
                then sets.unit_base * sum(parts.numerator) / sum(parts.denominator)
        end as value,
        case
            when bool_or(parts.value_marker = 'p') then 'p'
            when bool_or(parts.value_marker = 'e') then 'e'
            when bool_or(parts.value_marker = 'r') then 'r'
        end as value_marker,
        max(parts.published_at) as published_at,
        max(parts.recorded_at) as recorded_at,
        list_sort(list(parts.observation_id) filter (where parts.observation_id is not null)) as derived_from,
        -- Several members with one and the same figure may each carry that of the whole.
        count(*) > 1
        and count(*) filter (where parts.is_usable) = count(*)
        and min(parts.value) = max(parts.value)
        and coalesce(min(parts.numerator) = max(parts.numerator), true)
        and coalesce(min(parts.denominator) = max(parts.denominator), true) as is_alike
    from {{ groups }} as sets
    inner join {{ members }} as members on sets.group_key = members.group_key
    left join {{ parts }} as parts
        on members.group_key = parts.group_key and members.member_code = parts.area_code
    left join {{ ref('int_authorities') }} as names on members.member_code = names.area_code
    group by
        sets.source_id, sets.indicator_id, sets.definition_version, sets.period_start, sets.period_end,
        sets.breakdown_id, sets.measure, sets.unit_base, members.whole_code
    having count(*) filter (where parts.is_usable) > 0
{%- endmacro %}
