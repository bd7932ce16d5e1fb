"""Sheets of what the release computed for an area: against its benchmarks, and over time. Nothing is computed here."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping

from reports.definitions import Definition
from reports.language import _
from reports.release import Release, Row
from reports.spreadsheets.book import NOT_AVAILABLE, Column, Line, Sheet
from reports.spreadsheets.fields import Field, cells, held

_QUERIES = {
    # The latest of each indicator version, dataset and area: all of them are in the database and the CSV files.
    "benchmarks": """
        select benchmarks.*
        from benchmarks
        left join observations on observations.observation_id = benchmarks.observation_id
        where list_contains(?, benchmarks.area_code)
        qualify benchmarks.period_end = max(benchmarks.period_end) over (
            partition by
                benchmarks.area_code, benchmarks.indicator_id, benchmarks.definition_version, observations.source_id
        )
        order by
            benchmarks.area_code, benchmarks.indicator_id, benchmarks.definition_version, benchmarks.period_end desc,
            benchmarks.period_start, benchmarks.benchmark, benchmarks.benchmark_code, benchmarks.observation_id
    """,
    "trends": """
        select * from trends
        where list_contains(?, area_code)
        order by area_code, indicator_id, definition_version, method
    """,
}

RowsOfArea = dict[str, list[Row]]


def notes() -> dict[str, str]:
    """What the headings of these sheets refer to, by key."""
    return {
        "result": _(
            "Lower or higher: the benchmark lies outside the 95% interval of the value. Similar: it lies inside. "
            "Whether a direction is asked for is said by the definition of the indicator."
        ),
        "missing": _("Members of the benchmark without a value in the period."),
        "trend": _("A way to find series to look at, not an explanation. It is not computed across a break."),
    }


def _about() -> tuple[Field, ...]:
    return (
        Field("indicator", _("Indicator")),
        Field("definition_version", _("Definition version")),
        Field("area", _("Area")),
        Field("area_code", _("Area code")),
    )


def _benchmark_fields() -> tuple[Field, ...]:
    return (
        *_about(),
        Field("period_start", _("First day"), "day"),
        Field("period_end", _("Last day"), "day"),
        Field("value", _("Value"), "value", "value", NOT_AVAILABLE),
        Field("unit_label", _("Unit")),
        Field("benchmark_label", _("Compared with")),
        Field("benchmark_value", _("Its value"), "value", otherwise=NOT_AVAILABLE),
        Field("statistic", _("Its value is"), "words"),
        Field("result", _("Result"), "words", "result", says=_plain),
        Field("n_contributing", _("Members with a value"), "count"),
        Field("n_expected", _("Members"), "count"),
        Field("missing", _("Members without a value"), note="missing"),
        Field("vintage", _("Vintage of the benchmark"), "day"),
        Field("reason", _("Why it is not compared"), "words"),
        Field("observation_id", _("Observation id"), note="observation"),
    )


def _trend_fields() -> tuple[Field, ...]:
    return (
        *_about(),
        Field("method", _("Method"), "words", says=_plain),
        Field("points", _("Periods used"), "count"),
        Field("first_period_start", _("First day of the first"), "day"),
        Field("last_period_end", _("Last day of the last"), "day"),
        Field("trend", _("Trend"), "words", "trend", says=_plain),
        Field("slope_per_year", _("Slope for each year"), "value"),
        Field("unit_label", _("Unit")),
        Field("reason", _("Why it cannot be calculated"), "words"),
    )


def _plain(code: str) -> str:
    return str(code).replace("_", " ")


def load(release: Release, table: str, areas: Collection[str]) -> RowsOfArea:
    """The rows of `benchmarks` or `trends` of these areas by code; none where the release has no such table."""
    found: RowsOfArea = {}
    if release.has(table):
        for row in release.rows(_QUERIES[table], [sorted(areas)]):
            found.setdefault(row["area_code"], []).append(row)
    return found


def benchmarks(
    rows: Iterable[Row], definitions: Mapping[tuple[str, str], Definition], areas: Mapping[str, str], name: str
) -> Sheet:
    """The latest values against their benchmarks."""
    title = _("The latest values of {service} beside their benchmarks").format(service=name)
    lines = (Line(_("Beside each benchmark stand its members with a value, and how many there are.")),)
    return _sheet("Benchmarks", title, lines, rows, _benchmark_fields(), definitions, areas, name)


def trends(
    rows: Iterable[Row], definitions: Mapping[tuple[str, str], Definition], areas: Mapping[str, str], name: str
) -> Sheet:
    """Which way the series go, or why that cannot be calculated."""
    title = _("The figures of {service} over time").format(service=name)
    return _sheet("Trends", title, (), rows, _trend_fields(), definitions, areas, name)


def _sheet(
    name: str,
    title: str,
    lines: tuple[Line, ...],
    rows: Iterable[Row],
    fields: Iterable[Field],
    definitions: Mapping[tuple[str, str], Definition],
    areas: Mapping[str, str],
    quoted: str,
) -> Sheet:
    found = []
    for row in rows:
        of = definitions[row["indicator_id"], row["definition_version"]]
        about = {"indicator": of.title, "unit_label": of.unit_label, "decimals": of.decimals}
        found.append({**row, **about, "area": areas.get(row["area_code"], row["area_code"])})
    shown = held(fields, found[0] if found else ())
    columns: tuple[Column, ...] = tuple(field.column() for field in shown)
    return Sheet(
        name,
        title,
        lines if found else (),
        columns,
        cells(found, shown, lambda row: int(row["decimals"])),
        quoted=quoted,
    )
