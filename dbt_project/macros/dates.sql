{# Days of intervals. Last days are inclusive everywhere; a null first day means "since ever", a null last day "still". #}

{% macro first_day(column) %}coalesce({{ column }}, date '0001-01-01'){% endmacro %}

{% macro last_day_of(column) %}coalesce({{ column }}, date '9999-12-31'){% endmacro %}

{# Whether two inclusive intervals share a day. #}
{% macro overlaps(from_1, to_1, from_2, to_2) -%}
    ({{ first_day(from_1) }} <= {{ last_day_of(to_2) }} and {{ first_day(from_2) }} <= {{ last_day_of(to_1) }})
{%- endmacro %}

{# Days that two inclusive intervals share, where they do. #}
{% macro shared_days(from_1, to_1, from_2, to_2) -%}
    (least({{ last_day_of(to_1) }}, {{ last_day_of(to_2) }})
    - greatest({{ first_day(from_1) }}, {{ first_day(from_2) }}) + 1)
{%- endmacro %}

{# Whole months before a day; a month's last day stays a month's last day. #}
{% macro months_before(day, months) -%}
    cast({{ day }} - to_months(cast({{ months }} as integer)) as date)
{%- endmacro %}

{% macro months_after(day, months) -%}
    case
        when {{ day }} = last_day({{ day }}) then last_day(cast({{ day }} + to_months(cast({{ months }} as integer)) as date))
        else cast({{ day }} + to_months(cast({{ months }} as integer)) as date)
    end
{%- endmacro %}
