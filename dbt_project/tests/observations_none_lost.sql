{{ config(meta={'dagster': {'ref': {'name': 'observations'}}}) }}

-- That none of them stands twice is looked at by observations_unique.
with counted as (

    select
        (select count(*) from {{ ref('stg_observations') }}) as landed,
        (select count(*) from {{ ref('observations') }} where delivery_id is not null) as kept

)

select * from counted
where landed <> kept
