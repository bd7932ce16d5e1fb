-- What each delivery covers, and when a later-published delivery of the same dataset took its place there.
-- Coverage is subject x area x period, over every indicator of the subject (int_landed_observations), which of most
-- datasets is the whole: a full delivery that lacks an indicator it used to hold says that the figure is gone. The
-- price: a partial return must be declared as a dataset of its own.
with covered as (

    select
        source_id,
        subject,
        delivery_id,
        area_type,
        area_code,
        period_start,
        period_end,
        min(recorded_at) as recorded_at,
        min(coalesce(published_at, recorded_at)) as said_at
    from {{ ref('int_landed_observations') }}
    group by source_id, subject, delivery_id, area_type, area_code, period_start, period_end

),

replaced as (

    select
        *,
        min(recorded_at) over (
            partition by source_id, subject, area_type, area_code, period_start, period_end
            order by said_at, recorded_at, delivery_id
            rows between 1 following and unbounded following
        ) as replaced_at
    from covered

)

select
    source_id,
    subject,
    delivery_id,
    area_type,
    area_code,
    period_start,
    period_end,
    recorded_at,
    -- A delivery that arrived after a later-published one was never current: it is superseded as it arrives.
    case when replaced_at is not null then greatest(recorded_at, replaced_at) end as superseded_at
from replaced
