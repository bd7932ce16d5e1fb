"""The strip plot of a comparison: every service a dot, one column for each model, those not used in grey columns.

A Vega-Lite specification as a plain dict, drawn by vl-convert (no network, no browser), then made fit to stand in a
page: one image with a name, nothing inside it that a screen reader would stumble through. Dots are set side by side by
a fixed rule, never at random: the same release gives the same picture. Models stand in the order of their typology and
share one colour; nothing in the picture tells one model from another but its place and its name.
"""

from __future__ import annotations

import json
import re
from collections import defaultdict
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from html import escape
from textwrap import wrap
from typing import Any

WIDTH, HEIGHT, MARGIN = 1120, 400, 80
_DOT = 9.0  # pixels from dot to dot in a column
_LINE = 17  # pixels from line to line of a heading
_INK, _GREY, _DOTS, _BAND, _LINES = "#0b0c0c", "#505a5f", "#1d70b8", "#f3f2f1", "#dcdee0"
_FONT = "arial, sans-serif"


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
    """

    label: str
    under_label: tuple[str, ...]
    dots: tuple[Dot, ...]
    median: float | None
    is_used: bool


class Drawings:
    """Draws in a thread of its own, so that the pages are put together meanwhile; draws nothing twice in a render."""

    def __init__(self) -> None:
        self._pool = ThreadPoolExecutor(max_workers=1, thread_name_prefix="charts")
        self._drawn: dict[str, Future[str]] = {}

    def __enter__(self) -> Drawings:
        return self

    def __exit__(self, *failure: object) -> None:
        self._pool.shutdown(cancel_futures=True)

    def __len__(self) -> int:
        return len(self._drawn)

    def draw(self, columns: list[Column], axis_title: str, name: str) -> Drawing:
        """Begin to draw a plot.

        Args:
            columns: left to right, the used ones first.
            axis_title: the unit of the values.
            name: what a screen reader says in place of the picture.
        """
        specification = spec(columns, axis_title)
        content = json.dumps(specification, sort_keys=True)
        if content not in self._drawn:
            self._drawn[content] = self._pool.submit(_to_svg, specification)
        return Drawing(self._drawn[content], name)


@dataclass(frozen=True)
class Drawing:
    """A plot that is being drawn; a template that prints it waits for it."""

    svg: Future[str]
    name: str

    def __html__(self) -> str:
        """The plot as inline SVG."""
        return accessible(self.svg.result(), self.name)


def _to_svg(specification: dict[str, Any]) -> str:
    import vl_convert

    return str(vl_convert.vegalite_to_svg(specification))


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
            "labelPadding": 8 + _LINE * (most_lines - 1),
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
            "mark": {"type": "rect", "color": _BAND},
            "encoding": {"x": x, "x2": {"field": "x2"}},
        },
        # Bars below the dots: a bar is longer than the row of dots on it, a dot under a bar would be gone.
        {
            "data": {"values": bars},
            "mark": {"type": "rule", "strokeWidth": 4, "color": _INK},
            "encoding": {"x": x, "x2": {"field": "x2"}, "y": y},
        },
        {
            "data": {"values": dots},
            "mark": {"type": "point", "size": 52, "strokeWidth": 1.2, "opacity": 1, "aria": True},
            "encoding": {
                "x": x,
                "y": y,
                "fill": _by_use(_DOTS, "#ffffff"),
                "stroke": _by_use("#ffffff", _GREY),
                "description": {"field": "name"},
            },
        },
    ]
    return {
        "$schema": "https://vega.github.io/schema/vega-lite/v6.json",
        "width": width,
        "height": HEIGHT,
        "padding": 4,
        "layer": [layer for layer in layers if layer["data"]["values"]],
        "config": {
            "aria": False,
            "font": _FONT,
            "view": {"stroke": None},
            "axis": {
                "labelColor": _INK,
                "titleColor": _INK,
                "labelFontSize": 14,
                "titleFontSize": 14,
                "titleFontWeight": "normal",
                "gridColor": _LINES,
                "labelLimit": 400,
                "labelLineHeight": _LINE,
            },
        },
    }


def accessible(svg: str, name: str) -> str:
    """One image with a name; each dot keeps its service as a hint for a mouse, silent for a screen reader."""
    svg = re.sub(
        r"<(path)\b([^>]*?) aria-label=\"([^\"]*)\" role=\"graphics-symbol\" aria-roledescription=\"[^\"]*\"([^>]*?)"
        r"(?:></path>|/>)",
        r'<\1\2\4><title data-quoted="">\3</title></\1>',
        svg,
    )
    # A line without a letter does not move the next one down.
    svg = re.sub(r"(<tspan\b[^>]*)/>", r"\1>&#160;</tspan>", svg)
    svg = re.sub(r' (?:role|aria-[a-z]+|xmlns(?::\w+)?|version|class)="[^"]*"', "", svg)
    size = re.search(r'viewBox="0 0 ([\d.]+) ([\d.]+)"', svg)
    body = svg[svg.index(">") + 1 :]
    width, height = (size[1], size[2]) if size else (WIDTH, HEIGHT)
    style = f"max-width:{width}px;min-width:{min(900, int(float(width)))}px"
    return (
        f'<svg class="dv-chart" viewBox="0 0 {width} {height}" style="{style}" role="img" '
        f'aria-label="{escape(name)}" focusable="false">{body}'
    )


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
