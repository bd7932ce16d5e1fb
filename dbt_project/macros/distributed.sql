{#
What differs on a distributed engine (Spark; Sail, whose adapter inherits Spark's macros): all of it is here and in
docs/guides/beyond_one_machine.md. The adapter is the engine's own with three functions of pipelines/distributed/adapter.py:
`translated` says a select of ours, which is DuckDB's SQL, in the engine's words; `place_of` is where a table's files lie;
`take_up` lets an engine look at them once more.
Contracts are compared, and comments written, when the public tables are gathered (pipelines/distributed/gather.py).
#}

{% materialization table, adapter="spark", supported_languages=["sql", "python"] %}
    {%- set target_relation = this.incorporate(type="table") %}
    {% call statement("main", language=model["language"]) -%}
        {{- create_table_as(False, target_relation, compiled_code, model["language"]) }}
    {%- endcall %}
    {% do adapter.take_up(target_relation.schema, target_relation.identifier) %}
    {{ return({"relations": [target_relation]}) }}
{% endmaterialization %}

{#
Views of gaps are tables there. One model is the union of them all, and these engines work on every part of a union at once:
at 50 million rows the joins of all its parts together held 22 GB.
#}
{% materialization view, adapter="spark" %}
    {%- set is_laid_down = "gaps" in model["fqn"] %}
    {%- set target_relation = this.incorporate(type="table" if is_laid_down else "view") %}
    {% call statement("main") -%}
        {{- create_table_as(False, target_relation, compiled_code) if is_laid_down
            else create_view_as(target_relation, compiled_code) }}
    {%- endcall %}
    {% if is_laid_down %}{% do adapter.take_up(target_relation.schema, target_relation.identifier) %}{% endif %}
    {{ return({"relations": [target_relation]}) }}
{% endmaterialization %}

{% macro spark__create_table_as(temporary, relation, compiled_code, language="sql") -%}
    {%- if language == "sql" -%}
        create table {{ relation }}
        using parquet location '{{ adapter.place_of(relation.schema, relation.identifier) }}'
        as {{ adapter.translated(compiled_code) }}
    {%- else -%}
        {{ compiled_code }}
    {%- endif -%}
{%- endmacro %}

{% macro spark__create_view_as(relation, sql) -%}
    create view {{ relation }} as {{ adapter.translated(sql) }}
{%- endmacro %}

{% macro spark__get_test_sql(main_sql, fail_calc, warn_if, error_if, limit) -%}
    {{ adapter.translated(default__get_test_sql(main_sql, fail_calc, warn_if, error_if, limit)) }}
{%- endmacro %}
