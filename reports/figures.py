"""A chart as it stands on a page: a title that says the finding, a subtitle that says the statistic, and the rest.

The rest is what those need who do not see it: its key in words and shapes, the same in words, the table of what it
draws. Nothing here draws; kinds of chart are in reports.charts.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from markupsafe import Markup

from reports.charts.drawing import Drawing
from reports.charts.palette import BAND, CATEGORICAL, DARK_PINK, FOCUS, GREY, INK

_SYMBOLS = {
    "dot": f'<circle cx="14" cy="8" r="5" fill="{FOCUS}"/>',
    "grey-dot": f'<circle cx="14" cy="8" r="4" fill="{GREY}"/>',
    "open-dot": f'<rect width="28" height="16" fill="{BAND}"/>'
    f'<circle cx="14" cy="8" r="4.5" fill="#fff" stroke="{GREY}" stroke-width="1.2"/>',
    "square": f'<rect x="9" y="3" width="10" height="10" fill="{FOCUS}"/>',
    "triangle": f'<path d="M14 2l7 12h-14z" fill="{FOCUS}"/>',
    "diamond": f'<path d="M14 1l7 7-7 7-7-7z" fill="none" stroke="{DARK_PINK}" stroke-width="2.5"/>',
    "open-square": f'<rect x="6" y="1" width="14" height="14" fill="none" stroke="{INK}" stroke-width="2.5"/>',
    "bar": f'<path d="M0 8h28" stroke="{INK}" stroke-width="4"/>',
    "line": f'<path d="M0 8h28" stroke="{FOCUS}" stroke-width="3.5"/>',
    "target": f'<path d="M0 8h28" stroke="{INK}" stroke-width="1.5"/>',
    "level": f'<path d="M0 8h28" stroke="{GREY}" stroke-width="1.5"/>',
    "limit": f'<path d="M0 8h28" stroke="{GREY}" stroke-width="1.5" stroke-dasharray="8 4"/>',
    "thin": f'<path d="M0 8h28" stroke="{GREY}" stroke-width="0.9"/>',
    "band": f'<rect y="1" width="28" height="14" fill="{CATEGORICAL[0]}" fill-opacity="0.18"/>',
    "break": f'<path d="M14 0v16" stroke="{INK}" stroke-width="2" stroke-dasharray="6 4"/>',
    "thin-blue": f'<path d="M0 8h28" stroke="{FOCUS}" stroke-width="1.2"/>',
    "thick-blue": f'<path d="M0 8h28" stroke="{FOCUS}" stroke-width="2.6"/>',
    "dotted": f'<path d="M0 4h28" stroke="{GREY}" stroke-width="1.2" stroke-dasharray="2 3"/>'
    f'<path d="M0 11h28" stroke="{GREY}" stroke-width="2.4" stroke-dasharray="2 3"/>',
    "structure": f'<rect x="0.5" y="1.5" width="27" height="13" fill="#e5e6e7" stroke="{GREY}"/>',
    "programme": f'<rect x="0.5" y="1.5" width="27" height="13" fill="#fff" stroke="{GREY}" stroke-dasharray="3 2"/>',
}  # fmt: skip


@dataclass(frozen=True)
class Key:
    """A mark of the chart and what it stands for."""

    mark: str
    meaning: str

    @property
    def symbol(self) -> Markup:
        """The mark, silent for a screen reader."""
        return Markup(
            f'<svg class="dv-symbol" viewBox="0 0 28 16" width="28" height="16" aria-hidden="true" focusable="false">'
            f"{_SYMBOLS[self.mark]}</svg>"
        )


@dataclass(frozen=True)
class Figure:
    """A chart on a page.

    Attributes:
        identity: unique in its page.
        title: says the finding; bound to a claim level by whoever made it.
        subtitle: says the statistic, the places, the period and the data.
        drawing: the picture; its name is `words`.
        words: kind of chart and its main message, for who does not see it.
        table: what it draws; None where the table stands on the page already, which `table_note` then says.
        keys: its marks.
        note: what must be known to read it.
    """

    identity: str
    title: str
    subtitle: object
    drawing: Drawing
    words: str
    table: Markup | None = None
    table_note: object = ""
    keys: Sequence[Key] = field(default_factory=tuple)
    note: object = ""
