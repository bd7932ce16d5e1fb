"""What a release has computed of its values: benchmarks, trends, funnels, control charts, ratios, ratings, changes.

Read once for all indicators. A release made before a table was public has none of its rows.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field

from reports.release import Release, Row

_BENCHMARKS = """
select
    observation_id, benchmark, benchmark_label, benchmark_value, statistic, n_expected, n_contributing, missing,
    vintage, includes_area, result, judgement, reason
from benchmarks
where observation_id in (select unnest(?))
order by
    observation_id,
    case benchmark
        when 'england' then 1 when 'wales' then 2 when 'region' then 3 when 'family' then 4 else 5
    end,
    benchmark_label
"""
# The latest of each series is drawn; a refused one too, because its reason is shown in its place.
_FUNNELS = """
select * from funnels
qualify
    row_number() over (
        partition by indicator_id, definition_version, source_id, area_type order by period_end desc, period_start desc
    ) = 1
order by indicator_id, period_end desc, area_type, funnel_id
"""
_FUNNEL_POINTS = """
select * from funnel_points where funnel_id in (select unnest(?)) order by funnel_id, denominator, observation_id
"""
_DISPROPORTIONALITY = """
select * from disproportionality
qualify
    period_end = max(period_end) over (
        partition by indicator_id, definition_version, area_type, area_code, group_breakdown
    )
order by indicator_id, area_type, area_code, period_end desc, group_breakdown
"""
_PROGRAMMES = """
select kind, statement, valid_from, valid_to, indicator_id
from gap_evidence
where kind = 'S10' and is_current
order by valid_from, statement
"""


@dataclass(frozen=True)
class Measured:
    """What stands beside the values.

    Attributes:
        benchmarks: by observation, in the order England, Wales, region, family, neighbours.
        trends: by area type, area, indicator and version.
        funnels: the latest of each series, by indicator, each with `points`.
        signals: points of control charts with a signal or of the latest period, by indicator and version.
        charts: points of control charts by indicator, version and area.
        ratios: rows of disproportionality by indicator.
        ratings: distributions by indicator.
        changes: of a model, by indicator and typology.
        programmes: that ran beside the services for a fixed time.
    """

    benchmarks: dict[str, list[Row]] = field(default_factory=dict)
    trends: dict[tuple[str, str, str, str], Row] = field(default_factory=dict)
    funnels: dict[str, list[Row]] = field(default_factory=dict)
    charts: dict[tuple[str, str], dict[str, list[Row]]] = field(default_factory=dict)
    ratios: dict[str, list[Row]] = field(default_factory=dict)
    ratings: dict[str, list[Row]] = field(default_factory=dict)
    programmes: list[Row] = field(default_factory=list)

    def trend(self, area_type: str, area_code: str, indicator_id: str, version: str) -> Row | None:
        """The trend of a place; None where the release has none."""
        return self.trends.get((area_type, area_code, indicator_id, version))


def load(release: Release, latest: Iterable[str]) -> Measured:
    """Read it.

    Args:
        release: open.
        latest: the observations whose benchmarks are shown.
    """
    funnels = _rows(release, "funnels", _FUNNELS)
    points: dict[str, list[Row]] = defaultdict(list)
    for row in _rows(release, "funnel_points", _FUNNEL_POINTS, [[funnel["funnel_id"] for funnel in funnels]]):
        points[row["funnel_id"]].append(row)
    for funnel in funnels:
        funnel["points"] = points[funnel["funnel_id"]]
    charts: dict[tuple[str, str], dict[str, list[Row]]] = defaultdict(lambda: defaultdict(list))
    for row in _rows(release, "control_charts", "select * from control_charts order by area_code, period_end"):
        charts[row["indicator_id"], row["definition_version"]][row["area_code"]].append(row)
    return Measured(
        benchmarks=_by(_rows(release, "benchmarks", _BENCHMARKS, [list(latest)]), "observation_id"),
        trends={
            (row["area_type"], row["area_code"], row["indicator_id"], row["definition_version"]): row
            for row in _rows(release, "trends", "select * from trends order by method desc")
        },
        funnels=_by(funnels, "indicator_id"),
        charts={key: dict(areas) for key, areas in charts.items()},
        ratios=_by(_rows(release, "disproportionality", _DISPROPORTIONALITY), "indicator_id"),
        ratings=_by(
            _rows(
                release,
                "rating_distributions",
                "select * from rating_distributions"
                " order by indicator_id, definition_version, typology_id, model_id, rating",
            ),
            "indicator_id",
        ),
        programmes=_rows(release, "gap_evidence", _PROGRAMMES),
    )


def changes(release: Release) -> dict[tuple[str, str], list[Row]]:
    """Values before and after a change of model, by indicator and typology, the latest change first."""
    found: dict[tuple[str, str], list[Row]] = defaultdict(list)
    query = "select * from model_changes order by indicator_id, typology_id, changed_on desc, service_id, change_id"
    for row in _rows(release, "model_changes", query):
        found[row["indicator_id"], row["typology_id"]].append(row)
    return dict(found)


def _rows(release: Release, table: str, query: str, parameters: list[list[str]] | None = None) -> list[Row]:
    return release.rows(query, parameters) if release.has(table) else []


def _by(rows: Iterable[Row], column: str) -> dict[str, list[Row]]:
    found: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        found[row[column]].append(row)
    return dict(found)
