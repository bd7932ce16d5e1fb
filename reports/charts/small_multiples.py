"""Services over time, one panel for each structural model: thin lines for services, a thick one for their median.

Panels stand in the order of the typology and share both axes. A service that changed its model stands in each panel
for the periods attributed to that model; periods that are not attributed are not drawn.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from textwrap import wrap
from typing import Any

from reports.charts import time
from reports.charts.palette import FOCUS, GREY, LINE, SCHEMA, look
from reports.charts.trend import Point

HEIGHT = 260


@dataclass(frozen=True)
class Panel:
    """A model.

    Attributes:
        label: its name; wrapped above the panel.
        services: for each service, its points.
        medians: the median of its services, by period.
    """

    label: str
    services: tuple[tuple[Point, ...], ...]
    medians: tuple[Point, ...]


def spec(panels: Sequence[Panel], axis_title: str, breaks: Sequence[time.Break] = ()) -> dict[str, Any]:
    """The Vega-Lite specification."""
    points = [point for panel in panels for service in panel.services for point in service]
    domain = time.reach(point.end for point in points)
    values = [point.value for point in points if point.value is not None]
    low, high = min(values, default=0.0), max(values, default=1.0)
    zero = low >= 0 and low < 0.5 * high
    width = max(130, min(260, (1000 - 16 * len(panels)) // max(1, len(panels))))
    room = width // 9
    labels = [wrap(panel.label, room) for panel in panels]
    most = max(map(len, labels), default=1)
    titles = [label + [""] * (most - len(label)) for label in labels]
    across = time.across([time.Tick(point.end, point.label) for point in points], domain, most=2)
    return {
        "$schema": SCHEMA,
        "padding": 4,
        "spacing": 16,
        "hconcat": [
            _panel(panel, title, across, axis_title if place == 0 else None, breaks, domain, (zero, low, high), width)
            for place, (panel, title) in enumerate(zip(panels, titles, strict=True))
        ],
        "resolve": {"scale": {"y": "shared"}},
        "config": look(title={"fontSize": 14, "lineHeight": LINE, "anchor": "start", "fontWeight": "bold"}),
    }


def _panel(
    panel: Panel,
    title: list[str],
    x: dict[str, Any],
    axis_title: str | None,
    breaks: Sequence[time.Break],
    domain: tuple[float, float],
    reach: tuple[bool, float, float],
    width: int,
) -> dict[str, Any]:
    zero, low, high = reach
    y = {
        "field": "y",
        "type": "quantitative",
        "scale": {"domain": [0 if zero else low, high], "nice": True, "zero": zero},
        "axis": {"title": axis_title, "tickCount": 5, "titlePadding": 14, "labels": axis_title is not None},
    }
    thin = [row for index, service in enumerate(panel.services) for row in _rows(service, f"{index}", breaks)]
    thick = _rows(panel.medians, "median", breaks)
    layers: list[dict[str, Any]] = [
        {
            "data": {"values": thin},
            "mark": {"type": "line", "color": GREY, "strokeWidth": 0.8, "opacity": 0.45},
            "encoding": {"x": x, "y": y, "detail": {"field": "line"}},
        },
        {
            "data": {"values": thick},
            "mark": {"type": "line", "color": FOCUS, "strokeWidth": 3.5, "point": {"size": 40, "color": FOCUS}},
            "encoding": {"x": x, "y": y, "detail": {"field": "line"}},
        },
        *time.break_lines([time.Break(one.when, "") for one in breaks], domain, HEIGHT),
    ]
    # A service of one period has no line to be drawn; a small circle stands for it.
    alone = [rows[0] for service in panel.services if len(rows := _rows(service, "", breaks)) == 1]
    layers.append(
        {
            "data": {"values": alone},
            "mark": {"type": "point", "color": GREY, "size": 12, "opacity": 0.6, "filled": True},
            "encoding": {"x": x, "y": y},
        }
    )
    return {
        "width": width,
        "height": HEIGHT,
        "title": {"text": title},
        "layer": [layer for layer in layers if layer["data"]["values"]] or [{"mark": "point", "data": {"values": []}}],
    }


def _rows(points: Sequence[Point], line: str, breaks: Sequence[time.Break]) -> list[dict[str, Any]]:
    return [
        {
            "x": time.place(point.end),
            "y": point.value,
            "line": f"{line} {point.group} {time.segment(point.end, breaks)}",
        }
        for point in points
        if point.value is not None
    ]
