{{ config(meta={'dagster': {'ref': {'name': 'comparison_pairs'}}}) }}

select * from {{ ref('comparison_pairs') }}
where p_adjusted < p_value or p_adjusted > 1
