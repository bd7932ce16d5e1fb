"""Place and period of every row of a table, each different place and label asked once."""

import re
from functools import reduce
from operator import xor
from typing import Any

import polars as pl
from polars._typing import PolarsDataType

from pipelines.intake.columns import named
from pipelines.intake.periods import Period, parse_period
from pipelines.intake.places import Place, Registers
from pipelines.intake.problems import Problem, Refused
from pipelines.intake.where import Published, is_steady, place_in, published_place
from pipelines.readers import Table
from sources.catalogue import Catalogue
from sources.models.dataset import Dataset

WHERE = {
    "area_type": pl.String,
    "area_code": pl.String,
    "area_name_as_published": pl.String,
    "place_rule": pl.String,
    "place_reason": pl.String,
    "place_value": pl.String,
}
WHEN = {
    "period_start": pl.Date,
    "period_end": pl.Date,
    "period_label": pl.String,
    "period_type": pl.String,
    "label_marker": pl.String,
    "period_reason": pl.String,
}
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
KIND = "declared_period_type"
LABEL = ["label", "said_type", KIND]
When = tuple[Period | None, tuple[Any, ...]]


class Resolver:
    """Resolves the rows of one table, in as many pieces as it is read in."""

    def __init__(
        self, dataset: Dataset, table: Table, told_label: str | None, registers: Registers, catalogue: Catalogue
    ) -> None:
        """Take the table (its columns and notes) and the period that someone told.

        Raises:
            Refused: period_not_given, when neither the table nor anyone says which period it is for.
        """
        assert dataset.place is not None
        assert dataset.period is not None
        self.dataset, self.registers, self.catalogue = dataset, registers, catalogue
        place, period, columns = dataset.place, dataset.period, table.columns
        self.place_keys = [
            (pl.col(place.level_column) if place.level_column else pl.lit(None, pl.String)).alias("level")
        ]
        for kind, sides in (("code", place.codes), ("name", place.names)):
            for area, column in sides.items():
                found = named(column, columns)
                text = pl.col(found) if found else pl.lit(None, pl.String)
                self.place_keys.append(text.alias(f"{kind}:{area}"))
        self.label_keys = [
            _label_expression(dataset, table, told_label).alias("label"),
            (pl.col(period.type_column) if period.type_column else pl.lit(None, pl.String)).alias("said_type"),
        ]

    def resolve(self, rows: pl.DataFrame, kinds: pl.Series) -> pl.DataFrame:
        """Place and period of each row, in its order (columns of RESOLVED).

        Args:
            rows: The table's rows.
            kinds: For each row the period type by which its label is read where no column of the file says it.
        """
        keyed = rows.select(
            pl.int_range(pl.len()).alias("__row"), *self.place_keys, *self.label_keys, kinds.alias(KIND)
        )
        places, place_of = _told_apart(keyed.select(pl.exclude("__row", *LABEL)))
        labels, label_of = _told_apart(keyed.select(LABEL))
        whens = [self._when(row) for row in labels.iter_rows(named=True)]
        when = pl.DataFrame([fields for _, fields in whens], schema=WHEN, orient="row")
        published = [published_place(row, self.dataset) for row in places.iter_rows(named=True)]
        where, unsteady = self._where(published, [period for period, _ in whens])
        resolved = where[place_of].hstack(when[label_of])
        if unsteady:
            both = pl.DataFrame({"place": place_of, "label": label_of})
            resolved = self._by_period(resolved, both, published, unsteady, [period for period, _ in whens])
        return _as_resolved(resolved)

    def _when(self, row: dict[str, str | None]) -> When:
        """The period of a label, and its fields (WHEN)."""
        source = self.dataset.period
        assert source is not None
        published = row["label"] or ""
        kind = row["declared_period_type"] or ""
        if source.type_column:
            said = (row["said_type"] or "").strip()
            if said not in source.types:
                return None, (None, None, published, kind, None, f"the kind of period {said!r} is not declared")
            kind = source.types[said]
        label, marker = published, None
        for suffix, meaning in source.suffixes.items():
            if label.strip().endswith(suffix):
                label, marker = label.strip().removesuffix(suffix), meaning
        declared = self.catalogue.period_types[kind]
        period = parse_period(label, declared)
        if period is None:
            return None, (None, None, published, kind, marker, f"the period {published!r} is no {declared.label}")
        return period, (period.start, period.end, published, period.type, marker, None)

    def _where(self, published: list[Published], periods: list[Period | None]) -> tuple[pl.DataFrame, list[int]]:
        """Each place over the whole span of the periods (WHERE), and those that must be asked period by period."""
        known = [period for period in periods if period is not None]
        rows: list[tuple[Any, ...]] = []
        unsteady: list[int] = []
        span = None
        if known:
            span = Period(min(p.start for p in known), max(p.end for p in known), known[0].type)
        for number, place in enumerate(published):
            if span is None:
                rows.append((place.area_type, place.code, place.name, None, None, None))
                continue
            if not is_steady(place, span, self.dataset, self.registers):
                unsteady.append(number)
            rows.append(_fields(place, place_in(place, span, self.dataset, self.registers)))
        return pl.DataFrame(rows, schema=WHERE, orient="row"), unsteady

    def _by_period(
        self,
        resolved: pl.DataFrame,
        both: pl.DataFrame,
        published: list[Published],
        unsteady: list[int],
        periods: list[Period | None],
    ) -> pl.DataFrame:
        """The rows of unsteady places resolved again, each different place and period once."""
        affected = both.with_row_index("at").filter(pl.col("place").is_in(unsteady))
        asked = affected.select("place", "label").unique(maintain_order=True)
        rows = []
        for place, label in asked.iter_rows():
            period = periods[label]
            found = Place() if period is None else place_in(published[place], period, self.dataset, self.registers)
            rows.append((place, label, *_fields(published[place], found)))
        index: dict[str, PolarsDataType] = {"place": both.schema["place"], "label": both.schema["label"]}
        answers = pl.DataFrame(rows, schema={**index, **WHERE}, orient="row")
        new = affected.join(answers, on=["place", "label"], how="left", maintain_order="left")
        return resolved.with_columns(resolved[name].scatter(new["at"], new[name]) for name in WHERE)


def _told_apart(keyed: pl.DataFrame) -> tuple[pl.DataFrame, pl.Series]:
    """The different rows of a frame, and for each row the number of the one it is."""
    # Telling apart by what never changes costs as much as by what does.
    varying = [name for name in keyed.columns if not keyed[name].eq_missing(keyed[name][0]).all()] or keyed.columns[:1]
    hashed = reduce(xor, (pl.col(name).hash(seed=place) for place, name in enumerate(varying)))
    hashes = keyed.select(hashed.alias("hash"))
    different = keyed.hstack(hashes).unique("hash", keep="first", maintain_order=True)
    numbers = hashes.join(different.select("hash").with_row_index("number"), on="hash", how="left",
                          maintain_order="left")["number"]  # fmt: skip
    return different.drop("hash"), numbers


def _fields(published: Published, found: Place) -> tuple[Any, ...]:
    value = None
    if found.rule is not None:
        value = published.name if found.rule == "area_name_mismatch" else published.code or published.name
    return (found.area_type or published.area_type, found.area_code or published.code, published.name, found.rule,
            found.reason or None, value)  # fmt: skip


def _as_resolved(frame: pl.DataFrame) -> pl.DataFrame:
    """A period that cannot be read comes before a place that cannot: without days no area is known."""
    unread = pl.col("period_reason").is_not_null()
    return frame.select(
        *(name for name in RESOLVED if not name.startswith("where_")),
        pl.when(unread).then(pl.lit("period_wrong_type")).otherwise("place_rule").alias("where_rule"),
        pl.coalesce("period_reason", "place_reason").alias("where_reason"),
        pl.when(unread).then("period_label").otherwise("place_value").alias("where_value"),
    )


def _label_expression(dataset: Dataset, table: Table, told: str | None) -> pl.Expr:
    source = dataset.period
    assert source is not None
    if source.column:
        return pl.col(named(source.column, table.columns) or source.column)
    return pl.lit(label_of(dataset, table, told))


def label_of(dataset: Dataset, table: Table, told: str | None) -> str:
    """The one period label of a table that has no column for it.

    Raises:
        Refused: period_not_given.
    """
    source = dataset.period
    assert source is not None
    if source.fixed:
        return source.fixed
    if told:
        return told
    if source.note_pattern:
        for row, text in table.notes:
            match = re.search(source.note_pattern, text)
            if match and (table.header_row is None or row < table.header_row):
                return match[1]
    if source.header_pattern:
        for column in table.columns:
            match = re.fullmatch(source.header_pattern, column)
            if match:
                return match[1]
    raise Refused(Problem("period_not_given", "neither the file nor anything beside it says which period it is for"))
