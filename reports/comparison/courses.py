"""Services over time by structural model, as a figure of small multiples."""

from __future__ import annotations

from collections import defaultdict

from reports.breaks import breaks_of
from reports.charts import small_multiples
from reports.charts.drawing import Drawings
from reports.charts.small_multiples import Panel
from reports.charts.trend import Point
from reports.comparison.plot import axis
from reports.comparisons import Comparison
from reports.definitions import Definition
from reports.figures import Figure, Key
from reports.language import _
from reports.numbers import several
from reports.periods import short, span
from reports.release import Row

_LEAST_PERIODS = 3


def figure(
    comparisons: list[Comparison],
    shown: Comparison,
    definition: Definition,
    values: list[Row],
    drawings: Drawings,
) -> Figure | None:
    """One panel for each model; None under three periods of the version and dataset that the page shows.

    Args:
        comparisons: every period.
        shown: the one that the page shows in full.
        definition: of the indicator in the version shown.
        values: every value used, by service and period.
        drawings: of this render.
    """
    series = shown.facts["definition_version"], shown.facts["source_id"]
    values = [row for row in values if (row["definition_version"], row["source_id"]) == series]
    periods = sorted({(row["period_end"], row["period_start"]) for row in values})
    if len(periods) < _LEAST_PERIODS:
        return None
    of_services: dict[str, dict[str, list[Point]]] = defaultdict(lambda: defaultdict(list))
    for row in values:
        of_services[row["model_id"]][row["service_id"]].append(_point(row, row["value"], definition))
    medians: dict[str, list[Point]] = defaultdict(list)
    for other in reversed(comparisons):
        if other.is_refused or (other.facts["definition_version"], other.facts["source_id"]) != series:
            continue
        for model in other.models:
            if model["median"] is not None:
                medians[model["model_id"]].append(_point(other.facts, model["median"], definition))
    models = [model for model in shown.models if of_services.get(model["model_id"])]
    panels = [
        Panel(
            model["model_label"],
            tuple(tuple(points) for points in of_services[model["model_id"]].values()),
            tuple(medians[model["model_id"]]),
        )
        for model in models
    ]
    breaks = breaks_of(definition)
    first, last = periods[0], periods[-1]
    parts = [
        _("{model}: median {first} to {last}").format(
            model=panel.label,
            first=panel.medians[0].shown_value,
            last=panel.medians[-1].shown_value,
        )
        for panel in panels
        if panel.medians
    ]
    text = _("Line charts of {title}, one panel for each structural model, {first} to {last}. {parts}.").format(
        title=definition.title, first=span(first[1], first[0]), last=span(last[1], last[0]), parts="; ".join(parts)
    )
    return Figure(
        identity="chart-courses",
        title=_finding(panels, definition, first, last),
        subtitle=_("{title} ({unit}), {periods} to {last}, values attributed to a model").format(
            title=definition.title,
            unit=definition.unit_label,
            periods=several(len(periods), "period"),
            last=span(last[1], last[0]),
        ),
        drawing=drawings.draw(small_multiples.spec(panels, axis(definition), breaks), text),
        words=text,
        table_note=_("The medians of every period stand in the table “Every period” below."),
        keys=[Key("thin", _("a service")), Key("line", _("median of the services of a model"))]
        + ([Key("break", _("a break in the series"))] if breaks else []),
        note=_("A service that changed its model stands in each panel for the periods attributed to that model."),
    )


def _finding(panels: list[Panel], definition: Definition, first: tuple, last: tuple) -> str:
    """Between which values the medians lie in the first and in the last period."""
    reaches = []
    for end, _start in (first, last):
        of_period = [point.value for panel in panels for point in panel.medians if point.end == end]
        values = [value for value in of_period if value is not None]
        if not values:
            return _("Services of each structural model over time")
        reaches.append((definition.plain(min(values)), definition.plain(max(values))))
    return _("Medians of the models lay between {a} and {b} in {first}, and between {c} and {d} in {last}").format(
        a=reaches[0][0],
        b=reaches[0][1],
        first=span(first[1], first[0]),
        c=reaches[1][0],
        d=reaches[1][1],
        last=span(last[1], last[0]),
    )


def _point(row: Row, value: float, definition: Definition) -> Point:
    start, end = row["period_start"], row["period_end"]
    return Point(start, end, short(start, end), value, None, None, definition.plain(value))
