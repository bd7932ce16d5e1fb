"""Register tables: each row a statement about an area, a service, a structure or a decision."""

import json
from datetime import date, timedelta

import polars as pl

from pipelines.intake.decided import complete_decision
from pipelines.intake.judgement import Judgement, Landed
from pipelines.intake.layouts.reshape import reshaped
from pipelines.intake.layouts.rows import in_scope
from pipelines.intake.names import name_key, service_id_of
from pipelines.intake.periods import parse_day, parse_period
from pipelines.intake.places import Registers
from pipelines.intake.problems import Problem, Refused, findings
from pipelines.intake.where_when import label_of
from pipelines.readers import Table
from sources.catalogue import Catalogue
from sources.models.dataset import Dataset
from sources.shapes import schema

DELIVERY_COLUMNS = ("source_id", "delivery_id", "published_at", "recorded_at")
REQUIRED = {
    "authorities": ("area_code", "area_name", "valid_from"),
    "authority_changes": ("from_code", "to_code", "change_date"),
    "authority_parents": ("child_code", "parent_code", "valid_on"),
    "service_memberships": ("service_name", "area_code", "valid_from"),
    "structure_assertions": ("service_name", "typology_id", "model_id", "tenure", "source", "source_date"),
    "statistical_neighbours": ("dfe_code", "neighbour_dfe_code", "rank", "vintage"),
    "decisions": ("decision_id", "decision_kind", "subject", "decided_by", "decided_on", "reason"),
}
INSIDE = "#"
TENURES = ("planned", "interim", "in_force", "ended")
PRECISIONS = ("day", "month", "year", "unknown", "open")

Row = dict[str, object]


def judge(
    table: Table, dataset: Dataset, told_label: str | None, registers: Registers, catalogue: Catalogue
) -> Judgement:
    """Judge one register table. A row is landed whole or set aside whole; unmapped columns are out of scope.

    Raises:
        Refused: period_not_given, or period_wrong_type for the vintage of a register that has one.
    """
    table = reshaped(table, dataset)
    dataset = _of_vintage(dataset, table, told_label, catalogue)
    columns = {*dataset.fields.values(), *(column for each in dataset.repeats for column in each.values())}
    mapped = {column.split(INSIDE)[0] for column in columns} & set(table.columns)
    width, landed_width = len(table.columns), len(mapped)
    rows: list[Row] = []
    kept: list[dict[str, str | None]] = []
    problems: list[Problem] = []
    outside = 0
    frame = in_scope(table.frame, dataset)
    for raw in frame.iter_rows(named=True):
        if not _in_scope(raw, dataset):
            outside += 1
            continue
        made, fault = _rows(raw, dataset, registers, catalogue)
        if fault is not None:
            rule, column, value, reason = fault
            problems.append(Problem(rule, reason, table.sheet, raw["__row"], column, value, landed_width))
            continue
        for row in made:
            row["sheet"], row["row"] = table.sheet, raw["__row"]
        rows += made
        kept += [raw] * len(made)
    outside += table.frame.height - frame.height
    types = {name: kind for name, kind in schema(dataset.shape).items() if name not in DELIVERY_COLUMNS}
    landed = [Landed(dataset.shape, len(rows), [pl.DataFrame(rows, schema=types, orient="row")])]
    if "replaced_by" in dataset.fields:
        changes = _changes(kept, rows, dataset)
        landed.append(Landed("authority_changes", changes.height, [changes]))
    whole_rows = table.frame.height - outside - len(problems)
    return Judgement(
        landed=landed,
        findings=findings(problems, catalogue),
        rows_read=table.frame.height,
        cells_in=table.frame.height * width,
        cells_landed=whole_rows * landed_width,
        cells_out_of_scope=(whole_rows + len(problems)) * (width - landed_width) + outside * width,
    )


def _of_vintage(dataset: Dataset, table: Table, told_label: str | None, catalogue: Catalogue) -> Dataset:
    """The dataset with the first day of its vintage as a constant, where it has one."""
    if dataset.period is None:
        return dataset
    label = label_of(dataset, table, told_label)
    kind = catalogue.period_types[str(dataset.period.type)]
    period = parse_period(label, kind)
    if period is None:
        raise Refused(Problem("period_wrong_type", f"the vintage {label!r} is no {kind.label}", value=label))
    return dataset.model_copy(update={"constants": {**dataset.constants, "vintage": str(period.start)}})


def _rows(
    raw: dict[str, str | None], dataset: Dataset, registers: Registers, catalogue: Catalogue
) -> tuple[list[Row], tuple[str, str | None, str | None, str] | None]:
    """The landed rows of a row, one for each of the dataset's repeats that holds anything, or the first fault."""
    if not dataset.repeats:
        row, fault = _row(raw, dataset.fields, dataset, registers, catalogue)
        return [row], fault
    made = []
    for rank, each in enumerate(dataset.repeats, start=1):
        if not any(_text(raw, column) for column in each.values()):
            continue
        row, fault = _row(raw, dataset.fields | each, dataset, registers, catalogue, rank)
        if fault is not None:
            return [], fault
        made.append(row)
    return made, None


def _text(raw: dict[str, str | None], column: str) -> str | None:
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


def _in_scope(raw: dict[str, str | None], dataset: Dataset) -> bool:
    code = dataset.fields.get("area_code")
    if code and (raw.get(code) or "").strip() in dataset.markers:
        return False
    return all((raw.get(column) or "") in values for column, values in dataset.row_scope.items())


def _row(
    raw: dict[str, str | None],
    fields: dict[str, str],
    dataset: Dataset,
    registers: Registers,
    catalogue: Catalogue,
    rank: int | None = None,
) -> tuple[Row, tuple[str, str | None, str | None, str] | None]:
    """The landed row, or (rule, column, value, reason) of the first fault."""
    types = schema(dataset.shape)
    row: Row = dict.fromkeys(name for name in types if name not in DELIVERY_COLUMNS)
    texts: dict[str, str | None] = {
        field: dataset.defaults["valid_from"] if field == "valid_from" and text in dataset.open_starts else text
        for field, text in dataset.constants.items()
    }
    if rank is not None:
        texts["rank"] = str(rank)
    for field, column in fields.items():
        text = _text(raw, column)
        if text is not None and field in dataset.value_maps:
            text = dataset.value_maps[field].get(text, text)
        if text is not None and text in dataset.markers:
            text = None
        if text is None or (field == "valid_from" and str(parse_day(text)) in dataset.open_starts):
            text = dataset.defaults.get(field, text)
        texts[field] = text
    for field, text in texts.items():
        if field not in types or text is None:
            continue
        value = _typed(text, types[field])
        if value is None:
            column = fields.get(field, field)
            return row, ("register_field_invalid", column, text, f"{column} is no {_kind(types[field])}")
        row[field] = value
    for field in REQUIRED[dataset.shape]:
        if row[field] is None:
            column = fields.get(field, field)
            return row, ("register_field_invalid", column, None, f"{column} is empty")
    ended = _day(row, "valid_to")
    if dataset.end_dates == "either" and ended is not None and ended.day == 1:
        row["valid_to"] = ended - timedelta(days=1)
    return row, _completed(row, dataset.shape, registers, catalogue)


def _completed(
    row: Row, shape: str, registers: Registers, catalogue: Catalogue
) -> tuple[str, str | None, str | None, str] | None:
    if shape == "authorities":
        _complete_authority(row, catalogue)
        if row["area_type"] is None:
            reason = "nothing says what type of area it is"
            return ("register_field_invalid", "area_code", str(row["area_code"]), reason)
    if shape == "authority_parents" and not _is_authority(str(row["parent_code"]), catalogue):
        row["parent_code"] = row["child_code"]
    if shape == "service_memberships":
        name = str(row["service_name"])
        row["service_id"] = registers.variants.get(name_key(name)) or service_id_of(name)
        row["nation"] = row["nation"] or _nation(str(row["area_code"]), registers, catalogue)
    if shape == "structure_assertions":
        return _complete_assertion(row, registers, catalogue)
    if shape == "statistical_neighbours":
        _complete_neighbour(row, registers)
    if shape == "decisions":
        return complete_decision(row, catalogue)
    return None


def _complete_neighbour(row: Row, registers: Registers) -> None:
    """The codes of the authorities that carried the department codes on the day of the vintage, where any did."""
    on = _day(row, "vintage")
    assert on is not None
    for code, dfe_code in (("area_code", "dfe_code"), ("neighbour_code", "neighbour_dfe_code")):
        row[code] = registers.area_by_dfe(str(row[dfe_code]), None, on, on).area_code


def _complete_authority(row: Row, catalogue: Catalogue) -> None:
    code = str(row["area_code"])
    prefix = catalogue.prefix_of(code)
    if " / " in code:
        row["area_type"] = "other"
    if prefix:
        row["area_type"] = row["area_type"] or prefix.area_type
        row["nation"] = row["nation"] or prefix.nation
        row["authority_class"] = row["authority_class"] or prefix.authority_class
    if row["alternate_names"]:
        row["alternate_names"] = "|".join(part.strip() for part in str(row["alternate_names"]).split(","))


def _complete_assertion(
    row: Row, registers: Registers, catalogue: Catalogue
) -> tuple[str, str | None, str | None, str] | None:
    typology = catalogue.typologies.get(str(row["typology_id"]))
    if typology is None:
        known = ", ".join(catalogue.typologies)
        return ("typology_unknown", "typology", str(row["typology_id"]), f"no such typology; there are {known}")
    models = [model.id for model in typology.models]
    if row["model_id"] not in models:
        return ("typology_unknown", "model", str(row["model_id"]), f"{typology.id} has the models {', '.join(models)}")
    if row["tenure"] not in TENURES:
        return ("assertion_inconsistent", "tenure", str(row["tenure"]), f"tenure is one of {', '.join(TENURES)}")
    row["from_precision"] = row["from_precision"] or ("unknown" if row["valid_from"] is None else "day")
    row["to_precision"] = row["to_precision"] or ("open" if row["valid_to"] is None else "day")
    for field in ("from_precision", "to_precision"):
        if row[field] not in PRECISIONS:
            return ("assertion_inconsistent", field, str(row[field]), f"{field} is one of {', '.join(PRECISIONS)}")
    start, end = _day(row, "valid_from"), _day(row, "valid_to")
    if start is not None and end is not None and end < start:
        return ("assertion_inconsistent", "valid_to", str(end), "the claim ends before it begins")
    if row["tenure"] in ("interim", "in_force") and start is None and row["from_precision"] != "unknown":
        reason = "a claim in force needs its first day, or the precision unknown"
        return ("assertion_inconsistent", "valid_from", None, reason)
    row["scope_percent"] = 100.0 if row["scope_percent"] is None else row["scope_percent"]
    if not 0 < float(str(row["scope_percent"])) <= 100:
        return ("assertion_inconsistent", "scope_percent", str(row["scope_percent"]), "scope is over 0 and at most 100")
    service = registers.service_codes.get(str(row["service_name"]).casefold()) or registers.service_id(
        str(row["service_name"])
    )
    if not registers.knows_service(service):
        return ("service_unknown", "service", str(row["service_name"]), f"no register knows {row['service_name']}")
    row["service_id"] = service
    return None


def _changes(kept: list[dict[str, str | None]], rows: list[Row], dataset: Dataset) -> pl.DataFrame:
    """Predecessors and successors from a register whose rows name what replaced them by its own codes."""
    own, by = dataset.fields["own_code"], dataset.fields["replaced_by"]
    code_of = {raw[own]: row["area_code"] for raw, row in zip(kept, rows, strict=True)}
    columns = {n: k for n, k in schema("authority_changes").items() if n not in DELIVERY_COLUMNS}
    changes = []
    for raw, row in zip(kept, rows, strict=True):
        valid_to = _day(row, "valid_to")
        for successor in (raw[by] or "").split(","):
            if successor.strip() in code_of and valid_to is not None:
                changes.append(
                    {
                        "from_code": row["area_code"],
                        "to_code": code_of[successor.strip()],
                        "change_date": valid_to + timedelta(days=1),
                        "instrument": None,
                        "sheet": row["sheet"],
                        "row": row["row"],
                    }
                )
    return pl.DataFrame(changes, schema=columns, orient="row")


def _typed(text: str, kind: object) -> object | None:
    if kind == pl.Date:
        return parse_day(text)
    if kind in (pl.Float64, pl.Int64):
        try:
            return float(text) if kind == pl.Float64 else int(text)
        except ValueError:
            return None
    return text


def _kind(kind: object) -> str:
    if kind == pl.Date:
        return "day (YYYY-MM-DD or DD/MM/YYYY)"
    return "number" if kind in (pl.Float64, pl.Int64) else "text"


def _day(row: Row, field: str) -> date | None:
    value = row.get(field)
    return value if isinstance(value, date) else None


def _is_authority(code: str, catalogue: Catalogue) -> bool:
    prefix = catalogue.prefix_of(code)
    return prefix is None or prefix.area_type == "authority"


def _nation(code: str, registers: Registers, catalogue: Catalogue) -> str | None:
    if code in registers.areas:
        return registers.areas[code].nation
    prefix = catalogue.prefix_of(code)
    return prefix.nation if prefix else None
