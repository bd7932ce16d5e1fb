-- The services that registers know, and those that a report's case studies describe without naming them.
select
    service_id,
    service_name,
    other_names,
    nation,
    authority_class,
    region_code,
    authorities,
    valid_from,
    valid_to,
    false as is_case_study
from {{ ref('int_services') }}

union all

select
    service_id,
    service_name,
    cast([] as varchar[]) as other_names,
    nation,
    cast(null as varchar) as authority_class,
    cast(null as varchar) as region_code,
    cast(null as bigint) as authorities,
    cast(null as date) as valid_from,
    cast(null as date) as valid_to,
    true as is_case_study
from {{ ref('stg_case_study_services') }}
