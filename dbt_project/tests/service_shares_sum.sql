-- The shares of a service's members on a day, where they are known, are the whole of it.
select
    service_id,
    valid_from,
    sum(share_percent) as shares
from {{ ref('service_shares') }}
where share_percent is not null
group by service_id, valid_from
having abs(sum(share_percent) - 100) > 1e-6
