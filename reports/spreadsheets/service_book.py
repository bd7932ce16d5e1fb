"""The workbook of one service: how it was organised, its figures and those of its authorities, and what is missing."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from reports import areas, definitions, evidence, registers
from reports.areas import Area
from reports.definitions import Definition
from reports.language import _
from reports.numbers import several
from reports.registers import Register
from reports.release import Release, Row
from reports.spreadsheets import area_sheets, comparison_sheets, cover, fact_sheets, values_sheet
from reports.spreadsheets.book import Book, Line, Sheet


@dataclass
class _Known:
    """What the workbooks of several services are made from, loaded once."""

    release: Release
    areas: dict[str, Area]
    values: dict[str, list[Row]]
    gaps: dict[str, evidence.GapsOfArea]
    definitions: dict[tuple[str, str], Definition]
    register: Register
    comparisons: dict[str, list[Row]]
    benchmarks: area_sheets.RowsOfArea
    trends: area_sheets.RowsOfArea

    @property
    def names(self) -> dict[str, str]:
        return {code: area.name for code, area in self.areas.items()}


def ids(release: Release) -> list[str]:
    """Services that have a workbook: every one of the register."""
    return [row["service_id"] for row in release.rows("select distinct service_id from services order by service_id")]


def books(release: Release, services: Iterable[str]) -> Iterator[tuple[str, Book]]:
    """Each of these services with its workbook."""
    wanted = list(services)
    known = _load(release, wanted)
    for service_id in wanted:
        yield service_id, _book(known, known.areas[service_id])


def _load(release: Release, services: list[str]) -> _Known:
    known = areas.load(release)
    codes = {code for service in services for code in _codes(known[service])}
    return _Known(
        release,
        known,
        dict(evidence.values(release, codes)),
        evidence.gaps(release),
        definitions.load(release),
        registers.load(release),
        comparison_sheets.of_services(release, services),
        area_sheets.load(release, "benchmarks", codes),
        area_sheets.load(release, "trends", codes),
    )


def _codes(service: Area) -> list[str]:
    """The service, and every authority that is or was part of it."""
    return list(dict.fromkeys([service.area_code, *(member["area_code"] for member in service.members)]))


def _book(known: _Known, service: Area) -> Book:
    codes = _codes(service)
    values = [row for code in codes for row in known.values.get(code, ())]
    latest = values_sheet.latest(values)
    used = {(row["indicator_id"], row["definition_version"]) for row in values}
    shared = (known.definitions, known.register, known.names)
    sheets: list[Sheet] = [
        fact_sheets.structures(
            known.register.by_service.get(service.area_code, ()),
            known.register,
            _("How {service} was, is and may be organised").format(service=service.name),
            service.name,
        ),
        values_sheet.sheet(
            "Latest",
            _("The latest values of {service} and of its authorities").format(service=service.name),
            latest,
            *shared,
            lines=(Line(_("Of each indicator, dataset and area, the latest period that this release holds.")),),
            quoted=service.name,
        ),
        _gaps(known, service, codes),
    ]
    if known.release.has("benchmarks"):
        shown = {row["observation_id"] for row in latest}
        rows = [row for code in codes for row in known.benchmarks.get(code, ()) if row["observation_id"] in shown]
        sheets.append(area_sheets.benchmarks(rows, known.definitions, known.names, service.name))
    if known.release.has("trends"):
        rows = [row for code in codes for row in known.trends.get(code, ())]
        sheets.append(area_sheets.trends(rows, known.definitions, known.names, service.name))
    sheets += [
        comparison_sheets.of_service(known.comparisons.get(service.area_code, []), service.name),
        values_sheet.sheet(
            "All_periods",
            _("Every period of {service} and of its authorities").format(service=service.name),
            values,
            *shared,
            quoted=service.name,
            with_place=False,
        ),
        fact_sheets.definitions(one for key, one in known.definitions.items() if key in used),
        fact_sheets.deliveries(known.release, {row["delivery_id"] for row in values}),
    ]
    members = list(dict.fromkeys(member["area_name"] for member in service.members))
    about = [Line(_("The figures of one youth justice service, of its authorities, and what is not known of them."))]
    if members:
        names = ", ".join(members)
        about.append(Line(_("Its authorities, now or before: {names}.").format(names=names), quoted=names))
    about.append(Line(_("It holds {values}.").format(values=several(len(values), "value"))))
    title = _("{service}: figures, structure and what is missing").format(service=service.name)
    return cover.book(known.release, title, tuple(about), tuple(sheets), quoted=service.name)


def _gaps(known: _Known, service: Area, codes: list[str]) -> Sheet:
    found = [row for code in codes for rows in known.gaps.get(code, {}).values() for row in rows]
    titles = {key: definition.title for key, definition in known.definitions.items()}
    found.sort(
        key=lambda row: (
            titles.get((row["indicator_id"], row["definition_version"]), "~"),
            row["definition_version"],
            not row["is_blocking"],
            row["kind"],
            row["area_code"],
        )
    )
    title = _("What cannot be said about {service}, and why").format(service=service.name)
    return fact_sheets.gaps(found, titles, title, service.name)
