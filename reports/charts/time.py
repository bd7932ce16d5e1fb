"""Time across a chart: where a day stands, and which periods are named below it.

Days are numbers (years with their part), not dates: a drawing program reads dates in the time zone of the machine.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from reports.charts.palette import GREY, INK


@dataclass(frozen=True)
class Break:
    """A day from which values are not comparable with those before.

    Attributes:
        when: the day.
        label: stands beside its dashed line.
        title: what changed, said below the chart.
    """

    when: date
    label: str
    title: str = ""


@dataclass(frozen=True)
class Band:
    """What was in force along a stretch of time: a structural model, or a programme. None is an open end."""

    start: date | None
    end: date | None
    label: str


@dataclass(frozen=True)
class Tick:
    """A period that is named below the chart; it stands at its last day."""

    when: date
    label: str


def place(day: date) -> float:
    """Where a day stands: 2023.5 is the middle of 2023."""
    first, following = date(day.year, 1, 1), date(day.year + 1, 1, 1)
    return round(day.year + (day - first).days / (following - first).days, 4)


def segment(day: date, breaks: Iterable[Break]) -> int:
    """The number of breaks before a day: values of different segments are never joined by a line."""
    return sum(one.when <= day for one in breaks)


def across(ticks: Sequence[Tick], domain: tuple[float, float], most: int = 8) -> dict[str, Any]:
    """The encoding of x: at most `most` periods are named, evenly, the latest always."""
    ordered = sorted({tick.when: tick.label for tick in ticks}.items(), reverse=True)
    step = -(-len(ordered) // most) or 1
    named = {f"{place(when):.4f}": label for when, label in ordered[::step]}
    return {
        "field": "x",
        "type": "quantitative",
        "scale": {"domain": list(domain), "nice": False, "zero": False},
        "axis": {
            "values": [float(where) for where in named],
            "labelExpr": f"{json.dumps(named)}[format(datum.value, '.4f')]",
            "title": None,
            "grid": False,
            "ticks": True,
            "tickColor": GREY,
            "domain": True,
            "domainColor": GREY,
            "labelOverlap": "greedy",
            "labelFlush": False,
        },
    }


def reach(days: Iterable[date]) -> tuple[float, float]:
    """First and last place, with a little room on both sides."""
    places = [place(day) for day in days]
    room = max(0.1, 0.03 * (max(places) - min(places)))
    return round(min(places) - room, 4), round(max(places) + room, 4)


def break_lines(breaks: Iterable[Break], domain: tuple[float, float], height: int) -> list[dict[str, Any]]:
    """A dashed line with its label for each break inside the domain."""
    shown = [{"x": place(one.when), "label": one.label} for one in breaks if domain[0] < place(one.when) < domain[1]]
    if not shown:
        return []
    x = {"field": "x", "type": "quantitative"}
    return [
        {
            "data": {"values": shown},
            "mark": {"type": "rule", "strokeDash": [6, 4], "strokeWidth": 2, "color": INK},
            "encoding": {"x": x, "y": {"value": 0}, "y2": {"value": height}},
        },
        {
            "data": {"values": shown},
            "mark": {"type": "text", "align": "left", "dx": 5, "dy": 8, "baseline": "top", "color": INK},
            "encoding": {"x": x, "y": {"value": 0}, "text": {"field": "label"}},
        },
    ]


def bands(
    rows: Sequence[Sequence[Band]], domain: tuple[float, float], width: int, row_height: int = 24
) -> list[dict[str, Any]]:
    """Rows of labelled bands above the plot: the first row nearest to it, each band with an edge and its words."""
    layers: list[dict[str, Any]] = []
    left, right = domain
    per_pixel = (right - left) / width
    for number, row in enumerate(rows):
        shown = []
        for band in row:
            start = max(left, place(band.start)) if band.start else left
            end = min(right, place(band.end)) if band.end else right
            if end <= start:
                continue
            room = int((end - start) / per_pixel / 7.5)
            label = (
                band.label if len(band.label) <= room else (band.label[: room - 1].rstrip() + "…" if room > 6 else "")
            )
            shown.append({"x": start, "x2": end, "middle": round((start + end) / 2, 4), "label": label})
        if not shown:
            continue
        top = -(number + 1) * (row_height + 4)
        ends = {"x": {"field": "x", "type": "quantitative"}, "x2": {"field": "x2"}}
        high = {"y": {"value": top}, "y2": {"value": top + row_height}}
        fill, dash = ("#e5e6e7", [1, 0]) if number == 0 else ("#ffffff", [3, 2])
        layers += [
            {
                "data": {"values": shown},
                "mark": {"type": "rect", "fill": fill, "stroke": GREY, "strokeDash": dash, "strokeWidth": 1},
                "encoding": {**ends, **high},
            },
            {
                "data": {"values": shown},
                "mark": {"type": "text", "fontSize": 13, "color": INK},
                "encoding": {
                    "x": {"field": "middle", "type": "quantitative"},
                    "y": {"value": top + row_height / 2},
                    "text": {"field": "label"},
                },
            },
        ]
    return layers
