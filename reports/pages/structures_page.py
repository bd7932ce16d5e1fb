"""How services are and were organised: typologies, models in force over time, changes, crosswalks, and the evidence.

One page for all typologies and one for each. It counts services and names evidence; no model is set above another.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from itertools import pairwise

from markupsafe import Markup

from reports import hexmap, registers
from reports.beside import Tables
from reports.charts import model_shares
from reports.contents import Contents
from reports.figures import Figure
from reports.language import _
from reports.numbers import count, several, share
from reports.page import Page, service_path, structures_path
from reports.periods import day
from reports.registers import Register
from reports.release import Row
from reports.tables import Column, lines, link, table
from reports.vocabulary import label

_IN_FORCE = ("in_force", "interim")
_ALL = "select * from structures order by typology_id, service_id, valid_from, structure_id"


def pages(contents: Contents, tables: Tables) -> Iterator[Page]:
    """The page of all typologies and the page of each that any service has a model in."""
    register = contents.register
    if register.structures:
        tables.add("data/structures.csv", _ALL)
    held = [typology_id for typology_id in register.typologies if register.of(typology_id)]
    yield _overview(contents, register, held)
    for typology_id in held:
        yield _typology(contents, register, typology_id)


def _overview(contents: Contents, register: Register, held: list[str]) -> Page:
    services = {row["service_id"] for row in register.structures}
    sentence = (
        _("This release holds %(structures)s of %(services)s in %(typologies)s.")
        % {
            "structures": several(len(register.structures), _("dated structure"), _("dated structures")),
            "services": several(len(services), _("service"), _("services")),
            "typologies": several(len(held), _("typology"), _("typologies")),
        }
        if register.structures
        else _("This release holds no dated evidence of how any service is organised.")
    )
    return Page(
        path=structures_path(),
        template="structures.html",
        title=_("How services are organised"),
        section="structures",
        balance=contents.balances.of(),
        about_models=True,
        kind=_("Page"),
        context={
            "sentence": sentence,
            "typologies": _typologies_table(register, held),
            "crosswalks": _crosswalks_table(register),
            "csv": "data/structures.csv" if register.structures else "",
        },
    )


def _typologies_table(register: Register, held: list[str]) -> Markup:
    columns = [
        Column(_("Typology"), is_quoted=True, is_wide=True),
        Column(_("Years")),
        Column(_("Nations")),
        Column(_("Services with a model"), is_numeric=True),
        Column(_("Contested"), is_numeric=True),
        Column(_("Values attributed by it")),
    ]
    rows = []
    for typology_id, typology in register.typologies.items():
        of = register.of(typology_id)
        name = link(structures_path(typology_id), typology["title"]) if typology_id in held else typology["title"]
        rows.append(
            [
                lines(name, typology.get("citation") or ""),
                _years(typology),
                ", ".join(str(typology["nations"]).split("|")),
                count(len({row["service_id"] for row in of})),
                count(len({row["service_id"] for row in of if row.get("is_contested")})),
                _("yes") if typology["is_attributed"] else _("no: it describes, and no value is counted under it"),
            ]
        )
    return table(_("Typologies"), columns, rows, is_caption_hidden=True)


def _years(typology: Row) -> str:
    begun, ended = day(typology["valid_from"]), day(typology["valid_to"])
    return _("%(begun)s to %(ended)s") % {"begun": begun, "ended": ended} if ended else _("from %s") % begun


def _crosswalks_table(register: Register) -> Markup | None:
    if not register.crosswalks:
        return None
    labels = {
        (typology_id, row["model_id"]): row["label"] for typology_id, rows in register.models.items() for row in rows
    }

    def model(row: Row, end: str) -> Markup:
        typology_id, model_id = row[f"{end}_typology_id"], row[f"{end}_model_id"]
        return lines(labels.get((typology_id, model_id), model_id or _("none")), register.short_title(typology_id))

    columns = [
        Column(_("From"), is_quoted=True),
        Column(_("To"), is_quoted=True),
        Column(_("What is lost")),
        Column(_("Note"), is_quoted=True, is_wide=True),
    ]
    rows = [
        [
            model(row, "from"),
            model(row, "to"),
            _("it does not carry over one to one") if row["is_lossy"] else _("nothing"),
            lines(row["note"] or "", row["citation"] or "", "" if row["is_verified"] else _("unverified")),
        ]
        for row in register.crosswalks
    ]
    return table(_("Crosswalks between typologies"), columns, rows, is_caption_hidden=True)


def _typology(contents: Contents, register: Register, typology_id: str) -> Page:
    typology, rows = register.typologies[typology_id], register.of(typology_id)
    days = _days(typology, rows, contents)
    counts = _in_force_on(rows, days)
    models = [
        row for row in register.models.get(typology_id, []) if any(found.get(row["model_id"]) for found in counts)
    ]
    words = _in_words(models, counts, days)
    shares = _shares_table(typology, models, counts, days)
    chart = None
    if len(days) > 1 and models and not typology["is_multi_label"]:
        points = [
            model_shares.Point(model["label"], on, found.get(model["model_id"], 0))
            for model in models
            for on, found in zip(days, counts, strict=True)
        ]
        chart = Figure(
            identity="shares-chart",
            title=_("%(last)s had a model on %(last_day)s, %(first)s on %(first_day)s")
            % {
                "last": several(sum(counts[-1].values()), _("service"), _("services")),
                "last_day": day(days[-1]),
                "first": count(sum(counts[0].values())),
                "first_day": day(days[0]),
            },
            subtitle=_(
                "Services with each model in force at the end of each financial year, as far as dated evidence says. "
                "Models stand in the order of their typology."
            ),
            drawing=contents.drawings.draw(model_shares.spec(points), words),
            words=words,
            table=shares,
        )
    changes = _changes(rows)
    return Page(
        path=structures_path(typology_id),
        template="typology.html",
        title=register.short_title(typology_id),
        section="structures",
        balance=contents.balances.of(typology_id=typology_id) or contents.balances.of(),
        about_models=True,
        has_charts=chart is not None,
        kind=_("Typology"),
        keywords=" ".join(str(row["label"]) for row in register.models.get(typology_id, [])),
        context={
            "typology": typology,
            "years": _years(typology),
            "sentence": _sentence(rows, changes),
            "chart": chart,
            "maps": _maps(contents, typology, rows),
            "shares": shares,
            "models": _models_table(register, typology_id),
            "changes": _changes_table(changes),
            "pending": _pending_table([row for row in rows if row["tenure"] in ("planned", "interim")]),
            "register": _register_table(rows),
        },
    )


def _sentence(rows: list[Row], changes: list[tuple[Row, Row]]) -> str:
    return _("%(services)s have a model here. %(changes)s of model are dated, and %(contested)s contested.") % {
        "services": several(len({row["service_id"] for row in rows}), _("service"), _("services")),
        "changes": several(len(changes), _("change"), _("changes")),
        "contested": several(sum(bool(row.get("is_contested")) for row in rows), _("interval is"), _("intervals are")),
    }


def _days(typology: Row, rows: list[Row], contents: Contents) -> list[date]:
    """The last day of each financial year in which the typology holds and evidence reaches."""
    starts = [row["valid_from"] for row in rows if row["valid_from"]]
    ends = [row["period_end"] for area in contents.areas.values() for line in area.lines.values() for row in line[-1:]]
    evidenced = [row["evidence_date"] for row in rows if row.get("evidence_date")]
    if not starts:
        return []
    first = max(min(starts), typology["valid_from"])
    last = min(max([*ends, *evidenced, *starts]), typology["valid_to"] or date.max)
    return [date(year, 3, 31) for year in range(first.year, last.year + 1) if first <= date(year, 3, 31) <= last]


def _in_force_on(rows: list[Row], days: list[date]) -> list[dict[str, int]]:
    """For each day: model -> services that have it in force or interim then."""
    found = []
    for on in days:
        services: dict[str, set[str]] = {}
        for row in rows:
            if row["tenure"] not in (*_IN_FORCE, "ended") or (row["valid_from"] or date.min) > on:
                continue
            if (row["valid_to"] or date.max) >= on:
                services.setdefault(row["model_id"], set()).add(row["service_id"])
        found.append({model: len(ids) for model, ids in services.items()})
    return found


def _maps(contents: Contents, typology: Row, rows: list[Row]) -> list[Figure]:
    """The model that each service has in force last, on the maps that were loaded; none for several models at once."""
    if typology["is_multi_label"]:
        return []
    model_of = {
        row["service_id"]: str(row["model_label"])
        for row in rows
        if row["tenure"] in _IN_FORCE and not row.get("is_contested")
    }
    models = [str(row["label"]) for row in contents.register.models.get(typology["typology_id"], [])]
    return hexmap.of_models(contents.maps, contents.areas, models, model_of, contents.drawings)


def _in_words(models: list[Row], counts: list[dict[str, int]], days: list[date]) -> str:
    if not days:
        return ""
    said = "; ".join(
        _("%(model)s: %(first)s, then %(last)s")
        % {
            "model": model["label"],
            "first": count(counts[0].get(model["model_id"], 0)),
            "last": count(counts[-1].get(model["model_id"], 0)),
        }
        for model in models
    )
    return _("Lines, one panel for each model: services with the model in force, %(first)s to %(last)s. %(said)s.") % {
        "first": day(days[0]),
        "last": day(days[-1]),
        "said": said,
    }


def _shares_table(typology: Row, models: list[Row], counts: list[dict[str, int]], days: list[date]) -> Markup | None:
    if not days or not models:
        return None
    columns = [Column(_("On"))] + [Column(str(model["label"]), is_numeric=True) for model in models]
    columns.append(Column(_("Services with any"), is_numeric=True))
    rows = []
    for on, found in zip(days, counts, strict=True):
        whole = sum(found.values())
        shown = [
            count(found.get(model["model_id"], 0)) if typology["is_multi_label"] or not whole
            else share(found.get(model["model_id"], 0), whole)
            for model in models
        ]  # fmt: skip
        rows.append([day(on), *shown, count(whole)])
    return table(_("Services by model at the end of each financial year"), columns, rows, is_caption_hidden=True)


def _models_table(register: Register, typology_id: str) -> Markup:
    columns = [
        Column(_("Model")),
        Column(_("Definition"), is_quoted=True, is_wide=True),
        Column(_("Source"), is_quoted=True),
    ]
    rows = [
        [
            lines(row["label"], "" if row["is_assignable"] else _("stands for no model")),
            row.get("definition") or _("none given"),
            row.get("citation") or "",
        ]
        for row in register.models.get(typology_id, [])
    ]
    return table(_("Models, in the order of the typology"), columns, rows, is_caption_hidden=True)


def _changes(rows: list[Row]) -> list[tuple[Row, Row]]:
    """Intervals in force that follow each other with another model."""
    found = []
    dated = [row for row in rows if row["tenure"] in (*_IN_FORCE, "ended") and row["valid_from"]]
    for before, after in pairwise(dated):
        if before["service_id"] == after["service_id"] and before["model_id"] != after["model_id"]:
            found.append((before, after))
    return found


def _changes_table(changes: list[tuple[Row, Row]]) -> Markup | None:
    if not changes:
        return None
    columns = [
        Column(_("Service"), is_quoted=True),
        Column(_("From")),
        Column(_("To")),
        Column(_("On")),
        Column(_("Evidence"), is_quoted=True, is_wide=True),
    ]
    rows = [
        [
            _service(after),
            before["model_label"],
            after["model_label"],
            registers.begun(after),
            after["evidence"] or "",
        ]
        for before, after in changes
    ]
    return table(_("Changes of model"), columns, rows, is_caption_hidden=True)


def _pending_table(rows: list[Row]) -> Markup | None:
    if not rows:
        return None
    columns = [Column(_("Service"), is_quoted=True), Column(_("Model")), Column(_("Tenure")), Column(_("When"))]
    columns.append(Column(_("Evidence"), is_quoted=True, is_wide=True))
    cells = [
        [
            _service(row),
            row["model_label"],
            label("tenure", row["tenure"]),
            registers.interval(row),
            row["evidence"] or "",
        ]
        for row in rows
    ]
    return table(_("Planned and interim"), columns, cells, is_caption_hidden=True)


def _register_table(rows: list[Row]) -> Markup:
    columns = [
        Column(_("Service"), is_quoted=True),
        Column(_("Model")),
        Column(_("When")),
        Column(_("Evidence"), is_quoted=True, is_wide=True),
    ]
    cells = [
        [
            _service(row),
            lines(row["model_label"], _("contested: sources disagree") if row.get("is_contested") else ""),
            lines(registers.interval(row), label("tenure", row["tenure"])),
            lines(row["evidence"] or _("none"), day(row["evidence_date"])),
        ]
        for row in rows
    ]
    return table(_("Every structure of this typology"), columns, cells, is_caption_hidden=True)


def _service(row: Row) -> Markup:
    return link("../" + service_path(row["service_id"]), row["service_name"])
