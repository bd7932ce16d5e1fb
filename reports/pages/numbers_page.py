"""The numbers of one service or area, explained: every period of every indicator, with what stands behind each value.

A page for each area with a value; a panel for each indicator version, which every number printed elsewhere links to.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby

from markupsafe import Markup, escape

from reports import evidence, registers
from reports.areas import Area
from reports.contents import Contents
from reports.definitions import Definition
from reports.language import _
from reports.numbers import count, digits, several
from reports.page import Page, indicator_path, numbers_path, panel, service_path
from reports.periods import day, span
from reports.registers import Register
from reports.release import Row
from reports.tables import Column, breakable, dense, lines, link, table
from reports.vocabulary import label, markers_in, vocabulary_label


@dataclass(frozen=True)
class Panel:
    """One indicator version of one area as its page shows it."""

    anchor: str
    title: str
    counts: str
    definition_link: Markup
    table: Markup
    markers: list[tuple[str, str]]
    gaps: list[tuple[str, str, str]]
    notes: list[str]


def pages(contents: Contents) -> Iterator[Page]:
    """The page of each area that has a value."""
    deliveries = {row["delivery_id"]: row for row in contents.release.rows("select * from deliveries")}
    for code, rows in evidence.values(contents.release):
        if area := contents.areas.get(code):
            yield _page(contents, area, rows, contents.gaps_of_area.get(code, {}), deliveries)


def _page(
    contents: Contents,
    area: Area,
    rows: list[Row],
    gaps: evidence.GapsOfArea,
    deliveries: dict[str, Row],
) -> Page:
    by_line = {
        key: list(line)
        for key, line in groupby(rows, lambda row: (row["indicator_id"], row["definition_version"]))
        if key in contents.definitions
    }
    panels = [
        _panel(contents, area, contents.definitions[key], by_line[key], gaps.get(key, []))
        for key in contents.definitions
        if key in by_line
    ]
    cited = sorted({row["delivery_id"] for row in rows if row["delivery_id"]} & set(deliveries))
    return Page(
        path=numbers_path(area.area_code),
        template="numbers.html",
        title=_("%(name)s: every number explained") % {"name": area.name},
        section="services",
        balance=contents.balances.of(),
        # The page of a service is found by its name, and leads here.
        kind="" if area.has_page else _("Numbers of an area"),
        context={
            "area": area,
            "kind_of_area": vocabulary_label("area_types", area.area_type),
            "service": link("../" + service_path(area.area_code), area.name) if area.has_page else "",
            "sentence": _sentence(rows, panels),
            "panels": panels,
            "structure": _structure_table(area, contents.register),
            "deliveries": _deliveries_table([deliveries[one] for one in cited], contents),
            "checks": _checks(contents),
        },
    )


def _sentence(rows: list[Row], panels: list[Panel]) -> str:
    with_value = sum(row["value"] is not None for row in rows)
    return _(
        "%(values)s of %(indicators)s. Each has the delivery it came in, its sheet, row and column there, how it was "
        "attributed, and its open gaps."
    ) % {
        "values": several(with_value, _("current value"), _("current values")),
        "indicators": several(len(panels), _("indicator"), _("indicators")),
    }


def _panel(contents: Contents, area: Area, definition: Definition, rows: list[Row], gaps: list[Row]) -> Panel:
    anchor = panel(*definition.key)
    has_counts = any(row["numerator"] is not None for row in rows) and definition.has_counts
    has_intervals = any(row["lower_95"] is not None for row in rows)
    has_several = len({row["source_id"] for row in rows}) > 1
    decimals = digits((row["value"] for row in rows if not row["is_derived"]), definition.decimals)
    columns = [Column(_("Period")), Column(str(definition.unit_label), is_numeric=True)]
    if has_intervals:
        columns.append(Column(_("95% interval"), is_numeric=True))
    if has_counts:
        columns += [Column(_("Numerator"), is_numeric=True), Column(_("Denominator"), is_numeric=True)]
    columns += [Column(_("Where it came from"), is_quoted=True), Column(_("Structural model"))]
    columns.append(Column(_("Gaps")))
    cells = []
    for row in rows:
        of_row: list[object] = [
            span(row["period_start"], row["period_end"]),
            definition.value(row["value"], row["value_marker"], None if row["is_derived"] else decimals),
        ]
        if has_intervals:
            given = row["value"] is not None and row["lower_95"] is not None
            of_row.append(definition.interval(row["lower_95"], row["upper_95"]) if given else _("none"))
        if has_counts:
            of_row += [count(row["numerator"]) or _("not given"), count(row["denominator"]) or _("not given")]
        of_row += [
            _origin(row, has_several),
            _attributed(row, contents.register),
            " ".join(row["kinds"] or []) or _("none"),
        ]
        cells.append(of_row)
    title = definition.title
    if sum(indicator_id == definition.indicator_id for indicator_id, _version in area.lines) > 1:
        title = _("%(title)s, version %(version)s") % {
            "title": title,
            "version": definition.definition_version.replace("_", " "),
        }
    kinds = {kind for row in rows for kind in row["kinds"] or []}
    return Panel(
        anchor=anchor,
        title=title,
        counts=str(definition.counts or ""),
        definition_link=link("../" + indicator_path(definition.indicator_id), _("Definition, and all places"))
        if definition.indicator_id in contents.latest
        else Markup(""),
        table=dense(f"{title}: {area.name}", f"{anchor}-t", columns, cells, [row["observation_id"] for row in rows]),
        markers=markers_in({row["value_marker"] for row in rows} - {None}),
        gaps=[
            (gap["kind"], gap["kind_title"], " ".join(part for part in (gap["example"], _locator(gap)) if part))
            for gap in sorted(gaps, key=lambda gap: gap["kind"])
            if gap["kind"] in kinds
        ],
        notes=_notes(rows),
    )


def _locator(gap: Row) -> str:
    """Where the evidence stands, unless the example ends with that already."""
    is_new = gap["locator"] and gap["locator"] not in (gap["example"] or "")
    return f"({gap['locator']})" if is_new else ""


def _notes(rows: list[Row]) -> list[str]:
    notes = []
    methods = sorted({row["interval_method"] for row in rows if row["interval_method"]})
    if methods:
        named = _(" and ").join(label("interval_method", method) for method in methods)
        notes.append(_("Intervals: %(method)s, 95%%.") % {"method": named})
    if any(row["is_derived"] for row in rows):
        notes.append(_("A value that was summed stands on the counts of its authorities, never on their rates."))
    return notes


def _origin(row: Row, has_several: bool) -> Markup | str:
    """Delivery, sheet, row and column; of a value made from the calendar or summed, that it was."""
    if row["is_derived"] and not row["delivery_id"]:
        return _("summed from its authorities")
    if not row["delivery_id"]:
        return _("in no delivery: made from the calendar of expected returns")
    parts = [(_("sheet"), row["sheet"]), (_("row"), row["row"]), (_("column"), row["column"])]
    words = ", ".join(f"{name} {value}" for name, value in parts if value is not None)
    of = f"{row['source_id']}: " if has_several else ""
    summed = _(" (summed)") if row["is_derived"] else ""
    delivery = escape(row["delivery_id"])
    # By hand: Markup.format would take a tenth of the time of a render, for these cells alone.
    return Markup(f'{escape(of)}<a href="#delivery-{delivery}">{delivery}</a> {escape(words + summed)}')


def _attributed(row: Row, register: Register) -> str:
    """The model, or the status that stands in its place, in each typology in scope."""
    found = row["attributions"] or []
    words = []
    for one in found:
        status = label("attribution_status", one["status"])
        said = one["model"] or status
        if one["model"] and one["status"] != "attributable":
            said = f"{said} ({status.lower()})"
        if one["comparability"] not in ("comparable", None):
            said = f"{said}; {label('comparability_status', one['comparability']).lower()}"
        words.append(said if len(found) == 1 else f"{register.short_title(one['typology_id'])}: {said}")
    return "; ".join(words) or _("in scope of no typology")


def _structure_table(area: Area, register: Register) -> Markup | None:
    """The evidence of how the service was organised; for an authority, of the services it was part of."""
    services = [area.area_code] if area.is_service else list(dict.fromkeys(row["service_id"] for row in area.members))
    rows = [row for service_id in services for row in register.by_service.get(service_id, [])]
    if not rows:
        return None
    columns = [
        Column(_("Typology"), is_quoted=True),
        Column(_("Structural model")),
        Column(_("In force")),
        Column(_("Evidence"), is_quoted=True, is_wide=True),
    ]
    cells = [
        [
            lines(register.short_title(row["typology_id"]), "" if area.is_service else row["service_name"]),
            row["model_label"],
            lines(registers.interval(row), label("tenure", row["tenure"])),
            lines(row["evidence"] or "", _("dated %(day)s") % {"day": day(row["evidence_date"])}),
        ]
        for row in rows
    ]
    return table(_("Evidence of the structural model"), columns, cells, is_caption_hidden=True)


def _deliveries_table(deliveries: list[Row], contents: Contents) -> Markup | None:
    if not deliveries:
        return None
    columns = [
        Column(_("Delivery")),
        Column(_("File"), is_quoted=True),
        Column(_("Dataset"), is_quoted=True),
        Column(_("Published")),
        Column(_("Recorded")),
    ]
    rows = [
        [
            Markup('<span id="delivery-{}">{}</span>').format(row["delivery_id"], row["delivery_id"]),
            breakable(row["file_name"]),
            contents.sources.title(row["source_id"]) if row["source_id"] else "",
            day(row["published_at"]) or _("not known"),
            day(row["recorded_at"]),
        ]
        for row in deliveries
    ]
    return table(_("Deliveries behind these numbers"), columns, rows, is_caption_hidden=True)


def _checks(contents: Contents) -> str:
    blocking = [check for check in contents.release.checks if check["is_blocking"]]
    passed = sum(check["outcome"] == "pass" for check in blocking)
    return _("%(passed)s of %(checks)s passed before this release.") % {
        "passed": count(passed),
        "checks": several(len(blocking), _("blocking check"), _("blocking checks")),
    }
