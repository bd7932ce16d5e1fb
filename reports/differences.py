"""What stands in each part of a page of differences: a sentence, and tables that are folded where they are long.

Each function takes one part of a document of differences (diff.json) as it is; nothing is counted here.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from markupsafe import Markup

from reports.contents import Contents
from reports.definitions import Definition
from reports.language import _
from reports.numbers import count, number, several, signed
from reports.page import comparison_path, indicator_path, numbers_path, service_path
from reports.periods import span
from reports.release import Row
from reports.tables import Column, breakable, lines, link, table

Labels = Mapping[tuple[str, str], str]
FOLDED = 12
"""A list of more rows than these is folded, so that what there is can be seen on one screen."""


@dataclass(frozen=True)
class Fold:
    """A table under its caption, open where it is short."""

    caption: str
    table: Markup
    is_open: bool


_CELLS = ("changed", "added", "removed", "up", "down", "gained_value", "lost_value")
CHANGES = {
    "appeared": lambda: _("not in the earlier release"),
    "gone": lambda: _("no longer there"),
    "refused": lambda: _("refused now"),
    "no_longer_refused": lambda: _("no longer refused"),
    "claim_level": lambda: _("another claim level"),
    "estimate": lambda: _("another estimate"),
    "services_used": lambda: _("other services used"),
}
_ESTIMANDS = {
    "median": lambda: _("median"),
    "pooled_value": lambda: _("all children pooled"),
    "random_effects_mean": lambda: _("partially pooled"),
}


def figures(contents: Contents, part: Row) -> tuple[str, list[Fold]]:
    """Figures that differ, by indicator, and those that moved most."""
    said = _(
        "Of those that changed %(up)s went up, %(down)s went down, %(gained)s have a value that had none, %(lost)s "
        "have none that had one, %(marker)s carry another marker, and of %(counts)s only a count changed."
    ) % {
        "up": count(part["up"]),
        "down": count(part["down"]),
        "gained": count(part["gained_value"]),
        "lost": count(part["lost_value"]),
        "marker": count(part["marker"]),
        "counts": count(part["counts"]),
    }
    listed = part["indicators"]["listed"]
    if not listed:
        return _("No figure changed."), []
    words = (
        _("Changed"), _("New"), _("No longer there"), _("Up"), _("Down"), _("Gained a value"), _("Lost its value"),
    )  # fmt: skip
    columns = [Column(_("Indicator")), *(Column(each, is_numeric=True) for each in words)]
    rows = [[_indicator(contents, row), *(count(row[name]) for name in _CELLS)] for row in listed]
    return said, [
        _fold(_counted(_("Figures that differ, by indicator"), part["indicators"]), columns, rows),
        *_moves(contents, listed, "moved", _("Largest moves of each indicator")),
        *_moves(contents, listed, "moved_in_proportion", _("Largest moves in proportion")),
    ]


def _moves(contents: Contents, listed: Sequence[Row], name: str, caption: str) -> list[Fold]:
    rows = []
    for row in listed:
        definition = contents.definitions.get((row["indicator_id"], row["definition_version"]))
        for cell in row[name]:
            proportion = "" if cell["relative"] is None else f"{signed(100 * cell['relative'], 1)}%"
            rows.append(
                [
                    lines(_title(contents, row), _breakdown(cell["breakdown_id"])),
                    _place(contents, cell["area_code"], definition),
                    _span(cell),
                    _with_interval(definition, cell, "before"),
                    _with_interval(definition, cell, "after"),
                    lines(signed(cell["absolute"], definition.decimals if definition else 2), proportion),
                ]
            )
    if not rows:
        return []
    columns = [
        Column(_("Indicator")),
        Column(_("Place"), is_quoted=True),
        Column(_("Period")),
        Column(_("Before"), is_numeric=True),
        Column(_("Now"), is_numeric=True),
        Column(_("By"), is_numeric=True),
    ]
    return [_fold(caption, columns, rows)]


def _with_interval(definition: Definition | None, cell: Row, when: str) -> Markup:
    value, lower, upper = (cell[f"{name}_{when}"] for name in ("value", "lower_95", "upper_95"))
    if definition is None:
        return lines(number(value, 2))
    said = (
        _("95%% interval %(interval)s") % {"interval": definition.interval(lower, upper)} if lower is not None else ""
    )
    return lines(definition.value(value), said)


def comparisons(contents: Contents, part: Row) -> tuple[str, list[Fold]]:
    """Comparisons with another answer, with both."""
    if not part["count"]:
        return _("Every comparison answers as it did."), []
    said = _(
        "%(count)s with another answer: %(refused)s are refused now and %(allowed)s no longer, %(claim)s "
        "carry another claim level, %(estimate)s have another estimate for a model, %(new)s are new and %(gone)s are "
        "no longer there. One comparison may count under several of these."
    ) % {
        "count": several(part["count"], _("comparison"), _("comparisons")),
        "refused": count(part["refused"]),
        "allowed": count(part["no_longer_refused"]),
        "claim": count(part["claim_level"]),
        "estimate": count(part["estimate"]),
        "new": count(part["appeared"]),
        "gone": count(part["gone"]),
    }
    columns = [
        Column(_("Comparison")),
        Column(_("Period")),
        Column(_("What changed")),
        Column(_("Before"), is_quoted=True, is_wide=True),
        Column(_("Now"), is_quoted=True, is_wide=True),
    ]
    labels = _labels(contents)
    rows = [
        [
            lines(
                _linked(contents, comparison_path(row["indicator_id"], row["typology_id"]), row),
                row["typology_id"].replace("_", " "),
            ),
            _span(row),
            lines(*(CHANGES[change]() for change in row["changes"])),
            _answer(contents, row, "before", labels),
            _answer(contents, row, "after", labels),
        ]
        for row in part["listed"]
    ]
    return said, [_fold(_counted(_("Comparisons with another answer"), part), columns, rows)]


def _answer(contents: Contents, row: Row, when: str, labels: Labels) -> Markup:
    if row[f"is_refused_{when}"] is None:
        return lines(_("none"))
    if row[f"is_refused_{when}"]:
        return lines(_("refused"), row[f"refusal_reason_{when}"] or "")
    level = row[f"claim_level_{when}"]
    definition = contents.definitions.get((row["indicator_id"], row["definition_version"]))
    models = [
        f"{labels.get((row['typology_id'], model['model_id']), model['model_id'])}: "
        + ", ".join(
            f"{said()} {definition.plain(model[f'{name}_{when}']) if definition else model[f'{name}_{when}']}"
            for name, said in _ESTIMANDS.items()
            if model[f"{name}_{when}"] is not None
        )
        for model in row["models"] or []
    ]
    used = _("%(used)s of %(scope)s services") % {
        "used": count(row[f"services_used_{when}"]),
        "scope": count(row[f"services_in_scope_{when}"]),
    }
    claim = _("claim level %(level)s") % {"level": level} if level is not None else ""
    return lines(used, claim, *models)


def gaps(_contents: Contents, part: Row) -> tuple[str, list[Fold]]:
    """Gaps that differ, by kind."""
    if not part["kinds"]:
        return _("No gap was opened or closed."), []
    said = _("%(opened)s opened, %(reopened)s opened again, %(closed)s closed.") % {
        "opened": several(part["opened"]["count"], _("gap"), _("gaps")),
        "reopened": count(part["reopened"]["count"]),
        "closed": count(part["closed"]["count"]),
    }
    columns = [
        Column(_("Kind of gap")),
        *(Column(words, is_numeric=True) for words in (_("Opened"), _("Opened again"), _("Closed"))),
    ]
    rows = [
        [
            lines(kind["kind_title"], _("kind %(kind)s") % {"kind": kind["kind"]}),
            *(count(kind[name]) for name in ("opened", "reopened", "closed")),
        ]
        for kind in part["kinds"]
    ]
    return said, [_fold(_("Gaps that differ, by kind"), columns, rows)]


def structures(contents: Contents, part: Row) -> tuple[str, list[Fold]]:
    """Structures that differ, column by column."""
    rows, labels = [], _labels(contents)
    for what, words in (("changed", ""), ("added", _("new")), ("removed", _("no longer there"))):
        for row in part[what]["listed"]:
            area = contents.areas.get(row["service_id"])
            name = link(service_path(row["service_id"]), area.name) if area else row["service_id"]
            changes = dict(row.get("columns", {}))
            if "model_id" in changes:
                models = changes.pop("model_id")
                changes = {_("model"): [labels.get((row["typology_id"], each), each) for each in models], **changes}
            rows.append([name, row["typology_id"].replace("_", " "), row["valid_from"], words or _changes(changes)])
    if not rows:
        return _("No structure changed."), []
    columns = [
        Column(_("Service"), is_quoted=True),
        Column(_("Typology")),
        Column(_("From")),
        Column(_("What changed"), is_quoted=True, is_wide=True),
    ]
    return _how_many(part), [_fold(_("Structures that differ"), columns, rows)]


def definitions(parts: Row) -> tuple[str, list[Fold]]:
    """Definitions that differ, table by table."""
    rows, apart = [], []
    for name, part in parts.items():
        if "not_compared" in part:
            apart.append(_("Not compared: %(why)s.") % {"why": part["not_compared"]})
            continue
        for what, words in (("changed", ""), ("added", _("new")), ("removed", _("no longer there"))):
            for row in part[what]["listed"]:
                key = ", ".join(str(value) for column, value in row.items() if column != "columns")
                rows.append([lines(breakable(key), name), words or _changes(row["columns"])])
    said = " ".join([*apart, "" if rows else _("No definition changed.")]).strip()
    if not rows:
        return said, []
    columns = [Column(_("Definition")), Column(_("What changed"), is_quoted=True, is_wide=True)]
    return said, [_fold(_("Definitions that differ"), columns, rows)]


def tables(part: Row) -> tuple[str, list[Fold]]:
    """Tables and columns that only one of them has, and rows of each."""
    rows: list[list[object]] = [[breakable(name), _("new table")] for name in part["added"]]
    rows += [[breakable(name), _("no longer there")] for name in part["removed"]]
    for changed in part["changed"]:
        said = [
            (_("new columns: %(columns)s"), changed["columns_added"]),
            (_("columns no longer there: %(columns)s"), changed["columns_removed"]),
            (_("columns of another type: %(columns)s"), sorted(changed["types_changed"])),
        ]
        told = [words % {"columns": ", ".join(names)} for words, names in said if names]
        rows.append([breakable(changed["table"]), lines(*told)])
    made = (
        [_fold(_("Tables that differ"), [Column(_("Table")), Column(_("What changed"), is_wide=True)], rows)]
        if rows
        else []
    )
    held_rows = [
        [breakable(name), *(_("none") if each is None else count(each) for each in both)]
        for name, both in part["rows"].items()
    ]
    if held_rows:
        columns = [
            Column(_("Table")),
            Column(_("Rows before"), is_numeric=True),
            Column(_("Rows now"), is_numeric=True),
        ]
        made.append(_fold(_("Rows of each table"), columns, held_rows))
    return "" if made else _("Every table has the columns and the number of rows that it had."), made


def inputs(part: Row) -> tuple[str, list[Fold]]:
    """What made them, where it differs."""
    if not part:
        return _("The same program, catalogue, settings and deliveries made both."), []
    columns = [Column(_("What")), Column(_("Before"), is_quoted=True), Column(_("Now"), is_quoted=True)]
    rows = [[breakable(name), _value(both[0]), _value(both[1])] for name, both in part.items()]
    return _("They were made from different things."), [_fold(_("What made them, where it differs"), columns, rows)]


def _fold(caption: str, columns: Sequence[Column], rows: Sequence[Sequence[object]]) -> Fold:
    return Fold(caption, table(caption, columns, rows, is_caption_hidden=True), len(rows) <= FOLDED)


def _how_many(part: Row) -> str:
    return _("%(changed)s changed, %(added)s are new, %(removed)s are no longer there.") % {
        name: count(part[name]["count"]) for name in ("changed", "added", "removed")
    }


def _counted(caption: str, part: Row) -> str:
    """A caption that says so where a list is shorter than what there is."""
    if part["count"] <= len(part["listed"]):
        return caption
    shown = {"caption": caption, "shown": count(len(part["listed"])), "all": count(part["count"])}
    return _("%(caption)s: %(shown)s of %(all)s") % shown


def _changes(columns: Row) -> Markup:
    return lines(*(f"{name}: {_value(old)} → {_value(new)}" for name, (old, new) in columns.items()))


def _value(value: Any) -> str:
    if value is None:
        return _("none")
    text = str(value)
    return f"{text[:12]}…" if len(text) == 64 and " " not in text else text


def _labels(contents: Contents) -> Labels:
    """What models are called, by typology and id; an id without words is printed as it is."""
    if not contents.release.has("typology_models"):
        return {}
    rows = contents.release.rows("select typology_id, model_id, label from typology_models")
    return {(row["typology_id"], row["model_id"]): row["label"] for row in rows if row["label"]}


def _title(contents: Contents, row: Row) -> str:
    definition = contents.definitions.get((row["indicator_id"], row["definition_version"]))
    return definition.title if definition else row["indicator_id"]


def _indicator(contents: Contents, row: Row) -> Markup:
    return lines(
        _linked(contents, indicator_path(row["indicator_id"]), row), row["definition_version"].replace("_", " ")
    )


def _linked(contents: Contents, to: str, row: Row) -> Markup | str:
    """An indicator's title, a link where the release at hand still has its page."""
    known = (row["indicator_id"], row["definition_version"]) in contents.definitions
    compared = not to.startswith("models/") or (row["indicator_id"], row["typology_id"]) in contents.compared
    return link(to, _title(contents, row)) if known and compared else _title(contents, row)


def _breakdown(breakdown_id: str) -> str:
    return "" if breakdown_id == "all" else breakdown_id.replace("_", " ")


def _place(contents: Contents, code: str, definition: Definition | None) -> Markup | str:
    area = contents.areas.get(code)
    if area and definition and definition.key in area.lines:
        return link(numbers_path(code, *definition.key), area.name)
    return area.name if area else code


def _span(row: Row) -> str:
    return span(date.fromisoformat(row["period_start"]), date.fromisoformat(row["period_end"]))
