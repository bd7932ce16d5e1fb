"""A map of hexagons: every area one hexagon of one size, near its neighbours, so that a large county hides no borough.

The lines of the grid interlock by odd-r: every second line stands half a hexagon to the right. A panel for each group
shows its areas filled, the others empty: which group an area is in is told by the panel, and colour says nothing alone.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from textwrap import wrap
from typing import Any

from reports.charts.palette import BAND, DARK_BLUE, GREY, GRID, GROUND, INK, LIGHT_BLUE, LINE, MID_BLUE, SCHEMA, look

# Five steps of one hue, light to dark; a digit in the hexagon says the step too.
STEPS = ("#ffffff", "#d0e4f5", LIGHT_BLUE, MID_BLUE, DARK_BLUE)
_POINTED = "M0,-1L0.866,-0.5L0.866,0.5L0,1L-0.866,0.5L-0.866,-0.5Z"
_EDGE = 0.95  # of a hexagon's width, so that a line of ground shows between two


@dataclass(frozen=True)
class Hex:
    """An area on the map.

    Attributes:
        column: of the grid.
        line: of the grid, from the bottom.
        name: of the area, with what is shown of it: the hint for a mouse.
        groups: the panels in which it is filled.
        step: 0 to 4, where a value is shown; None where there is none.
    """

    column: int
    line: int
    name: str
    groups: frozenset[str] = frozenset()
    step: int | None = None


def panels(hexes: Sequence[Hex], groups: Sequence[str], width: int) -> dict[str, Any]:
    """A small map for each group, in the order given; areas of the group filled.

    Args:
        hexes: every area of one map.
        groups: headings of the panels.
        width: of a panel in pixels.
    """
    heading = {group: "\n".join(wrap(group, max(18, width // 8))) for group in groups}
    places = _places(hexes)
    values = [
        {"x": x, "y": y, "group": heading[group], "is_in": group in one.groups, "name": one.name}
        for group in groups
        for one, (x, y) in zip(hexes, places, strict=True)
    ]
    fill = {
        "field": "is_in",
        "type": "nominal",
        "legend": None,
        "scale": {"domain": [True, False], "range": [DARK_BLUE, BAND]},
    }
    across, up = _extent(places)
    height = round(width * (up + 2) / (across + 2))
    return {
        "$schema": SCHEMA,
        "data": {"values": values},
        "columns": max(1, 960 // (width + 40)),
        "facet": {
            "field": "group",
            "type": "nominal",
            "sort": list(heading.values()),
            "header": {"title": None, "labelExpr": "split(datum.value, '\\n')", "labelAnchor": "start"},
        },
        "spec": {
            "width": width,
            "height": height,
            "layer": [{"mark": _mark(width, across), "encoding": {**_grid(across, up), "fill": fill, **_hint()}}],
        },
        "config": look(),
    }


def steps(hexes: Sequence[Hex], width: int) -> dict[str, Any]:
    """One map of values in five steps of one hue, each hexagon with the digit of its step; empty where none is held."""
    places = _places(hexes)
    across, up = _extent(places)
    values = [
        {
            "x": x,
            "y": y,
            "fill": GROUND if one.step is None else STEPS[one.step],
            "ink": INK if one.step is None or one.step < 3 else GROUND,
            "digit": "" if one.step is None else str(one.step + 1),
            "name": one.name,
        }
        for one, (x, y) in zip(hexes, places, strict=True)
    ]
    plain = {"legend": None, "scale": None, "type": "nominal"}
    grid = _grid(across, up)
    return {
        "$schema": SCHEMA,
        "data": {"values": values},
        "width": width,
        "height": round(width * (up + 2) / (across + 2)),
        "layer": [
            {
                "mark": _mark(width, across, stroke=GREY),
                "encoding": {**grid, "fill": {"field": "fill", **plain}, **_hint()},
            },
            {
                "mark": {"type": "text", "fontSize": 11, "aria": False},
                "encoding": {**grid, "text": {"field": "digit"}, "color": {"field": "ink", **plain}},
            },
        ],
        "config": look(header={"labelLineHeight": LINE}),
    }


def _places(hexes: Sequence[Hex]) -> list[tuple[float, float]]:
    left, low = min(one.column for one in hexes), min(one.line for one in hexes)
    return [(one.column - left + 0.5 * (one.line % 2), (one.line - low) * 0.866) for one in hexes]


def _extent(places: Sequence[tuple[float, float]]) -> tuple[float, float]:
    return max(x for x, _ in places), max(y for _, y in places)


def _mark(width: int, across: float, stroke: str = GRID) -> dict[str, Any]:
    cell = width / (across + 2) * _EDGE
    # The area of a symbol is that of a square around it, of which the path spans one unit either side of the middle.
    return {
        "type": "point",
        "shape": _POINTED,
        "size": round((cell / 0.866) ** 2),
        "stroke": stroke,
        "strokeWidth": 0.5,
        "opacity": 1,
    }


def _grid(across: float, up: float) -> dict[str, Any]:
    def place(field: str, most: float) -> dict[str, Any]:
        scale = {"domain": [-1, most + 1], "nice": False, "zero": False}
        return {"field": field, "type": "quantitative", "axis": None, "scale": scale}

    return {"x": place("x", across), "y": place("y", up)}


def _hint() -> dict[str, Any]:
    return {"description": {"field": "name", "type": "nominal"}}
