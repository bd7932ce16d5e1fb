"""What the pages of services and authorities say beside their numbers: comparators, trends, returns, neighbours.

Each is read once for all areas. A release made before a table was public has none of its rows.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date

from reports.areas import Area
from reports.release import Release, Row

Key = tuple[str, str, str]
"""Area code, indicator, definition version."""

_BENCHMARKS = """
select
    observation_id, benchmark, benchmark_label, value, benchmark_value, n_expected, n_contributing, missing, vintage,
    result, judgement, reason
from benchmarks
where observation_id in (select unnest(?))
order by
    observation_id,
    case benchmark when 'england' then 1 when 'wales' then 1 when 'region' then 2 when 'family' then 3 else 4 end
"""
_STATUSES = """
select observation_id, typology_id, attribution_status, comparability_status, disclosure_status
from attributions
where observation_id in (select unnest(?))
order by observation_id, typology_id
"""
_MISSING = """
select area_code, source_id, period_start, period_end, status, chase
from expected_deliveries
where status in ('missing', 'refused')
order by area_code, source_id, period_end desc
"""
_CONFIRMED = """
select service_id, typology_id, max(source_date) as confirmed_on
from structure_assertions
where is_current and tenure in ('in_force', 'interim')
group by service_id, typology_id
"""


@dataclass(frozen=True)
class Beside:
    """What stands beside the numbers of all areas.

    Attributes:
        benchmarks: of the latest value of each line, by observation.
        trends: by area, indicator and version.
        statuses: of the latest value of each line, by observation, one for each typology in scope.
        missing: returns that did not come, by area, the latest first.
        neighbours: rows of `statistical_neighbours` by area, model and rank.
        confirmed: the day of the latest evidence of a service's model, by service and typology.
        newest: the last day of any period in the release.
    """

    newest: date | None
    benchmarks: dict[str, list[Row]] = field(default_factory=dict)
    trends: dict[Key, list[Row]] = field(default_factory=dict)
    statuses: dict[str, list[Row]] = field(default_factory=dict)
    missing: dict[str, list[Row]] = field(default_factory=dict)
    neighbours: dict[str, list[Row]] = field(default_factory=dict)
    confirmed: dict[tuple[str, str], date] = field(default_factory=dict)


def load(release: Release, areas: dict[str, Area]) -> Beside:
    """Read it for the areas that have pages."""
    shown = [area for area in areas.values() if area.has_page]
    latest = [line[-1]["observation_id"] for area in shown for line in area.lines.values()]
    ends = [line[-1]["period_end"] for area in shown for line in area.lines.values()]
    return Beside(
        newest=max(ends, default=None),
        benchmarks=_grouped(release, "benchmarks", _BENCHMARKS, "observation_id", [latest]),
        trends=_trends(release),
        statuses=_grouped(release, "attributions", _STATUSES, "observation_id", [latest]),
        missing=_grouped(release, "expected_deliveries", _MISSING, "area_code"),
        neighbours=_grouped(
            release,
            "statistical_neighbours",
            "select * from statistical_neighbours order by area_code, model, vintage desc, rank, neighbour_code",
            "area_code",
        ),
        confirmed={
            (row["service_id"], row["typology_id"]): row["confirmed_on"]
            for row in (release.rows(_CONFIRMED) if release.has("structure_assertions") else [])
            if row["confirmed_on"]
        },
    )


def _grouped(
    release: Release, table: str, query: str, by: str, parameters: list[list[str]] | None = None
) -> dict[str, list[Row]]:
    found: dict[str, list[Row]] = defaultdict(list)
    if release.has(table):
        for row in release.rows(query, parameters):
            found[row[by]].append(row)
    return dict(found)


def _trends(release: Release) -> dict[Key, list[Row]]:
    found: dict[Key, list[Row]] = defaultdict(list)
    if release.has("trends"):
        for row in release.rows("select * from trends order by area_code, indicator_id, definition_version, method"):
            found[row["area_code"], row["indicator_id"], row["definition_version"]].append(row)
    return dict(found)
