{# The order in which a status wins when several gaps set it: design.md, rules that settle questions, rule 2. #}

{% macro attribution_priority(column) -%}
    case {{ column }}
        when 'not_attributable' then 1
        when 'contested' then 2
        when 'shared' then 3
        when 'transition' then 4
        when 'planned_only' then 5
        when 'unassigned' then 6
        when 'attributable_with_caveat' then 7
    end
{%- endmacro %}

{% macro comparability_priority(column) -%}
    case {{ column }}
        when 'not_comparable' then 1
        when 'break' then 2
        when 'definition_differs' then 3
        when 'coverage_low' then 4
        when 'provisional' then 5
    end
{%- endmacro %}

{# Whether a nation is in a list joined by '|'. #}
{% macro nation_in(nation, nations) -%}
    list_contains(string_split({{ nations }}, '|'), {{ nation }})
{%- endmacro %}
