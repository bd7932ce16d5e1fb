{# The classes of authorities in words, as the heading of a group. #}
{% macro authority_class_label(column) -%}
    case {{ column }}
        when 'county' then 'Counties'
        when 'unitary' then 'Unitary authorities'
        when 'metropolitan' then 'Metropolitan boroughs'
        when 'london' then 'London boroughs'
        when 'welsh_unitary' then 'Welsh unitary authorities'
        else {{ column }}
    end
{%- endmacro %}
