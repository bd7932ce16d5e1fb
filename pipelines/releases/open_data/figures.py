"""Which figures of a release are written as DfE tidy data, where they stand, and why the others are left out.

What belongs here: one working view, `tidy_figures`, a row for each preferred figure. What does not: files (pairs.py).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from pipelines.releases.open_data.writing import declared, items, symbols, tidy_time
from pipelines.releases.quoted import literal
from sources.catalogue import load_catalogue
from sources.tidy import load_tidy

if TYPE_CHECKING:
    import duckdb

NEEDS = {
    "observations": {"is_preferred", "is_derived", "value_marker", "lower_95", "source_id"},
    "authorities": {"dfe_code", "region_code", "authority_class", "nation"},
    "services": {"service_name", "nation", "is_case_study"},
    "indicators": {"numerator_counts", "denominator_counts", "decimals", "unit_label"},
}
"""Tables and columns without which nothing can be written."""

# Of a figure that stands for nothing else, the text: no exponent, no zeros at the end.
_NUMBER = """
create or replace temp macro tidy_number(figure) as case
    when figure = trunc(figure) and abs(figure) < 1e15 then figure::bigint::varchar
    else rtrim(rtrim(format('{:.10f}', figure), '0'), '.')
end
"""

# What stands where a number is not.
_SYMBOL = "create or replace temp macro tidy_symbol(value_marker) as case value_marker {whens} else 'x' end"

# Authorities that the department gives no code of its own (those of Wales) are at the level of districts, which the
# standard identifies by the other code alone; a county is none.
# Services are of no level; each row is an area or a service, so that a figure meets one row of one table.
_PLACES = """
create or replace temp table tidy_places as
with levelled as (
    select
        *,
        case
            when area_type = 'country' then 'National'
            when area_type = 'region' or (area_type = 'other' and area_code like 'E13%') then 'Regional'
            when area_type in ('authority', 'other') and dfe_code is not null then 'Local authority'
            when area_type in ('authority', 'district') and authority_class is distinct from 'county'
                then 'Local authority district'
        end as geographic_level
    from authorities
)
select
    false as is_service, areas.area_code, areas.area_name, areas.geographic_level, areas.dfe_code,
    coalesce(countries.area_code, nations.country_code) as country_code,
    coalesce(countries.area_name, nations.country_name) as country_name,
    regions.area_code as region_code,
    regions.area_name as region_name,
    null::varchar as service
from levelled as areas
left join tidy_nations as nations on areas.nation = nations.country_name
left join levelled as countries
    on countries.geographic_level = 'National'
    and countries.area_code = case when areas.geographic_level = 'National' then areas.area_code
        else nations.registered_code end
left join levelled as regions
    on regions.geographic_level = 'Regional'
    and regions.area_code = case when areas.geographic_level = 'Regional' then areas.area_code
        else areas.region_code end
union all by name
select
    true as is_service, services.service_id as area_code,
    case when count(*) over (partition by services.service_name) > 1
        then services.service_name || ' (' || services.service_id || ')' else services.service_name end as service,
    coalesce(countries.area_code, nations.country_code) as country_code,
    coalesce(countries.area_name, nations.country_name) as country_name
from services
left join tidy_nations as nations on services.nation = nations.country_name
left join authorities as countries on nations.registered_code = countries.area_code
where not services.is_case_study
"""

# A view: each file reads the rows of its indicator alone, and nothing is held twice.
_FIGURES = """
create or replace temp view tidy_figures as
select
    figures.indicator_id, figures.definition_version, figures.area_type, figures.area_code, figures.period_type,
    figures.period_start,
    case when figures.area_type = 'youth_justice_service' then 'services' else 'areas' end as places,
    times.time_period, times.time_identifier, times.family,
    case when places.is_service then 'National' else places.geographic_level end as geographic_level,
    places.country_code, places.country_name, places.region_code, places.region_name,
    case when places.geographic_level = 'Local authority' then places.area_code end as new_la_code,
    case when places.geographic_level = 'Local authority' then places.area_name end as la_name,
    case when places.geographic_level = 'Local authority' then places.dfe_code end as old_la_code,
    case when places.geographic_level = 'Local authority district' then places.area_code end as lad_code,
    case when places.geographic_level = 'Local authority district' then places.area_name end as lad_name,
    places.service as youth_justice_service,
    breakdowns.item as breakdown,
    figures.numerator, figures.denominator, figures.value, figures.lower_95, figures.upper_95,
    tidy_symbol(figures.value_marker) as symbol,
    case
        when figures.is_derived then 'summed by this warehouse, not published'
        when list_contains({as_tidy}, figures.source_id) then 'its publisher gives it as tidy data'
        when times.time_period is null then 'the standard has no words for its days'
        when figures.area_type = 'youth_justice_service' and places.area_code is null
            then 'no register holds the service'
        when places.area_code is null then 'no register holds the area'
        when not places.is_service and places.geographic_level is null
            then 'the standard has no level for such an area'
        when places.country_code is null then 'no country is known for the area'
    end as left_out
from observations as figures
left join tidy_times as times
    on figures.period_start = times.period_start and figures.period_end = times.period_end
left join tidy_items as breakdowns on figures.breakdown_id = breakdowns.breakdown_id
left join tidy_places as places
    on (figures.area_type = 'youth_justice_service') = places.is_service and figures.area_code = places.area_code
where figures.is_preferred
"""


def place_figures(connection: duckdb.DuckDBPyConnection) -> None:
    """Make the working view `tidy_figures` of the release in use: a row for each preferred figure, in any order.

    `left_out` says in words why a figure is not written; it is null where it is. `symbol` is what stands where a number
    is not. It is gone with the connection.
    """
    catalogue, standard = load_catalogue(), load_tidy()
    periods = connection.execute(
        "select distinct period_start, period_end from observations where is_preferred order by all"
    ).fetchall()
    times = [(start, end, tidy_time(start, end, catalogue, standard)) for start, end in periods]
    _table(
        connection,
        "tidy_times",
        "period_start date, period_end date, time_period varchar, time_identifier varchar, family varchar",
        [(start, end, time.period, time.identifier, time.family) for start, end, time in times if time is not None],
    )
    breakdowns = [row[0] for row in connection.execute("select distinct breakdown_id from observations").fetchall()]
    _table(connection, "tidy_items", "breakdown_id varchar, item varchar",
           list(items(sorted(breakdowns), catalogue, standard).items()))  # fmt: skip
    registered = dict(
        connection.execute(
            "select nation, min(area_code) from authorities where area_type = 'country' group by nation"
            " having count(*) = 1"
        ).fetchall()
    )
    nations = [(name, code, registered.get(name)) for name, code in declared()["countries"].items()]
    _table(connection, "tidy_nations", "country_name varchar, country_code varchar, registered_code varchar", nations)
    whens = " ".join(
        f"when {literal(marker)} then {literal(symbol)}" for marker, symbol in symbols(catalogue, standard).items()
    )
    as_tidy = [dataset.id for dataset in catalogue.datasets.values() if dataset.layout == "tidy"]
    listed = f"[{', '.join(map(literal, as_tidy))}]::varchar[]"
    for statement in (_NUMBER, _SYMBOL.format(whens=whens), _PLACES, _FIGURES.format(as_tidy=listed)):
        connection.execute(statement)


def _table(connection: duckdb.DuckDBPyConnection, name: str, columns: str, rows: Sequence[tuple[object, ...]]) -> None:
    connection.execute(f"create or replace temp table {name} ({columns})")
    if rows:
        values = ", ".join(f"({', '.join(literal(cell) for cell in row)})" for row in rows)
        connection.execute(f"insert into {name} values {values}")
