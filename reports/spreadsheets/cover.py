"""What the cover of a workbook says, and its notes: words that a service's workbook and that of the release share."""

from __future__ import annotations

from datetime import datetime

from reports.language import _
from reports.periods import day
from reports.release import Release
from reports.spreadsheets import area_sheets, comparison_sheets, values_sheet
from reports.spreadsheets.book import Book, Line, Sheet

_NO_TIME = datetime(2000, 1, 1)


def book(release: Release, title: str, about: tuple[Line, ...], sheets: tuple[Sheet, ...], quoted: str = "") -> Book:
    """A workbook of a release: its sheets behind the cover that all of them have.

    Args:
        release: open.
        title: of the cover and the file.
        about: the first lines, of this workbook alone.
        sheets: its tables.
        quoted: the part of the title that is from data.
    """
    built = release.built_at.replace(tzinfo=None) if release.built_at else _NO_TIME
    on = _(", built on {day}").format(day=day(release.built_at)) if release.built_at else ""
    made = Line(_("Release {release}{on}, made by Dovetail.").format(release=release.release_id, on=on))
    return Book(
        title=title,
        about=(
            (_("About this workbook"), (*about, made)),
            (_("How to read it"), _how()),
            (_("Where more is"), _where()),
        ),
        sheets=sheets,
        notes=values_sheet.notes() | comparison_sheets.notes() | area_sheets.notes(),
        quoted=quoted,
        is_fictional=release.is_fictional,
        created=built,
    )


def _how() -> tuple[Line, ...]:
    return (
        Line(_("Each worksheet holds one table, and above it, in column A, what a reader must know to read it.")),
        Line(_("No cell of a table is blank: a shorthand in square brackets, explained above it, or words say why.")),
        Line(_("No meaning is in a colour. Numbers are numbers and dates are dates, so that they can be worked with.")),
        Line(_("This describes; it does not judge what worked.")),
    )


def _where() -> tuple[Line, ...]:
    return (
        Line(
            _("Breakdowns by age, sex, ethnicity and others: data/ beside the pages, one CSV file for each indicator.")
        ),
        Line(_("Every vintage of every number: the database of the release, dovetail.duckdb.")),
        Line(_("The licence of each dataset is on the worksheet Deliveries.")),
    )
