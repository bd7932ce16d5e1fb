"""Place and period of every row, resolved once for each different combination."""

import re

import polars as pl

from pipelines.intake.columns import named
from pipelines.intake.periods import Period, parse_period
from pipelines.intake.places import Place, Registers
from pipelines.intake.problems import Problem, Refused
from pipelines.readers import Table
from sources.catalogue import Catalogue
from sources.models.dataset import Dataset

RESOLVED = {
    "area_type": pl.String,
    "area_code": pl.String,
    "area_name_as_published": pl.String,
    "period_start": pl.Date,
    "period_end": pl.Date,
    "period_label": pl.String,
    "period_type": pl.String,
    "label_marker": pl.String,
    "where_rule": pl.String,
    "where_reason": pl.String,
    "where_value": pl.String,
}


def resolve(
    table: Table,
    dataset: Dataset,
    period_type: str,
    told_label: str | None,
    registers: Registers,
    catalogue: Catalogue,
) -> pl.DataFrame:
    """Place and period of each row of the table, in its order (columns of RESOLVED).

    Raises:
        Refused: period_not_given, when neither the table nor anyone says which period it is for.
    """
    assert dataset.place is not None
    columns = table.columns
    label = _label_expression(dataset, columns, told_label)
    place = dataset.place
    level = pl.col(place.level_column) if place.level_column else pl.lit(None, pl.String)
    keyed = table.frame.select(
        level.alias("level"),
        *(
            (pl.col(found) if (found := named(column, columns)) else pl.lit(None, pl.String)).alias(f"{kind}:{area}")
            for kind, sides in (("code", place.codes), ("name", place.names))
            for area, column in sides.items()
        ),
        label.alias("label"),
    )
    combinations = keyed.unique(maintain_order=True)
    rows = [_resolve_one(row, dataset, period_type, registers, catalogue) for row in combinations.iter_rows(named=True)]
    resolved = combinations.hstack(pl.DataFrame(rows, schema=RESOLVED, orient="row"))
    joined = keyed.join(resolved, on=keyed.columns, how="left", nulls_equal=True, maintain_order="left")
    return joined.select(*RESOLVED)


def _label_expression(dataset: Dataset, columns: tuple[str, ...], told: str | None) -> pl.Expr:
    source = dataset.period
    assert source is not None
    if source.column:
        return pl.col(source.column)
    if source.fixed:
        return pl.lit(source.fixed)
    if told:
        return pl.lit(told)
    if source.header_pattern:
        for column in columns:
            match = re.fullmatch(source.header_pattern, column)
            if match:
                return pl.lit(match[1])
    raise Refused(Problem("period_not_given", "neither the file nor anything beside it says which period it is for"))


def _resolve_one(
    row: dict[str, str | None],
    dataset: Dataset,
    period_type: str,
    registers: Registers,
    catalogue: Catalogue,
) -> tuple[object, ...]:
    assert dataset.period is not None
    published_label = row["label"] or ""
    label, label_marker = published_label, None
    for suffix, marker in dataset.period.suffixes.items():
        if label.strip().endswith(suffix):
            label, label_marker = label.strip().removesuffix(suffix), marker
    period = parse_period(label, catalogue.period_types[period_type])
    area_type, code, name = _published_place(row, dataset)
    if period is None:
        reason = f"the period {published_label!r} is no {catalogue.period_types[period_type].label}"
        return (area_type, code, name, None, None, published_label, period_type, label_marker,
                "period_wrong_type", reason, published_label)  # fmt: skip
    found = _place(area_type, code, name, row["level"], period, dataset, registers)
    value = None if found.rule is None else (name if found.rule == "area_name_mismatch" else code or name)
    return (found.area_type or area_type, found.area_code or code, name, period.start, period.end, published_label,
            period.type, label_marker, found.rule, found.reason or None, value)  # fmt: skip


def _published_place(row: dict[str, str | None], dataset: Dataset) -> tuple[str | None, str | None, str | None]:
    place = dataset.place
    assert place is not None
    area_type = place.area_type or (place.levels.get((row["level"] or "").strip()) if place.level_column else None)
    side = area_type or next(iter([*place.codes, *place.names]))
    code, name = row.get(f"code:{side}"), row.get(f"name:{side}")
    return area_type, code.strip() if code else None, name.strip() if name else None


def _place(
    area_type: str | None,
    code: str | None,
    name: str | None,
    level: str | None,
    period: Period,
    dataset: Dataset,
    registers: Registers,
) -> Place:
    place = dataset.place
    assert place is not None
    if place.level_column and area_type is None:
        return Place(rule="level_unknown", reason=f"the geographic level {level!r} is not declared")
    known_name = place.variants.get(name, name) if name else None
    if place.scheme == "service_name":
        if not known_name:
            return Place(rule="service_unknown", reason="the row names no service")
        return registers.service(known_name, period.start, period.end)
    if not code:
        return Place(rule="area_code_missing", reason=f"the row names {name or 'no area'} and gives no code")
    if code in place.fixed_codes:
        return registers.area(place.fixed_codes[code], known_name, period.start, period.end)
    if place.scheme == "dfe":
        return registers.area_by_dfe(code, known_name, period.start, period.end)
    found = registers.area(code, known_name, period.start, period.end)
    if found.rule is None and area_type and found.area_type != area_type:
        return Place(found.area_type, code, "area_unknown", f"{code} is of type {found.area_type}, not {area_type}")
    return found
