"""A sheet of published values, each with its limits, its structural model, and where it was read."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date

from reports.definitions import Definition
from reports.language import _
from reports.registers import Register
from reports.release import Row
from reports.spreadsheets.book import NOT_APPLICABLE, NOT_AVAILABLE, Cell, Column, Line, Number, Sheet
from reports.vocabulary import label

Definitions = Mapping[tuple[str, str], Definition]


def notes() -> dict[str, str]:
    """What the headings of these sheets refer to, by key."""
    return {
        "value": _(
            "The cell holds the value as it was published or computed, unrounded; it is shown rounded half up. Where "
            "there is none, the shorthand or the words in its place say why."
        ),
        "limits": _(
            "Limits of the 95% interval. They describe chance in the count, not differences between services. They are "
            "not available where the counts behind a value were not published or are not whole."
        ),
        "model": _(
            "For each typology: whether the value may be counted under one structural model over its whole exposure "
            "window, and under which. The worksheet Gaps, and the pages of the report, say why where it may not."
        ),
        "place": _(
            "Where the value was read: the delivery, and the sheet, row and column of its file. A value summed from "
            "authorities, or an interval computed here, stands in no file."
        ),
        "observation": _("The same id on the pages, in the CSV files and in the database of the release."),
    }


_OF_THE_FILE = 3
"""How many of the last columns say where in the file a value was read: too much for a sheet of many values."""


def columns() -> tuple[Column, ...]:
    """The columns of a sheet of values."""
    return (
        Column(_("Indicator"), is_quoted=True),
        Column(_("Definition version"), is_quoted=True),
        Column(_("Area"), is_quoted=True),
        Column(_("Area code"), is_quoted=True),
        Column(_("First day")),
        Column(_("Last day")),
        Column(_("Value"), "value"),
        Column(_("Unit"), is_quoted=True),
        Column(_("Marker")),
        Column(_("Lower 95% limit"), "limits"),
        Column(_("Upper 95% limit"), "limits"),
        Column(_("Numerator")),
        Column(_("Denominator")),
        Column(_("Structural model"), "model", is_quoted=True),
        Column(_("Kinds of gap")),
        Column(_("Observation id"), "observation", is_quoted=True),
        Column(_("Delivery"), "place", is_quoted=True),
        Column(_("Sheet of the file"), "place", is_quoted=True),
        Column(_("Row of the file"), "place"),
        Column(_("Column of the file"), "place", is_quoted=True),
    )


def sheet(
    name: str,
    title: str,
    rows: Iterable[Row],
    definitions: Definitions,
    register: Register,
    areas: Mapping[str, str],
    lines: tuple[Line, ...] = (),
    *,
    quoted: str = "",
    with_place: bool = True,
) -> Sheet:
    """A sheet of values.

    Args:
        name: of the sheet.
        title: of the sheet.
        rows: values as reports.evidence gives them.
        definitions: by indicator and version.
        register: for the titles of typologies.
        areas: names by code.
        lines: what to say above the table.
        quoted: the part of the title that is from data.
        with_place: whether sheet, row and column of the file are given beside the delivery.
    """
    wanted = slice(None) if with_place else slice(-_OF_THE_FILE)
    cells = [
        _cells(row, definitions[row["indicator_id"], row["definition_version"]], register, areas)[wanted]
        for row in rows
    ]
    return Sheet(name, title, lines if cells else (), columns()[wanted], cells, quoted=quoted)


def latest(rows: Sequence[Row]) -> list[Row]:
    """The latest that is held of each indicator version, dataset and area, in the order of the rows."""
    ends: dict[tuple[str, ...], date] = {}
    for row in rows:
        key = _series(row)
        ends[key] = max(ends.get(key, row["period_end"]), row["period_end"])
    return [row for row in rows if row["period_end"] == ends[_series(row)]]


def _series(row: Row) -> tuple[str, ...]:
    return row["area_code"], row["indicator_id"], row["definition_version"], row["source_id"]


def _cells(
    row: Row,
    definition: Definition,
    register: Register,
    areas: Mapping[str, str],
) -> tuple[Cell, ...]:
    places = int(definition.decimals)
    marker = f"[{row['value_marker']}]" if row["value_marker"] else ""
    # A count is not given for the reason for which the value is not, unless an indicator of this kind has none.
    no_count = (marker or NOT_AVAILABLE) if definition.has_counts else NOT_APPLICABLE
    no_limit = NOT_APPLICABLE if row["value"] is None or not definition.has_counts else NOT_AVAILABLE
    return (
        definition.title,
        row["definition_version"],
        areas.get(row["area_code"], row["area_code"]),
        row["area_code"],
        row["period_start"],
        row["period_end"],
        _number(row["value"], places, marker or _("no value, no reason given")),
        str(definition.unit_label),
        marker or _("none"),
        _number(row["lower_95"], places, no_limit),
        _number(row["upper_95"], places, no_limit),
        count(row["numerator"], no_count),
        count(row["denominator"], no_count),
        _attributions(row, register),
        ", ".join(row["kinds"] or ()) or _("none"),
        row["observation_id"],
        _place(row["delivery_id"]),
        _place(row["sheet"]),
        Number(row["row"], 0) if isinstance(row["row"], int) else _place(row["row"]),
        _place(row["column"]),
    )


def _number(value: float | None, decimals: int, otherwise: str) -> Cell:
    return otherwise if value is None else Number(value, decimals)


def count(value: float | None, otherwise: str) -> Cell:
    """A count as a cell: no decimals unless it has them."""
    return otherwise if value is None else Number(value, 0 if float(value).is_integer() else 1)


def _place(where: object) -> str:
    return NOT_APPLICABLE if where is None or where == "" else str(where)


def _attributions(row: Row, register: Register) -> str:
    found = []
    for one in row["attributions"] or ():
        parts = [label("attribution_status", one["status"])]
        if one["model"]:
            parts.append(one["model"])
        if one["comparability"] not in (None, "comparable"):
            parts.append(label("comparability_status", one["comparability"]))
        found.append(f"{register.short_title(one['typology_id'])}: {', '.join(parts)}")
    return "; ".join(found) or _("outside every typology")
