"""A timeline of structural models: a bar for each interval, in a row for each typology or service, with its tenure.

In force is a filled bar, interim hatched by its outline, planned an open dashed one: the tenure is never told by colour
alone, and the model's name stands on or beside its bar.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from reports.charts.palette import DARK_BLUE, GREY, INK, LINE, SCHEMA, look

WIDTH, ROW = 900, 44
_LETTER = 7.5  # pixels of a letter, about


@dataclass(frozen=True)
class Bar:
    """An interval.

    Attributes:
        row: which row it stands in.
        label: the model.
        begins: first day; that of the axis where none is known.
        ends: last day; None while it lasts.
        is_open: drawn as an outline: interim or planned.
        dash: drawn with a dashed outline: planned, not in force.
    """

    row: str
    label: str
    begins: date
    ends: date | None
    is_open: bool = False
    dash: bool = False


def spec(bars: list[Bar], until: date) -> dict[str, Any]:
    """The Vega-Lite specification.

    Args:
        bars: in the order of their rows.
        until: where a bar that lasts ends, and the axis with it.
    """
    rows = list(dict.fromkeys(bar.row for bar in bars))
    first = min(bar.begins for bar in bars)
    values = [
        {
            "row": bar.row,
            "label": _label(bar, bars, first, until),
            "is_late": _is_late(bar, first, until),
            "begins": bar.begins.isoformat(),
            "ends": min(bar.ends or until, until).isoformat(),
            "look": "planned" if bar.dash else "interim" if bar.is_open else "in force",
        }
        for bar in bars
    ]
    when = {
        "type": "temporal",
        "scale": {"type": "utc"},
        "axis": {"format": "%Y", "title": None, "tickCount": "year", "labelOverlap": True},
    }
    place = {"field": "row", "type": "nominal", "sort": rows, "title": None, "axis": {"labelLineHeight": LINE}}
    return {
        "$schema": SCHEMA,
        "width": WIDTH,
        "height": ROW * len(rows),
        "data": {"values": values},
        "layer": [
            {
                "mark": {"type": "bar", "height": 14, "yOffset": 9, "strokeWidth": 2},
                "encoding": {
                    "x": {"field": "begins", **when},
                    "x2": {"field": "ends"},
                    "y": place,
                    "fill": {
                        "field": "look",
                        "type": "nominal",
                        "legend": None,
                        "scale": {
                            "domain": ["in force", "interim", "planned"],
                            "range": [DARK_BLUE, "#ffffff", "#ffffff"],
                        },
                    },
                    "stroke": {"value": DARK_BLUE},
                    "strokeDash": {
                        "field": "look",
                        "type": "nominal",
                        "legend": None,
                        "scale": {"domain": ["in force", "interim", "planned"], "range": [[1, 0], [1, 0], [4, 3]]},
                    },
                },
            },
            *(
                {
                    "transform": [{"filter": f"datum.is_late === {str(is_late).lower()}"}],
                    "mark": {"type": "text", "align": align, "yOffset": -8, "color": INK},
                    "encoding": {"x": {"field": end, **when}, "y": place, "text": {"field": "label"}},
                }
                for is_late, align, end in ((False, "left", "begins"), (True, "right", "ends"))
            ),
        ],
        "config": look(rule={"color": GREY}),
    }


def _is_late(bar: Bar, first: date, until: date) -> bool:
    """Whether its label would run over the right edge: it then ends where its bar ends."""
    return (bar.begins - first).days > 0.6 * (until - first).days


def _label(bar: Bar, bars: list[Bar], first: date, until: date) -> str:
    """The label, cut where that of the next bar in its row begins."""
    following = [other.begins for other in bars if other.row == bar.row and other.begins > bar.begins]
    if not following or _is_late(bar, first, until):
        return bar.label
    pixels = WIDTH * (min(following) - bar.begins).days / max(1, (until - first).days)
    most = max(3, int(pixels / _LETTER))
    return bar.label if len(bar.label) <= most else bar.label[: most - 1].rstrip() + "…"
