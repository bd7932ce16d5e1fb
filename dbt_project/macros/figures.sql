{#
What tells a gap's observation: its natural key, its window and its place in its file, as one column. A rule that finds a
gap hands it on, so that nobody has to join every gap with every observation once more.
#}
{% macro figure_of(alias) -%}
    struct_pack(
        source_id := {{ alias }}.source_id,
        indicator_id := {{ alias }}.indicator_id,
        definition_version := {{ alias }}.definition_version,
        area_type := {{ alias }}.area_type,
        area_code := {{ alias }}.area_code,
        period_start := {{ alias }}.period_start,
        period_end := {{ alias }}.period_end,
        breakdown_id := {{ alias }}.breakdown_id,
        window_start := {{ alias }}.window_start,
        window_end := {{ alias }}.window_end,
        is_expected := {{ alias }}.is_expected,
        derived_from := case when {{ alias }}.is_derived then len({{ alias }}.derived_from) end,
        delivery_id := {{ alias }}.delivery_id,
        sheet := {{ alias }}.sheet,
        line := {{ alias }}."row"
    )
{%- endmacro %}

{# A count as it was published, without a point where it is whole. It is never rounded: publishers state halves. #}
{% macro count_as_text(count) -%}
    regexp_replace(cast({{ count }} as varchar), '[.]0$', '')
{%- endmacro %}
