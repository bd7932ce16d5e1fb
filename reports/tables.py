"""HTML tables that stand up: a caption, scopes, a row heading, and a labelled region that scrolls when it must.

Written here and not with the GOV.UK table component, because that one has no scrolling region, and a page holds
thousands of cells.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import repeat

from markupsafe import Markup, escape


@dataclass(frozen=True)
class Column:
    """A column of a table.

    Attributes:
        label: its heading.
        is_numeric: right-aligned, figures of one width.
        is_quoted: its words are quoted from data, for the claim linter.
        is_wide: takes the room that is left (sentences).
        width: a share of the table's width, where tables below each other should agree.
    """

    label: str
    is_numeric: bool = False
    is_quoted: bool = False
    is_wide: bool = False
    width: str = ""

    def _classes(self, kind: str) -> str:
        names = [f"govuk-table__{kind}"]
        if self.is_numeric:
            names.append(f"govuk-table__{kind}--numeric")
        if self.is_wide:
            names.append("dv-wide")
        return " ".join(names)


def table(
    caption: str, columns: Sequence[Column], rows: Iterable[Sequence[object]], *, is_caption_hidden: bool = False
) -> Markup:
    """A table.

    Args:
        caption: what the table holds; unique in its page, because the region is named by it.
        columns: the first is each row's heading.
        rows: cells as text (escaped) or Markup, one for each column.
        is_caption_hidden: where a heading says the same just above.
    """
    identity = "t-" + re.sub(r"[^a-z0-9]+", "-", caption.lower()).strip("-")[:80]
    # Plain strings from here, every text escaped by hand: Markup.format would take most of the time of a render.
    head = "".join(
        f'<th scope="col" class="{column._classes("header")}"{_style(column)}>{escape(column.label)}</th>'
        for column in columns
    )
    opening = [
        f'<th scope="row" class="{column._classes("header")} dv-row-heading"{_quoted(column)}>'
        if place == 0
        else f'<td class="{column._classes("cell")}"{_quoted(column)}>'
        for place, column in enumerate(columns)
    ]
    closing = ["</th>"] + ["</td>"] * (len(columns) - 1)
    body = "\n".join(
        '<tr class="govuk-table__row">'
        + "".join(f"{before}{_cell(cell)}{after}" for before, cell, after in zip(opening, row, closing, strict=True))
        + "</tr>"
        for row in rows
    )
    size = "govuk-visually-hidden" if is_caption_hidden else "govuk-table__caption govuk-table__caption--s"
    return Markup(
        f'<div class="dv-scroll" role="region" aria-labelledby="{identity}" tabindex="0">'
        f'<table class="govuk-table dv-table"><caption id="{identity}" class="{size}">{escape(caption)}</caption>'
        f'<thead class="govuk-table__head"><tr class="govuk-table__row">{head}</tr></thead>'
        f'<tbody class="govuk-table__body">{body}</tbody></table></div>'
    )


def dense(
    caption: str, identity: str, columns: Sequence[Column], rows: Iterable[Sequence[object]], marks: Sequence[str] = ()
) -> Markup:
    """A table without a class on every cell: for pages that hold thousands of rows, of which bytes count.

    Args:
        caption: read out, not shown: a heading says it just above.
        identity: of the caption, unique in its page.
        columns: the first is each row's heading.
        rows: cells as text (escaped) or Markup, one for each column.
        marks: the observation that each row shows, where it shows one.
    """
    head = "".join(f'<th scope="col"{_kind(column)}>{escape(column.label)}</th>' for column in columns)
    opening = [
        f'<th scope="row"{_quoted(column)}>' if place == 0 else f"<td{_kind(column)}{_quoted(column)}>"
        for place, column in enumerate(columns)
    ]
    closing = ["</th>"] + ["</td>"] * (len(columns) - 1)
    starts = (f'<tr data-observation="{escape(mark)}">' for mark in marks) if marks else repeat("<tr>")
    body = "\n".join(
        start
        + "".join(f"{before}{_cell(cell)}{after}" for before, cell, after in zip(opening, row, closing, strict=True))
        + "</tr>"
        for start, row in zip(starts, rows, strict=False)
    )
    return Markup(
        f'<div class="dv-scroll" role="region" aria-labelledby="{identity}" tabindex="0">'
        f'<table class="dv-dense"><caption id="{identity}" class="govuk-visually-hidden">{escape(caption)}</caption>'
        f"<thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>"
    )


def _cell(cell: object) -> str:
    # Only of plain text: a Markup equals the text of its tags, and must not be kept in its place.
    return _escaped(cell) if type(cell) is str else escape(cell)


@lru_cache(maxsize=1 << 14)
def _escaped(words: str) -> str:
    """Escaped once for each text: the cells of a site repeat periods, models and "none" by the hundred thousand."""
    return str(escape(words))


def _kind(column: Column) -> str:
    names = [name for name, holds in (("n", column.is_numeric), ("w", column.is_wide)) if holds]
    return f' class="{" ".join(names)}"' if names else ""


def _style(column: Column) -> str:
    return f' style="width:{escape(column.width)}"' if column.width else ""


def _quoted(column: Column) -> str:
    return " data-quoted" if column.is_quoted else ""


def tag(words: str, colour: str = "grey") -> Markup:
    """A status in words on a coloured ground; the words carry it."""
    return Markup(f'<strong class="govuk-tag govuk-tag--{escape(colour)} dv-tag">{escape(words)}</strong>')


def link(href: str, words: str) -> Markup:
    """A link inside the site."""
    return Markup(f'<a class="govuk-link" href="{escape(href)}">{escape(words)}</a>')


def breakable(words: str) -> Markup:
    """An id or a file name that may be cut at its underscores, where it would push a table off the page."""
    return Markup(str(escape(words)).replace("_", "_<wbr>"))


def lines(*parts: object) -> Markup:
    """Parts of one cell, each on a line of its own, the later ones smaller. Empty parts are left out."""
    first, *rest = [escape(part) for part in parts if part] or [Markup("")]
    seconds = "".join(f'<span class="dv-second">{part}</span>' for part in rest)
    return Markup(f"{first}{seconds}")
