{{ config(meta={'dagster': {'ref': {'name': 'observations'}}}) }}

with counted as (

    select
        (select count(*) from {{ ref('stg_observations') }}) as landed,
        (select count(*) from {{ ref('observations') }} where delivery_id is not null) as kept,
        (select count(distinct observation_id) from {{ ref('observations') }} where delivery_id is not null) as different

)

select * from counted
where landed <> kept or kept <> different
