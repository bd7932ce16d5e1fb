{# Stable names of things, so that a gap or a comparison keeps its name from release to release. #}

{# What makes an observation the same observation whichever delivery brought it. #}
{% macro natural_key(alias) -%}
    concat_ws(
        '|', {{ alias }}.source_id, {{ alias }}.indicator_id, {{ alias }}.definition_version, {{ alias }}.area_type,
        {{ alias }}.area_code, {{ alias }}.period_start, {{ alias }}.period_end, {{ alias }}.breakdown_id
    )
{%- endmacro %}

{# Two rows are one observation of two deliveries. #}
{% macro same_natural_key(left, right) -%}
    {{ left }}.source_id = {{ right }}.source_id
    and {{ left }}.indicator_id = {{ right }}.indicator_id
    and {{ left }}.definition_version = {{ right }}.definition_version
    and {{ left }}.area_type = {{ right }}.area_type
    and {{ left }}.area_code = {{ right }}.area_code
    and {{ left }}.period_start = {{ right }}.period_start
    and {{ left }}.period_end = {{ right }}.period_end
    and {{ left }}.breakdown_id = {{ right }}.breakdown_id
{%- endmacro %}

{# A row belongs to the delivery that was published last among those that state the same things (`covers`). #}
{% macro is_of_latest_delivery(covers) -%}
    dense_rank() over (
        partition by {{ covers | join(', ') }}
        order by coalesce(published_at, recorded_at) desc, recorded_at desc, delivery_id desc
    ) = 1
{%- endmacro %}
