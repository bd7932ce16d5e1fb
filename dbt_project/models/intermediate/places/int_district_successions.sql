-- A district that gave way to another area, with the last county that a lookup gave it before it went.
select
    stated.from_code,
    stated.to_code,
    stated.change_date,
    stated.instrument,
    stated.sources,
    parents.parent_code as county_code,
    parents.source_id as lookup_source
from {{ ref('int_stated_successions') }} as stated
inner join {{ ref('stg_authority_parents') }} as parents
    on stated.from_code = parents.child_code and parents.valid_on < stated.change_date
where parents.child_code <> parents.parent_code
qualify row_number() over (
        partition by stated.from_code, stated.to_code
        order by parents.valid_on desc, parents.recorded_at desc, parents.source_id, parents.parent_code
    ) = 1
