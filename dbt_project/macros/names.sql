{#
A name for comparing and never for showing: without case, accents, punctuation, the words "and" and "the", and the titles
that some registers put before or after it ("City of Bristol", "Herefordshire, County of", "Dorset County"). Two
spellings that come to the same are one name, not a disagreement. Intake compares names by its own rule
(pipelines/intake/names.py), which keeps titles.
#}
{% macro plain_name(column) -%}
    trim(regexp_replace(regexp_replace(regexp_replace(
        ' ' || regexp_replace(lower(strip_accents({{ column }})), '[''’]', '', 'g') || ' ',
        '[^a-z0-9]+', ' ', 'g'),
        ' (the |and |(city|county) of )+', ' ', 'g'),
        ' (city of|county of|county) $', ' '))
{%- endmacro %}
