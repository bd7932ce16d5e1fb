"""Colours and the look of every chart, and nothing about any one of them.

The colours are the Analysis Function's ("Data visualisation: colours in charts", Government Analysis Function, 2022):
its categorical palette, of which no more than four may stand in one chart, and its focus palette, dark blue before
grey. Colour never carries a meaning alone: shape, dash, place or a label says the same. A chart has a white ground of
its own, so that it reads the same on a dark page and on paper.
"""

from __future__ import annotations

from typing import Any

DARK_BLUE, TURQUOISE, DARK_PINK, ORANGE, DARK_GREY, LIGHT_PURPLE = (
    "#12436D",
    "#28A197",
    "#801650",
    "#F46A25",
    "#3D3D3D",
    "#A285D1",
)
CATEGORICAL = (DARK_BLUE, TURQUOISE, DARK_PINK, ORANGE)
FOCUS, BACKGROUND_SERIES = DARK_BLUE, "#BFBFBF"
MID_BLUE, LIGHT_BLUE = "#2073BC", "#6BACE6"
INK, GREY, GRID, BAND, GROUND = "#0b0c0c", "#505a5f", "#dcdee0", "#f3f2f1", "#ffffff"
# Tells series apart where colour cannot: drawn, dashed, dotted, dash and dot.
DASHES: tuple[tuple[int, ...], ...] = ((1, 0), (8, 4), (2, 3), (8, 3, 2, 3))
SHAPES = ("circle", "square", "triangle-up", "diamond")

FONT = "arial, sans-serif"
LINE = 17  # pixels from line to line of a label
SCHEMA = "https://vega.github.io/schema/vega-lite/v6.json"


def look(**more: Any) -> dict[str, Any]:
    """The `config` of a specification: horizontal sans-serif text of 14 pixels, light grey grid lines, no frame."""
    return {
        "aria": False,
        "background": GROUND,
        "font": FONT,
        "view": {"stroke": None},
        "axis": {
            "labelColor": INK,
            "titleColor": INK,
            "labelFontSize": 14,
            "titleFontSize": 14,
            "titleFontWeight": "normal",
            "gridColor": GRID,
            "labelLimit": 400,
            "labelLineHeight": LINE,
            "domain": False,
            "ticks": False,
            "labelPadding": 6,
        },
        "header": {
            "labelColor": INK,
            "labelFontSize": 14,
            "labelFontWeight": "bold",
            "labelLineHeight": LINE,
            "labelLimit": 0,
            "title": None,
        },
        "text": {"font": FONT, "fontSize": 14, "color": INK},
        **more,
    }
