-- An authority or service of today and everything that its land was before, back to the first that registers know: of
-- which of them a figure may be carried to it, and why not. A part counts as the share of parts it is: those of one day
-- sum to 1.
with recursive covers as (

    select
        'authority' as lineage_type,
        to_code,
        from_code,
        change_date,
        is_cover,
        parts,
        case when is_boundary_moved then instrument || ' moved a boundary' end as caveat,
        from_code || coalesce(' (' || from_name || ')', '')
        || case change_kind
            when 'split' then ' was split on '
            when 'partial' then ' was divided between areas on '
            else ' went into an area that also took parts of others on '
        end || change_date as refusal
    from {{ ref('int_area_covers') }}

    union all

    select
        'youth_justice_service' as lineage_type,
        to_service as to_code,
        from_service as from_code,
        change_date,
        change_kind in ('renamed', 'merger') and is_exact as is_cover,
        count(*) over (partition by to_service, change_date) as parts,
        cast(null as varchar) as caveat,
        from_service || case change_kind
            when 'split' then ' was split on '
            else ' and what followed it had not the same members on '
        end || change_date as refusal
    from {{ ref('int_service_changes') }}
    where to_service is not null

),

roots as (

    select
        'authority' as lineage_type,
        areas.area_code as code,
        cast(null as date) as same_since,
        cast(null as varchar) as what_changed
    from {{ ref('int_registered_areas') }} as areas
    left join {{ ref('int_successions') }} as after on areas.area_code = after.from_code
    where
        areas.area_type = 'authority'
        and after.from_code is null
        and areas.area_code in (
            select to_code from covers
            where lineage_type = 'authority'
        )

    union all

    select
        'youth_justice_service' as lineage_type,
        service_id as code,
        same_since,
        what_changed
    from {{ ref('int_service_land') }}
    where
        service_id not in (
            select from_code from covers
            where lineage_type = 'youth_justice_service' and is_cover
        )
        and (
            runs > 1
            or service_id in (
                select to_code from covers
                where lineage_type = 'youth_justice_service'
            )
        )

),

lineages as (

    select
        lineage_type,
        code as lineage_code,
        code,
        [code] as path,
        cast(1 as double) as part,
        date '9999-12-31' as change_date,
        true as is_carried,
        same_since,
        what_changed,
        cast(null as varchar) as caveat,
        cast(null as varchar) as refusal
    from roots

    union all

    select
        lineages.lineage_type,
        lineages.lineage_code,
        covers.from_code as code,
        list_append(lineages.path, covers.from_code) as path,
        lineages.part / covers.parts as part,
        covers.change_date,
        covers.is_cover and lineages.same_since is null as is_carried,
        land.same_since,
        land.what_changed,
        coalesce(lineages.caveat || '; ' || covers.caveat, covers.caveat, lineages.caveat) as caveat,
        case
            when not covers.is_cover then covers.refusal
            when lineages.same_since is not null
                then 'on ' || lineages.same_since || ' its members changed: ' || lineages.what_changed
        end as refusal
    from lineages
    inner join covers
        on
            lineages.lineage_type = covers.lineage_type
            and lineages.code = covers.to_code
            -- Codes may name each other in a circle: time only runs back, and no code comes twice.
            and covers.change_date < lineages.change_date
            and not list_contains(lineages.path, covers.from_code)
    left join {{ ref('int_service_land') }} as land
        on covers.lineage_type = 'youth_justice_service' and covers.from_code = land.service_id
    where lineages.is_carried

)

select * from lineages
-- Reached in two ways, a code stands once: by the way that cannot be carried where there is one, else by the latest.
qualify row_number() over (
        partition by lineage_type, lineage_code, code order by is_carried, change_date desc, array_to_string(path, '|')
    ) = 1
