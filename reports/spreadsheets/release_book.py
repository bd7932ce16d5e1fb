"""The workbook of a release: what every service's latest figures are, and how models, gaps and deliveries stand."""

from __future__ import annotations

from reports import areas, definitions, evidence, gaps, registers
from reports.language import _
from reports.numbers import several
from reports.release import Release, Row
from reports.spreadsheets import comparison_sheets, cover, fact_sheets, values_sheet
from reports.spreadsheets.book import NOT_AVAILABLE, Book, Column, Line, Sheet
from reports.spreadsheets.fields import day
from reports.spreadsheets.values_sheet import count


def book(release: Release) -> Book:
    """The workbook of a release."""
    register = registers.load(release)
    known = definitions.load(release)
    names = {code: area.name for code, area in areas.load(release).items()}
    # Area by area, by name: the order in which a reader looks for one.
    values: list[Row] = []
    for _code, rows in sorted(evidence.values(release), key=lambda one: (names.get(one[0], one[0]).casefold(), one[0])):
        values += values_sheet.latest(rows)
    latest = values_sheet.sheet(
        "Latest",
        _("The latest values of every service and area"),
        values,
        known,
        register,
        names,
        (Line(_("Of each indicator, dataset and area, the latest period that this release holds.")),),
        with_place=False,
    )
    sheets = (
        fact_sheets.definitions(known.values()),
        _services(release),
        fact_sheets.structures(register.structures, register, _("How services were, are and may be organised")),
        *comparison_sheets.of_release(release),
        latest,
        _gaps(release),
        fact_sheets.deliveries(release),
    )
    about = (
        Line(_("The latest figures of every service and area, how services are organised, and what is not known.")),
        Line(
            _("It holds {values}. Each service has a workbook of its own.").format(values=several(len(values), "value"))
        ),
    )
    title = _("Youth outcome indicators and the structure of services, release {release}")
    return cover.book(release, title.format(release=release.release_id), about, sheets)


def _services(release: Release) -> Sheet:
    rows = release.rows("select * from services order by service_name, service_id")
    columns = (
        Column(_("Service"), is_quoted=True),
        Column(_("Service id"), is_quoted=True),
        Column(_("Nation"), is_quoted=True),
        Column(_("Class of authority"), is_quoted=True),
        Column(_("First day known")),
        Column(_("Last day")),
    )
    cells = [
        (
            row["service_name"] or row["service_id"],
            row["service_id"],
            row["nation"] or NOT_AVAILABLE,
            str(row["authority_class"] or NOT_AVAILABLE).replace("_", " "),
            day(row["valid_from"]),
            day(row["valid_to"], _("still there")),
        )
        for row in rows
    ]
    return Sheet("Services", _("Youth justice services, and the days they existed"), (), columns, cells)


def _gaps(release: Release) -> Sheet:
    columns = (
        Column(_("Why")),
        Column(_("Kind of gap")),
        Column(_("Stops attribution")),
        Column(_("Open gaps")),
        Column(_("Values")),
        Column(_("Opened in this release")),
        Column(_("Closing it would change an answer")),
        Column(_("Who can close it")),
        Column(_("What would close it")),
        Column(_("An example of the evidence"), is_quoted=True),
    )
    cells = [
        (
            row["title"] or row["kind"],
            row["kind"],
            _("yes") if row["is_blocking"] else _("no"),
            count(row["gaps"], NOT_AVAILABLE),
            count(row["observations"], NOT_AVAILABLE),
            count(row["newly_opened"], NOT_AVAILABLE),
            count(row["would_change_answer"], NOT_AVAILABLE),
            row["owner"] or NOT_AVAILABLE,
            row["resolved_by"] or NOT_AVAILABLE,
            row["example"] or NOT_AVAILABLE,
        )
        for row in gaps.kinds(release)
    ]
    line = Line(_("Every gap, one by one, is in data/attribution_gaps beside the pages of the report."))
    return Sheet("Gaps", _("What cannot be said and why, by kind of gap"), (line,) if cells else (), columns, cells)
