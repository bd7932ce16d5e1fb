{# Generic tests of our own: no package hub is reachable from a closed network. Each returns the rows that fail. #}

{% test unique_combination(model, columns, where_true="true") %}
    select {{ columns | join(', ') }}, count(*) as rows_found
    from {{ model }}
    where {{ where_true }}
    group by {{ columns | join(', ') }}
    having count(*) > 1
{% endtest %}

{% test not_empty(model) %}
    select 'no row in {{ model.identifier }}' as problem
    where not exists (select 1 from {{ model }})
{% endtest %}

{% test accepted_range(model, column, minimum=none, maximum=none) %}
    select *
    from {{ model }}
    where
        false
        {% if minimum is not none %} or {{ column }} < {{ minimum }}{% endif %}
        {% if maximum is not none %} or {{ column }} > {{ maximum }}{% endif %}
{% endtest %}

{# Every combination of columns, where none is null, is a row of another model. #}
{% test found_in(model, columns, to, their_columns=none) %}
    {%- set theirs = their_columns or columns %}
    select distinct {% for column in columns %}ours.{{ column }}{{ ", " if not loop.last }}{% endfor %}
    from {{ model }} as ours
    left join {{ to }} as theirs
        on {% for column in columns %}ours.{{ column }} = theirs.{{ theirs[loop.index0] }}{{ " and " if not loop.last }}{% endfor %}
    where
        theirs.{{ theirs[0] }} is null
        {% for column in columns %} and ours.{{ column }} is not null{% endfor %}
{% endtest %}

{# Intervals of one thing never overlap. #}
{% test intervals_apart(model, columns, first="valid_from", last="valid_to", where_true="true") %}
    select {{ columns | join(', ') }}, {{ first }}, {{ last }}
    from {{ model }}
    where {{ where_true }}
    qualify {{ first }} <= max({{ last_day_of(last) }}) over (
        partition by {{ columns | join(', ') }} order by {{ first }}
        rows between unbounded preceding and 1 preceding
    )
{% endtest %}
