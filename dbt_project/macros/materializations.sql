{#
Table and view for a database file that is always new: created once under their own name. The adapter's own versions build
beside, rename twice and drop, so that readers of a live database see no gap; nobody reads this file before it is finished,
and those steps are a third of what a small build takes. A relation that is there (a person runs dbt again by hand) is dropped.
#}

{% materialization table, adapter="duckdb", supported_languages=["sql", "python"] %}
    {%- set target_relation = this.incorporate(type="table") %}
    {% do drop_what_is_there() %}
    {% call statement("main", language=model["language"]) -%}
        {{- create_table_as(False, target_relation, compiled_code, model["language"]) }}
    {%- endcall %}
    {% do persist_docs(target_relation, model) %}
    {% do adapter.commit() %}
    {{ return({"relations": [target_relation]}) }}
{% endmaterialization %}

{% materialization view, adapter="duckdb" %}
    {%- set target_relation = this.incorporate(type="view") %}
    {% do drop_what_is_there() %}
    {% call statement("main") -%}
        {{- create_view_as(target_relation, compiled_code) }}
    {%- endcall %}
    {% do persist_docs(target_relation, model) %}
    {% do adapter.commit() %}
    {{ return({"relations": [target_relation]}) }}
{% endmaterialization %}

{% macro drop_what_is_there() %}
    {%- set standing = load_cached_relation(this) %}
    {% if standing is not none %}{% do adapter.drop_relation(standing) %}{% endif %}
{% endmacro %}

{# The contract has settled which columns there are: no need to ask the database before commenting them. #}
{% macro duckdb__alter_column_comment(relation, column_dict) %}
    {% for name, column in column_dict.items() %}
        comment on column {{ relation }}.{{ adapter.quote(name) }} is {{ duckdb_escape_comment(column["description"]) }};
    {% endfor %}
{% endmacro %}
