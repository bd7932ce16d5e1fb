"""Services by structural model over time: one small panel for each model, all on one scale, in the typology's order.

One colour for all: a model is told from another by its panel and its name, and none stands out.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from textwrap import wrap
from typing import Any

from reports.charts.palette import DARK_BLUE, SCHEMA, look

_WIDTH, _HEIGHT, _COLUMNS = 250, 110, 3


@dataclass(frozen=True)
class Point:
    """How many services had a model on a day."""

    model: str
    on: date
    services: int


def spec(points: list[Point]) -> dict[str, Any]:
    """The Vega-Lite specification; models in the order of the points."""
    heading = {point.model: "\n".join(wrap(point.model, 34)) for point in points}
    values = [
        {"model": heading[point.model], "on": point.on.isoformat(), "services": point.services} for point in points
    ]
    when = {"field": "on", "type": "temporal", "scale": {"type": "utc"}}
    axis = {"format": "%Y", "title": None, "tickCount": 4, "labelOverlap": True}
    return {
        "$schema": SCHEMA,
        "data": {"values": values},
        "columns": _COLUMNS,
        "facet": {
            "field": "model",
            "type": "nominal",
            "sort": list(dict.fromkeys(heading.values())),
            "header": {"title": None, "labelExpr": "split(datum.value, '\\n')", "labelAnchor": "start"},
        },
        "spec": {
            "width": _WIDTH,
            "height": _HEIGHT,
            "layer": [
                {
                    "mark": {"type": "line", "color": DARK_BLUE, "strokeWidth": 2, "point": {"color": DARK_BLUE}},
                    "encoding": {
                        "x": {**when, "axis": axis},
                        "y": {
                            "field": "services",
                            "type": "quantitative",
                            "title": None,
                            "scale": {"zero": True},
                            "axis": {"tickCount": 4, "format": "d"},
                        },
                    },
                }
            ],
        },
        "config": look(),
    }
