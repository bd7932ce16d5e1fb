-- What the reports say of their case studies beside structural models, and where parts of one report disagree.
select
    facts.fact_id,
    facts.study_id,
    facts.subject_id,
    facts.service_id,
    facts.feature,
    facts.value,
    facts.value_number,
    facts.source,
    facts.source_date,
    facts.locator,
    facts.quote,
    facts.note,
    facts.conflict_id,
    min(facts.value) over same_thing <> max(facts.value) over same_thing as is_contested,
    facts.is_verified
from {{ ref('stg_case_study_facts') }} as facts
window same_thing as (partition by facts.subject_id, facts.feature)
