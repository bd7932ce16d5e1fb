"""Values over time: a line with its interval, dashed lines at breaks, and above it what was in force when.

Lines differ by dash and shape as well as colour, and each is named at its end. Values on two sides of a break are not
joined, nor across a period without a value.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from reports.charts import time
from reports.charts.palette import CATEGORICAL, DASHES, GREY, INK, SCHEMA, SHAPES, look

WIDTH, HEIGHT = 860, 320


@dataclass(frozen=True)
class Point:
    """A value of one period.

    Attributes:
        start, end: first and last day of the period; it stands at its last day.
        label: the period on the axis.
        value: None where none is published; the line stops there.
        lower, upper: the interval; None where there is none.
        shown_value: the value in words, for a mouse.
        group: values of different groups (definition versions) are not joined.
    """

    start: date
    end: date
    label: str
    value: float | None
    lower: float | None
    upper: float | None
    shown_value: str
    group: str = ""


@dataclass(frozen=True)
class Line:
    """One place, or one summary of places."""

    label: str
    points: tuple[Point, ...]


@dataclass(frozen=True)
class Level:
    """A level drawn across the whole chart, such as a control limit; `dash` tells it from others."""

    label: str
    value: float
    is_limit: bool = False


def spec(
    lines: Sequence[Line],
    axis_title: str,
    *,
    breaks: Sequence[time.Break] = (),
    structures: Sequence[time.Band] = (),
    programmes: Sequence[time.Band] = (),
    levels: Sequence[Level] = (),
    signals: Sequence[date] = (),
) -> dict[str, Any]:
    """The Vega-Lite specification.

    Args:
        lines: at most four.
        axis_title: the unit of the values.
        breaks: where a series may not be read across.
        structures: models in force, a row above the plot.
        programmes: programmes in force, a second row above it, with a broken edge.
        levels: centre and limits of a control chart.
        signals: last days of periods that carry a signal: drawn as larger open squares around their points.
    """
    domain = time.reach(point.end for line in lines for point in line.points)
    x = time.across([time.Tick(point.end, point.label) for line in lines for point in line.points], domain)
    drawn = [_rows(line, index, breaks) for index, line in enumerate(lines)]
    values = [row[name] for rows in drawn for row in rows for name in ("y", "low", "high") if row[name] is not None]
    values += [level.value for level in levels]
    low, high = min(values, default=0.0), max(values, default=1.0)
    y = {
        "field": "y",
        "type": "quantitative",
        "scale": {"zero": low >= 0 and low < 0.5 * high, "nice": True},
        "axis": {"title": axis_title, "tickCount": 6, "titlePadding": 14},
    }
    layers: list[dict[str, Any]] = []
    for index, rows in enumerate(drawn):
        with_interval = [row for row in rows if row["low"] is not None and row["high"] is not None]
        if with_interval:
            layers.append(
                {
                    "data": {"values": with_interval},
                    "mark": {"type": "area", "color": CATEGORICAL[index], "opacity": 0.18},
                    "encoding": {
                        "x": x,
                        "y": {**y, "field": "low"},
                        "y2": {"field": "high"},
                        "detail": {"field": "segment"},
                    },
                }
            )
    for level in levels:
        layers += _level(level, domain, y)
    for index, (line, rows) in enumerate(zip(lines, drawn, strict=True)):
        layers += _line(line, [row for row in rows if row["y"] is not None], index, x, y)
    marked = [row for rows in drawn for row in rows if row["end"] in {str(day) for day in signals}]
    if marked:
        layers.append(
            {
                "data": {"values": [row for row in marked if row["y"] is not None]},
                "mark": {"type": "point", "shape": "square", "size": 260, "strokeWidth": 2.5, "color": INK},
                "encoding": {"x": x, "y": y},
            }
        )
    layers += time.break_lines(breaks, domain, HEIGHT)
    layers += time.bands([structures, programmes] if programmes else [structures], domain, WIDTH)
    return {
        "$schema": SCHEMA,
        "width": WIDTH,
        "height": HEIGHT,
        "padding": 4,
        "layer": layers,
        "config": look(),
    }


def _rows(line: Line, index: int, breaks: Sequence[time.Break]) -> list[dict[str, Any]]:
    """A row for each point; a new segment begins at a break, at a new group and after a period without a value."""
    rows, holes = [], 0
    for point in sorted(line.points, key=lambda point: (point.group, point.end)):
        holes += point.value is None
        rows.append(
            {
                "x": time.place(point.end),
                "end": str(point.end),
                "y": point.value,
                "low": point.lower,
                "high": point.upper,
                "segment": f"{index} {point.group} {time.segment(point.end, breaks)} {holes}",
                "name": f"{line.label}, {point.label}: {point.shown_value}",
            }
        )
    return rows


def _line(line: Line, rows: list[dict], index: int, x: dict, y: dict) -> list[dict[str, Any]]:
    if not rows:
        return []
    colour = CATEGORICAL[index]
    last = max(rows, key=lambda row: row["x"])
    # The name at the end would stand on the names of levels; a control chart is of one place, which its title names.
    return [
        {
            "data": {"values": rows},
            "mark": {"type": "line", "color": colour, "strokeWidth": 2.5, "strokeDash": list(DASHES[index])},
            "encoding": {"x": x, "y": y, "detail": {"field": "segment"}},
        },
        {
            "data": {"values": rows},
            "mark": {
                "type": "point", "filled": True, "size": 60, "opacity": 1, "color": colour, "shape": SHAPES[index],
                "aria": True,
            },
            "encoding": {"x": x, "y": y, "description": {"field": "name"}},
        },
        {
            "data": {"values": [{"x": last["x"], "y": last["y"], "label": line.label}]},
            "mark": {"type": "text", "align": "left", "dx": 10, "color": colour, "fontWeight": "bold"},
            "encoding": {"x": x, "y": y, "text": {"field": "label"}},
        },
    ]  # fmt: skip


def _level(level: Level, domain: tuple[float, float], y: dict) -> list[dict[str, Any]]:
    dash = [8, 4] if level.is_limit else [1, 0]
    return [
        {
            "data": {"values": [{"y": level.value}]},
            "mark": {"type": "rule", "strokeDash": dash, "strokeWidth": 1.5, "color": GREY},
            "encoding": {"y": y},
        },
        {
            "data": {"values": [{"x": domain[1], "y": level.value, "label": level.label}]},
            "mark": {"type": "text", "align": "left", "dx": 6, "color": GREY},
            "encoding": {
                "x": {"field": "x", "type": "quantitative"},
                "y": y,
                "text": {"field": "label"},
            },
        },
    ]
