"""A service, or an authority with numbers of its own: who it is, what cannot be said of it, and its latest values.

What a performance officer prints: it fits two sheets of A4. Each number leads to its panel on the numbers page.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from markupsafe import Markup

from reports import board, registers, service_gaps, service_rows, services
from reports.areas import Area
from reports.charts import timeline
from reports.contents import Contents
from reports.figures import Figure, Key
from reports.language import _
from reports.numbers import count, several
from reports.page import Page, numbers_path, pdf_path, service_path, spreadsheet_path, structures_path
from reports.periods import day
from reports.release import Row
from reports.services import Beside
from reports.tables import Column, lines, link, table
from reports.vocabulary import label, vocabulary_label

_GAPS_SHOWN = 6


def pages(contents: Contents) -> Iterator[Page]:
    """The list of services and areas, and the page of each."""
    beside = services.load(contents.release, contents.areas)
    yield _index(contents)
    for area in contents.areas.values():
        if area.has_page:
            yield _page(contents, area, beside)


def _index(contents: Contents) -> Page:
    """Every service and area with its pages."""
    # Places that reports speak of without any number of theirs come after those that people look for.
    shown = sorted((area for area in contents.areas.values() if area.has_page), key=lambda area: not area.lines)
    others = [area for area in contents.areas.values() if not area.has_page]
    columns = [
        Column(_("Name"), is_quoted=True),
        Column(_("What it is")),
        Column(_("Nation")),
        Column(_("Authorities"), is_quoted=True, is_wide=True),
        Column(_("Indicators"), is_numeric=True),
        Column(_("Open gaps"), is_numeric=True),
    ]
    rows = [
        [
            link(service_path(area.area_code), area.name),
            _what(area),
            area.facts.get("nation") or "",
            _("; ").join(dict.fromkeys(member["area_name"] for member in area.members)) if area.is_service else "",
            link(numbers_path(area.area_code), count(len(area.lines))) if area.lines else "0",
            count(_open_gaps(contents, area)),
        ]
        for area in shown
    ]
    return Page(
        path="services.html",
        template="services.html",
        title=_("Services and areas"),
        section="services",
        balance=contents.balances.of(),
        kind=_("Page"),
        context={
            "sentence": _("%(services)s and %(others)s that have numbers of their own, by name.")
            % {
                "services": several(sum(area.is_service for area in shown), _("service"), _("services")),
                "others": several(
                    len(contents.areas) - sum(area.is_service for area in shown), _("other area"), _("other areas")
                ),
            },
            "table": table(_("Services, and authorities with numbers"), columns, rows, is_caption_hidden=True),
            "others": [link(numbers_path(area.area_code), area.name) for area in others],
        },
    )


def _what(area: Area) -> str:
    kind = vocabulary_label("area_types", area.area_type)
    ended = area.facts.get("valid_to")
    return _("%(kind)s, ended %(day)s") % {"kind": kind, "day": day(ended)} if ended else kind


def _open_gaps(contents: Contents, area: Area) -> int:
    found = contents.gaps_of_area.get(area.area_code, {})
    return sum(int(gap["gaps"]) for kinds in found.values() for gap in kinds)


def _page(contents: Contents, area: Area, beside: Beside) -> Page:
    gaps = service_gaps.by_kind(contents, area)
    recent, older, how_many_older = service_rows.groups(contents, area, beside)
    chart = _timeline(contents, area, beside)
    others = area.facts.get("other_names") or []
    return Page(
        path=service_path(area.area_code),
        template="service.html",
        title=area.name,
        section="services",
        balance=contents.balances.of(),
        about_models=False,
        has_charts=chart is not None,
        kind=vocabulary_label("area_types", area.area_type),
        keywords=" ".join([*map(str, others), *(str(member["area_name"]) for member in area.members)]),
        context={
            "area": area,
            "kind_of_area": vocabulary_label("area_types", area.area_type),
            "banner": _banner(area),
            "numbers": link("../" + numbers_path(area.area_code), _("Every number of it explained"))
            if area.lines
            else "",
            "takings": _takings(contents, area),
            "structures": _structures_table(contents, area, beside),
            "chart": chart,
            "cannot_say": [service_gaps.sentence(gap) for gap in gaps[:_GAPS_SHOWN]],
            "gaps": service_gaps.others_table(gaps[_GAPS_SHOWN:]),
            "more_gaps": len(gaps) - _GAPS_SHOWN,
            "missing": service_gaps.of_returns(contents, beside.missing.get(area.area_code, [])),
            "groups": recent,
            "older": older,
            "how_many_older": how_many_older,
            "ratings": _ratings(contents, area),
            "neighbours": _neighbours(contents, area, beside),
            "questions": board.questions(
                area, contents.definitions, beside, contents.register, gaps, contents.sources.titles
            ),
        },
    )


def _takings(contents: Contents, area: Area) -> list[Markup]:
    """What of a service can be taken away, where it is written: workbooks and sheets of paper."""
    if not area.is_service:
        return []
    of = area.area_code
    found = []
    if contents.is_with_spreadsheets:
        found.append(link("../" + spreadsheet_path(of, "ods"), _("Spreadsheet (ODS)")))
        found.append(link("../" + spreadsheet_path(of, "xlsx"), _("Spreadsheet (XLSX)")))
    if contents.is_with_pdf:
        found.append(link("../" + pdf_path(of), _("Two sheets of A4 (PDF)")))
    return found


def _banner(area: Area) -> list[tuple[str, object, bool]]:
    """Rows of (name, value, whether the value is quoted)."""
    facts = area.facts
    rows: list[tuple[str, object, bool]] = []
    if area.is_service:
        covered = [
            f"{member['area_name']} ({_days(member)})" if member["valid_to"] else str(member["area_name"])
            for member in area.members
        ]
        rows.append((_("Authorities covered"), lines(*covered) if covered else _("none recorded"), True))
    elif area.members:
        within = dict.fromkeys(
            (member["service_id"], member["area_name"], member["valid_to"]) for member in area.members
        )
        said = [
            Markup("{}{}").format(
                link("../" + service_path(service_id), name),
                _(" (until %(day)s)") % {"day": day(ended)} if ended else "",
            )
            for service_id, name, ended in within
        ]
        rows.append((_("Youth justice service"), lines(*said), True))
    rows.append((_("Nation"), facts.get("nation") or _("not recorded"), False))
    if facts.get("authority_class"):
        rows.append((_("Class of authority"), str(facts["authority_class"]).replace("_", " "), False))
    if facts.get("other_names"):
        rows.append((_("Also known as"), ", ".join(facts["other_names"]), True))
    if facts.get("valid_to"):
        rows.append((_("In the register"), _days(facts), False))
    return rows


def _days(row: Row) -> str:
    ended = _(" to %(day)s") % {"day": day(row["valid_to"])} if row["valid_to"] else ""
    return _("from %(day)s") % {"day": day(row["valid_from"])} + ended if row["valid_from"] else ended.strip()


def _structures_table(contents: Contents, area: Area, beside: Beside) -> Markup | None:
    """Previous, current, interim and planned models with their evidence, and when each was last confirmed."""
    found = _of_area(contents, area)
    if not found:
        return None
    columns = [
        Column(_("Typology"), is_quoted=True, width="24%"),
        Column(_("Structural model"), width="22%"),
        Column(_("When"), width="24%"),
        Column(_("Evidence, and last confirmed"), is_quoted=True, is_wide=True, width="30%"),
    ]
    rows = []
    for row in found:
        confirmed = beside.confirmed.get((row["service_id"], row["typology_id"]))
        typology = link("../" + structures_path(row["typology_id"]), contents.register.short_title(row["typology_id"]))
        tenure = label("tenure", row["tenure"])
        rows.append(
            [
                lines(typology, "" if area.is_service else row["service_name"]),
                lines(row["model_label"], _("contested: sources disagree") if row.get("is_contested") else ""),
                lines(registers.interval(row), tenure if row["valid_to"] is None else _("Ended")),
                lines(
                    row["evidence"] or _("none"),
                    _("last confirmed %(day)s") % {"day": day(confirmed)} if confirmed else "",
                ),
            ]
        )
    return table(_("How the service is and was organised"), columns, rows, is_caption_hidden=True)


def _of_area(contents: Contents, area: Area) -> list[Row]:
    """The structures of a service; of an authority, those of the services it is or was part of."""
    of = [area.area_code] if area.is_service else list(dict.fromkeys(row["service_id"] for row in area.members))
    return [row for service_id in of for row in contents.register.by_service.get(service_id, [])]


def _timeline(contents: Contents, area: Area, beside: Beside) -> Figure | None:
    """The structures as bars, where any has a day."""
    rows = [row for row in _of_area(contents, area) if row["valid_from"]] if area.is_service else []
    if not rows:
        return None
    until = max([beside.newest or date(1900, 1, 1), *(row["valid_to"] or row["valid_from"] for row in rows)])
    bars = [
        timeline.Bar(
            row=contents.register.short_title(row["typology_id"]),
            label=row["model_label"],
            begins=row["valid_from"],
            ends=row["valid_to"],
            is_open=row["tenure"] in ("interim", "planned"),
            dash=row["tenure"] == "planned",
        )
        for row in rows
    ]
    said = "; ".join(
        _("%(typology)s: %(model)s, %(when)s (%(tenure)s)")
        % {
            "typology": contents.register.short_title(row["typology_id"]),
            "model": row["model_label"],
            "when": registers.interval(row),
            "tenure": label("tenure", row["tenure"]).lower(),
        }
        for row in rows
    )
    words = _("Timeline of the structural model. %(said)s.") % {"said": said}
    last = max(rows, key=lambda row: (row["tenure"] != "planned", row["valid_to"] is None, row["valid_from"]))
    return Figure(
        identity="timeline",
        title=_("%(model)s %(when)s (%(tenure)s)")
        % {
            "model": last["model_label"],
            "when": registers.interval(last),
            "tenure": label("tenure", last["tenure"]).lower(),
        },
        subtitle=_("Structural model by typology, as dated evidence has it, to %(day)s.") % {"day": day(until)},
        drawing=contents.drawings.draw(timeline.spec(bars, until), words),
        words=words,
        table_note=_("Its rows stand below, each with its evidence."),
        keys=(
            Key("square", _("in force")),
            Key("open-square", _("interim")),
            Key("programme", _("planned, not in force")),
        ),
    )


def _ratings(contents: Contents, area: Area) -> Markup | None:
    """Ratings as dated facts, each with its framework; frameworks are never set side by side as if they were one."""
    rows = []
    for key, definition in contents.definitions.items():
        if definition.measure != "ordinal" or key not in area.lines:
            continue
        rows += [
            [
                definition.title,
                definition.definition_version.replace("_", " "),
                day(row["period_end"]),
                link(
                    "../" + numbers_path(area.area_code, *key),
                    lines(definition.value(row["value"], row["value_marker"]), str(definition.unit_label)),
                ),
            ]
            for row in reversed(area.lines[key])
        ]
    if not rows:
        return None
    columns = [Column(_("What was rated")), Column(_("Framework")), Column(_("Date")), Column(_("Rating"))]
    return table(_("Inspection ratings"), columns, rows, is_caption_hidden=True)


def _neighbours(contents: Contents, area: Area, beside: Beside) -> list[tuple[str, Markup]]:
    """Statistical neighbours by model, with its vintage and whether this release holds anything of them."""
    codes = [area.area_code] if not area.is_service else [member["area_code"] for member in area.members]
    found = []
    for code in dict.fromkeys(codes):
        rows = beside.neighbours.get(code, [])
        latest = {row["model"]: row["vintage"] for row in reversed(rows)}
        for model, vintage in sorted(latest.items()):
            of_model = [row for row in rows if row["model"] == model and row["vintage"] == vintage]
            columns = [Column(_("Neighbour"), is_quoted=True), Column(_("Closeness"), is_quoted=True)]
            columns.append(Column(_("In this release")))
            cells = [
                [
                    row["neighbour_name"],
                    label("closeness", row["closeness"]) or _("not given"),
                    _held(contents, row["neighbour_code"]),
                ]
                for row in of_model
            ]
            of_whom = of_model[0]["area_name"] or code
            heading = _("Neighbours of %(area)s: model “%(model)s”, vintage %(day)s") % {
                "area": of_whom,
                "model": label("neighbour_model", model),
                "day": day(vintage),
            }
            found.append((heading, table(heading, columns, cells, is_caption_hidden=True)))
    return found


def _held(contents: Contents, code: str | None) -> Markup | str:
    area = contents.areas.get(code or "")
    if area and area.lines:
        numbers = several(len(area.lines), _("indicator"), _("indicators"))
        return link("../" + numbers_path(area.area_code), numbers)
    return _("no data held of it")
