"""Sheets that a service's workbook and that of the release both have: definitions, structures, gaps, deliveries."""

from __future__ import annotations

from collections.abc import Iterable

from reports.definitions import Definition
from reports.language import _
from reports.numbers import several
from reports.periods import exposure
from reports.registers import Register
from reports.release import Release, Row
from reports.spreadsheets.book import NOT_APPLICABLE, NOT_AVAILABLE, Cell, Column, Line, Number, Sheet
from reports.spreadsheets.fields import day
from reports.vocabulary import label, vocabulary_label


def definitions(found: Iterable[Definition]) -> Sheet:
    """What each indicator counts, version by version."""
    columns = (
        Column(_("Indicator"), is_quoted=True),
        Column(_("Definition version"), is_quoted=True),
        Column(_("Programme and number"), is_quoted=True),
        Column(_("What is counted"), is_quoted=True),
        Column(_("Counted by")),
        Column(_("Numerator"), is_quoted=True),
        Column(_("Denominator"), is_quoted=True),
        Column(_("Unit"), is_quoted=True),
        Column(_("Decimal places shown")),
        Column(_("Direction")),
        Column(_("Period type")),
        Column(_("Exposure window")),
        Column(_("Breaks in the series"), is_quoted=True),
        Column(_("Source of the definition"), is_quoted=True),
        Column(_("Indicator id"), is_quoted=True),
    )
    return Sheet("Definitions", _("What each indicator counts"), (), columns, [_definition(one) for one in found])


def _definition(one: Definition) -> tuple[Cell, ...]:
    return (
        one.title,
        one.definition_version,
        one.number or NOT_APPLICABLE,
        one.counts or NOT_AVAILABLE,
        label("counted_by", one.counted_by),
        one.numerator_counts or NOT_APPLICABLE,
        one.denominator_counts or NOT_APPLICABLE,
        one.unit_label or NOT_APPLICABLE,
        Number(one.decimals, 0),
        label("polarity", one.polarity),
        vocabulary_label("period_types", one.period_type),
        exposure(one.window_months_before, one.window_months_after),
        "; ".join(one.facts.get("breaks") or ()) or _("none recorded"),
        one.citation or NOT_AVAILABLE,
        one.indicator_id,
    )


def structures(rows: Iterable[Row], register: Register, title: str, quoted: str = "") -> Sheet:
    """How services were organised, with the evidence; the rows as reports.registers gives them."""
    columns = (
        Column(_("Service"), is_quoted=True),
        Column(_("Typology"), is_quoted=True),
        Column(_("Structural model"), is_quoted=True),
        Column(_("Standing")),
        Column(_("From")),
        Column(_("How exact the first day is")),
        Column(_("Until")),
        Column(_("Sources disagree")),
        Column(_("Evidence"), is_quoted=True),
        Column(_("Evidence dated")),
    )
    cells = [
        (
            row["service_name"] or row["service_id"],
            register.short_title(row["typology_id"]),
            row["model_label"] or NOT_AVAILABLE,
            str(row["tenure"]).replace("_", " "),
            day(row["valid_from"]),
            str(row.get("from_precision") or NOT_AVAILABLE),
            row["valid_to"] or _("no end recorded"),
            _("yes") if row.get("is_contested") else _("no"),
            row.get("evidence") or NOT_AVAILABLE,
            day(row.get("evidence_date")),
        )
        for row in rows
    ]
    line = Line(_("Who says how a service is organised, and for which days. A plan is shown and never used."))
    return Sheet("Structures", title, (line,), columns, cells, quoted=quoted)


def gaps(rows: Iterable[Row], titles: dict[tuple[str, str], str], title: str, quoted: str) -> Sheet:
    """What cannot be said and why, by kind; the rows as reports.evidence gives them."""
    columns = (
        Column(_("Indicator"), is_quoted=True),
        Column(_("Definition version"), is_quoted=True),
        Column(_("Why")),
        Column(_("Kind of gap")),
        Column(_("Stops attribution")),
        Column(_("Gaps")),
        Column(_("Values")),
        Column(_("An example of the evidence"), is_quoted=True),
        Column(_("Where the evidence stands"), is_quoted=True),
        Column(_("Who can close it")),
        Column(_("What would close it")),
    )
    cells = [
        (
            titles.get((row["indicator_id"], row["definition_version"])) or _("no one indicator"),
            row["definition_version"] or NOT_APPLICABLE,
            row["kind_title"] or row["kind"],
            row["kind"],
            _("yes") if row["is_blocking"] else _("no"),
            Number(row["gaps"], 0),
            Number(row["observations"], 0),
            row["example"] or NOT_AVAILABLE,
            row["locator"] or NOT_AVAILABLE,
            row["owner"] or NOT_AVAILABLE,
            row["resolved_by"] or NOT_AVAILABLE,
        )
        for row in rows
    ]
    line = Line(_("Every gap, one by one, is in data/attribution_gaps beside the pages of the report."))
    return Sheet("Gaps", title, (line,), columns, cells, quoted=quoted)


def deliveries(release: Release, wanted: set[str] | None = None) -> Sheet:
    """The files that the figures were read from; those of these ids, or all when None."""
    licences = release.has("datasets")
    joined = "left join datasets on datasets.source_id = deliveries.source_id" if licences else ""
    about = "datasets.title, datasets.licence" if licences else "deliveries.source_id as title, null as licence"
    rows = release.rows(f"select deliveries.*, {about} from deliveries {joined} order by deliveries.delivery_id")
    columns = (
        Column(_("Delivery"), is_quoted=True),
        Column(_("File"), is_quoted=True),
        Column(_("Dataset"), is_quoted=True),
        Column(_("Licence"), is_quoted=True),
        Column(_("Published")),
        Column(_("Received")),
        Column(_("Verdict")),
        Column(_("Cells read")),
        Column(_("Cells taken in")),
        Column(_("SHA-256 of the file"), is_quoted=True),
    )
    cells = [
        (
            row["delivery_id"],
            row["file_name"],
            row["title"] or row["source_id"] or NOT_AVAILABLE,
            row["licence"] or NOT_AVAILABLE,
            day(row["published_at"]),
            day(row["recorded_at"]),
            label("verdict", row["verdict"]) or NOT_AVAILABLE,
            _whole(row["cells_in"]),
            _whole(row["cells_landed"]),
            row["sha256"] or NOT_AVAILABLE,
        )
        for row in rows
        if wanted is None or row["delivery_id"] in wanted
    ]
    title = _("The files that the figures were read from: {files}").format(
        files=several(len(cells), "delivery", "deliveries")
    )
    return Sheet("Deliveries", title, (), columns, cells)


def _whole(value: int | None) -> Cell:
    return NOT_AVAILABLE if value is None else Number(value, 0)
