"""The strip plot of a comparison: every service a dot, one column for each model, those not used in grey columns.

Dots are set side by side by a fixed rule, never at random: the same release gives the same picture. Models stand in
the order of their typology and share one colour; nothing in the picture tells one model from another but its place and
its name. A bar is the median of a model's services; a diamond its partially pooled mean, where the release has one.
"""

from __future__ import annotations

import json
from collections import defaultdict
from dataclasses import dataclass
from textwrap import wrap
from typing import Any

from reports.charts.palette import BAND, DARK_PINK, FOCUS, GREY, GROUND, INK, LINE, SCHEMA, look

WIDTH, HEIGHT, MARGIN = 1120, 400, 80
_DOT = 9.0  # pixels from dot to dot in a column


@dataclass(frozen=True)
class Dot:
    """A service with a value."""

    name: str
    value: float
    shown_value: str


@dataclass(frozen=True)
class Column:
    """A model, or a reason for which services are not used.

    Attributes:
        label: what it is; wrapped above the column.
        under_label: lines below the label, such as how many services.
        median: where its bar stands; None for a column without one.
        is_used: false for the grey columns.
        mean: where its diamond stands: the partially pooled mean; None for a column without one.
    """

    label: str
    under_label: tuple[str, ...]
    dots: tuple[Dot, ...]
    median: float | None
    is_used: bool
    mean: float | None = None


def spec(columns: list[Column], axis_title: str) -> dict[str, Any]:
    """The Vega-Lite specification."""
    edges = _edges(columns)
    width = _plot_width(columns)
    values = [dot.value for column in columns for dot in column.dots]
    low, high = (min(values), max(values)) if values else (0.0, 1.0)
    dots = [
        {"x": x, "y": dot.value, "used": column.is_used, "name": f"{dot.name}: {dot.shown_value}"}
        for column, (left, right) in zip(columns, edges, strict=True)
        for x, dot in _side_by_side(column.dots, left, right, low, high, width)
    ]
    bars = [
        {"x": left + 0.1 * (right - left), "x2": right - 0.1 * (right - left), "y": column.median}
        for column, (left, right) in zip(columns, edges, strict=True)
        if column.median is not None
    ]
    means = [
        {"x": (left + right) / 2, "y": column.mean}
        for column, (left, right) in zip(columns, edges, strict=True)
        if column.mean is not None
    ]
    bands = [
        {"x": left, "x2": right} for column, (left, right) in zip(columns, edges, strict=True) if not column.is_used
    ]
    middles = [(left + right) / 2 for left, right in edges]
    headings = _headings(columns, edges, width)
    most_lines = max(map(len, headings), default=1)
    by_place = {f"{middle:.3f}": heading for middle, heading in zip(middles, headings, strict=True)}
    x = {
        "field": "x",
        "type": "quantitative",
        "scale": {"domain": [0, edges[-1][1] if edges else 1], "nice": False},
        "axis": {
            "orient": "top",
            "values": middles,
            "labelExpr": f"{json.dumps(by_place)}[format(datum.value, '.3f')]",
            "title": None,
            "grid": False,
            "ticks": False,
            "domain": False,
            "labelOverlap": False,
            "labelBound": False,
            "labelPadding": 8 + LINE * (most_lines - 1),
        },
    }
    y = {
        "field": "y",
        "type": "quantitative",
        "scale": {"zero": low >= 0 and low < 0.5 * high, "nice": True},
        "axis": {
            "title": axis_title,
            "tickCount": 6,
            "domain": False,
            "ticks": False,
            "labelPadding": 6,
            "titlePadding": 14,
        },
    }
    layers: list[dict[str, Any]] = [
        {
            "data": {"values": bands},
            "mark": {"type": "rect", "color": BAND},
            "encoding": {"x": x, "x2": {"field": "x2"}},
        },
        # Bars below the dots: a bar is longer than the row of dots on it, a dot under a bar would be gone.
        {
            "data": {"values": bars},
            "mark": {"type": "rule", "strokeWidth": 4, "color": INK},
            "encoding": {"x": x, "x2": {"field": "x2"}, "y": y},
        },
        {
            "data": {"values": dots},
            "mark": {"type": "point", "size": 52, "strokeWidth": 1.2, "opacity": 1, "aria": True},
            "encoding": {
                "x": x,
                "y": y,
                "fill": _by_use(FOCUS, GROUND),
                "stroke": _by_use(GROUND, GREY),
                "description": {"field": "name"},
            },
        },
        # Above the dots, and open in its middle, so that a dot below still shows.
        {
            "data": {"values": means},
            "mark": {
                "type": "point",
                "shape": "diamond",
                "size": 260,
                "strokeWidth": 3,
                "opacity": 1,
                "filled": False,
                "color": DARK_PINK,
            },
            "encoding": {"x": x, "y": y},
        },
    ]
    return {
        "$schema": SCHEMA,
        "width": width,
        "height": HEIGHT,
        "padding": 4,
        "layer": [layer for layer in layers if layer["data"]["values"]],
        "config": look(),
    }


def _by_use(used: str, not_used: str) -> dict[str, Any]:
    return {"condition": {"test": "datum.used", "value": used}, "value": not_used}


def _plot_width(columns: list[Column]) -> int:
    """The whole page for many columns; a lone column need not be a hall."""
    return min(WIDTH - MARGIN, 230 * max(2, len(columns)))


def _headings(columns: list[Column], edges: list[tuple[float, float]], width: int) -> list[list[str]]:
    """Lines above each column, of one number, so that what stands under the labels stands in one row."""
    rooms = [max(8, int((right - left) * width / 9)) for left, right in edges]
    labels = [wrap(column.label, room) for column, room in zip(columns, rooms, strict=True)]
    unders = [
        [line for words in column.under_label for line in wrap(words, room)]
        for column, room in zip(columns, rooms, strict=True)
    ]
    above, below = max(map(len, labels), default=0), max(map(len, unders), default=0)
    return [
        label + [""] * (above - len(label)) + under + [""] * (below - len(under))
        for label, under in zip(labels, unders, strict=True)
    ]


def _edges(columns: list[Column]) -> list[tuple[float, float]]:
    """Left and right of each column: wide enough for its heading, wider where more dots must stand side by side."""
    widths = [max(1.0, min(2.5, (len(column.dots) / 40) ** 0.5)) for column in columns]
    whole, edges, left = sum(widths), [], 0.0
    for width in widths:
        right = left + width / whole
        edges.append((round(left, 6), round(right, 6)))
        left = right
    return edges


def _side_by_side(
    dots: tuple[Dot, ...], left: float, right: float, low: float, high: float, width: int
) -> list[tuple[float, Dot]]:
    """Each dot with its place across the column: those at one height from the middle outwards, by name."""
    step_up = (high - low or 1.0) * _DOT / HEIGHT
    rows: dict[int, list[Dot]] = defaultdict(list)
    for dot in sorted(dots, key=lambda dot: (dot.value, dot.name)):
        rows[int((dot.value - low) / step_up)].append(dot)
    middle, room = (left + right) / 2, 0.9 * (right - left)
    placed = []
    for row in rows.values():
        step = min(_DOT / width, room / len(row))
        first = middle - step * (len(row) - 1) / 2
        placed += [(round(first + step * index, 5), dot) for index, dot in enumerate(row)]
    return placed
