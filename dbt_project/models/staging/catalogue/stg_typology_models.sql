with source as (

    select * from {{ source('catalogue', 'typology_models') }}

),

renamed as (

    select
        typology_id,
        model_id,
        label,
        model_order,
        definition,
        is_assignable,
        aliases,
        citation
    from source

)

select * from renamed
