{# Which indicators say how many children live somewhere, the one of the ages that youth justice serves first. #}
{% macro population_rank(column) -%}
    case {{ column }} when 'population_10_to_17' then 1 when 'population_0_to_17' then 2 end
{%- endmacro %}
