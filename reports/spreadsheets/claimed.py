"""The words of a workbook before the claim linter: every string of ours in it. Words quoted from data stand."""

from __future__ import annotations

from collections.abc import Iterator
from html import escape

from reports.claims import Claim, Linter
from reports.spreadsheets.book import Book


def find(linter: Linter, where: str, book: Book) -> list[Claim]:
    """Every claim in the words of a workbook.

    Args:
        linter: of the site.
        where: the workbook's path, for the message.
        book: what is written.
    """
    # A workbook may speak of models beside any figure: a declared polarity lifts no rule in it.
    return linter.find(where, "".join(f"<p>{said}</p>" for said in dict.fromkeys(_said(book))), about_models=True)


def _said(book: Book) -> Iterator[str]:
    """Each string as HTML, the part of it that is from data marked."""
    for sheet in book.worksheets:
        yield _marked(sheet.title, sheet.quoted)
        for line in sheet.lines:
            yield _marked(line.text, line.quoted)
        ours = [place for place, column in enumerate(sheet.columns) if not column.is_quoted]
        for column in sheet.columns:
            yield escape(column.label)
        for row in sheet.rows:
            for place in ours:
                cell = row[place]
                if isinstance(cell, str):
                    yield escape(cell)


def _marked(text: str, quoted: str) -> str:
    words = escape(text)
    return words.replace(escape(quoted), f"<span data-quoted>{escape(quoted)}</span>") if quoted else words
