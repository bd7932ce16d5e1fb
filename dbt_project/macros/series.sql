{# Whether two figures are of one definition over the same days. #}
{% macro of_one_series(ours, theirs) -%}
    {{ ours }}.indicator_id = {{ theirs }}.indicator_id
    and {{ ours }}.definition_version = {{ theirs }}.definition_version
    and {{ ours }}.period_start = {{ theirs }}.period_start
    and {{ ours }}.period_end = {{ theirs }}.period_end
{%- endmacro %}
