with source as (

    select * from {{ source('catalogue', 'finding_recipes') }}

),

renamed as (

    select
        finding_id,
        part,
        rows_of,
        column_name,
        column_value,
        columns_asked,
        sums,
        in_force_on,
        recipe
    from source

)

select * from renamed
