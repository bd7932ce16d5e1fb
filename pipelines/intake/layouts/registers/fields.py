"""A row of a register file becomes a landed row: texts found, mapped and turned into their types."""

import json
import math
from collections.abc import Iterator
from datetime import date, timedelta

import polars as pl

from pipelines.intake.layouts.registers.faults import Fault, Row
from pipelines.intake.periods import parse_day
from sources.models.dataset import Dataset
from sources.shapes import schema

DELIVERY_COLUMNS = ("source_id", "delivery_id", "published_at", "recorded_at")
REQUIRED = {
    "authorities": ("area_code", "area_name", "valid_from"),
    "authority_changes": ("from_code", "to_code", "change_date"),
    "authority_parents": ("child_code", "parent_code", "valid_on"),
    "service_memberships": ("service_name", "area_code", "valid_from"),
    "structure_assertions": ("service_name", "typology_id", "model_id", "tenure", "source"),
    "statistical_neighbours": ("dfe_code", "neighbour_dfe_code", "rank", "vintage"),
    "area_hexes": ("map_key", "area_name", "column", "line", "grid"),
    "decisions": ("decision_id", "decision_kind", "subject", "decided_by", "decided_on", "reason"),
    "gap_evidence": ("evidence_id", "kind", "statement", "source"),
    "contributions": ("contribution_id", "service_name", "contributor", "role", "source"),
}
INSIDE = "#"

Raw = dict[str, str | None]


def rows_of(raw: Raw, dataset: Dataset) -> tuple[list[Row], Fault | None]:
    """The landed rows of a row, one for each of the dataset's repeats that holds anything, or the first fault."""
    if not dataset.repeats:
        row, fault = _row(raw, dataset.fields, dataset)
        return [row], fault
    made = []
    for rank, each in enumerate(dataset.repeats, start=1):
        if not any(_text(raw, column) for column in each.values()):
            continue
        row, fault = _row(raw, dataset.fields | each, dataset, rank)
        if fault is not None:
            return [], fault
        made.append(row)
    return made, None


def is_in_scope(raw: Raw, dataset: Dataset) -> bool:
    """Whether the row is of the rows that the dataset speaks of."""
    code = dataset.fields.get("area_code")
    if code and (raw.get(code) or "").strip() in dataset.markers:
        return False
    return all((raw.get(column) or "") in values for column, values in dataset.row_scope.items())


def day(row: Row, field: str) -> date | None:
    """The day in a field; None where it is empty."""
    value = row.get(field)
    return value if isinstance(value, date) else None


def number(row: Row, field: str) -> float | None:
    """The number in a field; None where it is empty."""
    value = row.get(field)
    return float(value) if isinstance(value, int | float) else None


def _text(raw: Raw, column: str) -> str | None:
    """A field's text. `date#s` is the entry `s` of the JSON object in the column `date`; a JSON list is joined."""
    column, _, inside = column.partition(INSIDE)
    text = (raw.get(column) or "").strip()
    if not text.startswith(("{", "[")):
        return text or None
    try:
        held = json.loads(text)
    except json.JSONDecodeError:
        return text
    if isinstance(held, dict):
        held = held.get(inside)
    return ",".join(map(str, held)) if isinstance(held, list) else held


def _row(raw: Raw, fields: dict[str, str], dataset: Dataset, rank: int | None = None) -> tuple[Row, Fault | None]:
    types = schema(dataset.shape)
    row: Row = dict.fromkeys(name for name in types if name not in DELIVERY_COLUMNS)
    for field, text in dict(_texts(raw, fields, dataset, rank)).items():
        if field not in types or text is None:
            continue
        value = _typed(text, types[field])
        if value is None:
            column = fields.get(field, field)
            return row, Fault("register_field_invalid", column, text, f"{column} is no {_kind(types[field])}")
        row[field] = value
    for field in REQUIRED[dataset.shape]:
        if row[field] is None:
            column = fields.get(field, field)
            return row, Fault("register_field_invalid", column, None, f"{column} is empty")
    ended = day(row, "valid_to")
    if dataset.end_dates == "either" and ended is not None and ended.day == 1:
        row["valid_to"] = ended - timedelta(days=1)
    return row, None


def _texts(raw: Raw, fields: dict[str, str], dataset: Dataset, rank: int | None) -> Iterator[tuple[str, str | None]]:
    """Every landed field with its text: constants first, then what the file says, mapped and with its default."""
    for field, constant in dataset.constants.items():
        is_open = field == "valid_from" and constant in dataset.open_starts
        yield field, dataset.defaults["valid_from"] if is_open else constant
    if rank is not None:
        yield "rank", str(rank)
    for field, column in fields.items():
        text = _text(raw, column)
        if text is not None and field in dataset.value_maps:
            text = dataset.value_maps[field].get(text, text)
        if text is not None and text in dataset.markers:
            text = None
        if text is None or (field == "valid_from" and str(parse_day(text)) in dataset.open_starts):
            text = dataset.defaults.get(field, text)
        yield field, text


def _typed(text: str, kind: object) -> object | None:
    if kind == pl.Date:
        return parse_day(text)
    if kind in (pl.Float64, pl.Int64):
        try:
            value = float(text) if kind == pl.Float64 else int(text)
        except ValueError:
            return None
        return value if math.isfinite(value) else None
    return text


def _kind(kind: object) -> str:
    if kind == pl.Date:
        return "day (YYYY-MM-DD or DD/MM/YYYY)"
    return "number" if kind in (pl.Float64, pl.Int64) else "text"
