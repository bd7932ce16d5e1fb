"""A line as small as a word: the course of one indicator for one area, with its text equivalent. Plain SVG, no axis.

It shows whether values stood still or moved, and where one is missing; for reading a value there is the page that it
links to. The line breaks where a period has no value: a gap is never drawn over.
"""

from __future__ import annotations

from collections.abc import Sequence

from markupsafe import Markup, escape

WIDTH, HEIGHT, EDGE = 96, 24, 3


def draw(values: Sequence[float | None], words: str) -> Markup:
    """The picture.

    Args:
        values: in the order of time, None where there is none.
        words: what is said in place of the picture.
    """
    known = [value for value in values if value is not None]
    if not known:
        return Markup("")
    low, high = min(known), max(known)
    step = (WIDTH - 2 * EDGE) / max(1, len(values) - 1)
    places = [
        None if value is None else (EDGE + step * at, _height(value, low, high)) for at, value in enumerate(values)
    ]
    runs: list[list[tuple[float, float]]] = [[]]
    for place in places:
        if place is None:
            runs.append([])
        else:
            runs[-1].append(place)
    lines = "".join(
        f'<polyline points="{" ".join(f"{x:.1f},{y:.1f}" for x, y in run)}"/>' for run in runs if len(run) > 1
    )
    alone = "".join(f'<circle cx="{run[0][0]:.1f}" cy="{run[0][1]:.1f}" r="1.5"/>' for run in runs if len(run) == 1)
    last = next(place for place in reversed(places) if place)
    return Markup(
        f'<svg class="dv-spark" viewBox="0 0 {WIDTH} {HEIGHT}" width="{WIDTH}" height="{HEIGHT}" role="img" '
        f'aria-label="{escape(words)}" focusable="false">{lines}{alone}'
        f'<circle class="dv-spark-last" cx="{last[0]:.1f}" cy="{last[1]:.1f}" r="2.5"/></svg>'
    )


def _height(value: float, low: float, high: float) -> float:
    if low == high:
        return HEIGHT / 2
    return HEIGHT - EDGE - (HEIGHT - 2 * EDGE) * (value - low) / (high - low)
