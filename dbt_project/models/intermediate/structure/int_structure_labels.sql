-- What each document says of a service over days: one model at a time where its typology has an order.
with claims as (

    select * from {{ ref('int_structure_claims') }}

),

-- A document that gives several models of an ordered typology over the same days means the highest of them. Such
-- documents are few; what any other says is each of its claims.
layered_documents as (

    select document
    from claims
    where is_ordered and not is_multi_label
    group by document
    having min(model_rank) < max(model_rank)

),

layered_days as (

    select claims.document, claims.starts_on as day
    from claims
    inner join layered_documents on claims.document = layered_documents.document
    union
    select claims.document, claims.ends_on + 1 as day
    from claims
    inner join layered_documents on claims.document = layered_documents.document
    where claims.ends_on is not null

),

layered_segments as (

    select document, day as starts_on, lead(day) over (partition by document order by day) - 1 as ends_on
    from layered_days

)

select
    claims.history,
    claims.document,
    claims.model_rank,
    claims.starts_on,
    claims.ends_on,
    false as is_layered
from claims
left join layered_documents on claims.document = layered_documents.document
where layered_documents.document is null

union all

select
    claims.history,
    layered_segments.document,
    max(claims.model_rank) as model_rank,
    layered_segments.starts_on,
    layered_segments.ends_on,
    true as is_layered
from layered_segments
inner join claims
    on
        layered_segments.document = claims.document
        and layered_segments.starts_on >= claims.starts_on
        and layered_segments.starts_on <= {{ last_day_of('claims.ends_on') }}
group by claims.history, layered_segments.document, layered_segments.starts_on, layered_segments.ends_on
