{{ config(meta={'dagster': {'ref': {'name': 'comparison_tests'}}}) }}

with compared as (

    select distinct comparison_id from {{ ref('comparisons') }}
    where not is_refused

)

select
    compared.comparison_id as compared,
    tests.comparison_id as tested
from compared
full outer join {{ ref('comparison_tests') }} as tests on compared.comparison_id = tests.comparison_id
where
    compared.comparison_id is null
    or tests.comparison_id is null
    or (tests.p_value is null) = (tests.not_tested_reason is null)
