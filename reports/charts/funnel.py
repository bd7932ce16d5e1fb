"""The funnel: each place by its size and value, with limits around the target, as counted and widened for dispersion.

Both pairs of limits are always drawn (Spiegelhalter 2005): the dotted grey ones hold if places differed by chance in
their counts alone, the blue ones allow for the spread that places have. 95% limits are thin, 99.8% limits thick. What
stands outside the blue 99.8% limits is a triangle, outside the 95% ones a square, all else a circle.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from reports.charts.palette import FOCUS, GREY, INK, SCHEMA, look

WIDTH, HEIGHT = 860, 400
_MARKS = (("inside", "circle", 45), ("outside_95", "square", 75), ("outside_998", "triangle-up", 110))


@dataclass(frozen=True)
class Place:
    """A place in the funnel.

    Attributes:
        name: what it is called; `shown_value` its value in words.
        size: its denominator.
        value: in the unit of the indicator.
        limits: as counted: lower and upper 95%, lower and upper 99.8%.
        adjusted: the same, widened for dispersion; None where the release has none.
        position: inside, outside_95 or outside_998 of the adjusted limits.
    """

    name: str
    shown_value: str
    size: float
    value: float
    limits: tuple[float | None, float | None, float | None, float | None]
    adjusted: tuple[float | None, float | None, float | None, float | None]
    position: str


def spec(places: Sequence[Place], target: float, axis_title: str, size_title: str) -> dict[str, Any]:
    """The Vega-Lite specification.

    Args:
        places: in any order.
        target: the level that the limits stand around.
        axis_title: the unit of the values.
        size_title: what the denominator counts.
    """
    x = {
        "field": "x",
        "type": "quantitative",
        "scale": {"zero": True, "nice": True},
        "axis": {"title": size_title, "tickCount": 8, "grid": False, "domain": True, "format": ",d"},
    }
    low = min([place.value for place in places], default=0.0)
    y = {
        "field": "y",
        "type": "quantitative",
        "scale": {"zero": low >= 0, "nice": True},
        "axis": {"title": axis_title, "tickCount": 6, "titlePadding": 14},
    }
    layers: list[dict[str, Any]] = []
    pairs = (([place.limits for place in places], GREY, [2, 3]), ([place.adjusted for place in places], FOCUS, [1, 0]))
    for limits, colour, dash in pairs:
        for index in range(4):
            limit = _limit([(place.size, of[index]) for place, of in zip(places, limits, strict=True)])
            if limit:
                layers.append(
                    {
                        "data": {"values": limit},
                        "mark": {
                            "type": "line",
                            "interpolate": "monotone",
                            "color": colour,
                            "strokeDash": dash,
                            "strokeWidth": 1.2 if index < 2 else 2.4,
                        },
                        "encoding": {"x": x, "y": y},
                    }
                )
    layers.append(
        {
            "data": {"values": [{"y": target}]},
            "mark": {"type": "rule", "color": INK, "strokeWidth": 1.5},
            "encoding": {"y": y},
        }
    )
    for position, shape, size in _MARKS:
        dots = [
            {"x": place.size, "y": place.value, "name": f"{place.name}: {place.shown_value}"}
            for place in places
            if place.position == position
        ]
        if dots:
            layers.append(
                {
                    "data": {"values": dots},
                    "mark": {
                        "type": "point", "filled": True, "shape": shape, "size": size, "opacity": 1, "aria": True,
                        "color": GREY if position == "inside" else FOCUS, "stroke": "#ffffff", "strokeWidth": 1,
                    },
                    "encoding": {"x": x, "y": y, "description": {"field": "name"}},
                }
            )  # fmt: skip
    return {"$schema": SCHEMA, "width": WIDTH, "height": HEIGHT, "padding": 4, "layer": layers, "config": look()}


def _limit(points: list[tuple[float, float | None]]) -> list[dict[str, float]]:
    """The course of one limit by size: one point for each size."""
    held = {size: limit for size, limit in points if limit is not None}
    return [{"x": size, "y": held[size]} for size in sorted(held)]
