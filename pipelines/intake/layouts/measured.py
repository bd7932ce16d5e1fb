"""Wide and long tables: each row a place and period, each in-scope cell a published number.

In a wide table every measure has its own columns. In a long one the name columns say which measure the row is.
A table comes in one or more pieces; what must be seen of all rows together is settled in settling.py.
"""

import re
from collections.abc import Iterable, Iterator

import polars as pl

from pipelines.intake.cells import judged
from pipelines.intake.judgement import Coverage, Judgement, Landed
from pipelines.intake.keys import GROUP, LINE, group_key, line_key
from pipelines.intake.layouts.broken_rows import RULE, TEXT, settle_cells
from pipelines.intake.layouts.candidates import Candidates
from pipelines.intake.layouts.corrections import Corrections
from pipelines.intake.layouts.plan import SPEC, Group, Plan, plan_of
from pipelines.intake.layouts.reshape import COLUMN, reshaped
from pipelines.intake.layouts.rows import NAME, declared_names, in_scope, named_rows, preferred
from pipelines.intake.layouts.settling import PLACED, Check, settle
from pipelines.intake.places import Registers
from pipelines.intake.problems import FINDINGS, Problem, findings
from pipelines.intake.where_when import RESOLVED, Resolver
from pipelines.readers import Table
from sources.catalogue import Catalogue
from sources.models.dataset import Dataset


def judge(
    tables: Iterable[Iterator[Table]],
    dataset: Dataset,
    told_label: str | None,
    published: str | None,
    registers: Registers,
    catalogue: Catalogue,
    check: Check,
) -> Judgement:
    """Judge the wide or long tables of a delivery.

    Args:
        tables: Each table in its pieces.
        dataset: What the file is.
        told_label: The period, where someone told it.
        published: Day of publication, YYYY-MM-DD, where it is known.
        registers: The areas and services there are.
        catalogue: What is declared.
        check: The checks of the whole delivery.

    Raises:
        Refused: period_not_given or correction_mismatch.
    """
    work = _Work(dataset, told_label, published, registers, catalogue)
    for pieces in tables:
        work.begin()
        for piece in pieces:
            work.take(piece)
    notes = work.corrections.notes()
    aside = pl.concat(work.findings)
    settled = settle(
        work.candidates, work.columns_of, aside, pl.concat(work.broken), pl.concat(work.placed), check, catalogue
    )
    landed = _Pieces(work.candidates, settled.removed)
    return Judgement(
        landed=[Landed("observations", work.candidates.rows - settled.removed.len(), landed)],
        findings=pl.concat([aside, settled.findings]).sort("row", "column", nulls_last=False, maintain_order=True),
        rows_read=work.rows_read,
        cells_in=work.cells_in,
        cells_landed=work.cells_landed - settled.cells,
        cells_out_of_scope=work.cells_out_of_scope,
        notes=notes,
        covers=work.covers,
    )


class _Pieces:
    """The landed observations of a delivery, piece by piece, as often as they are asked for."""

    def __init__(self, candidates: Candidates, removed: pl.Series) -> None:
        self.candidates, self.removed = candidates, removed

    def __iter__(self) -> Iterator[pl.DataFrame]:
        for piece in self.candidates.pieces():
            kept = piece.filter(~pl.col("nth").is_in(self.removed.implode())) if self.removed.len() else piece
            yield kept.drop(PRIVATE)


class _Work:
    """One delivery being judged: what its pieces came to so far."""

    def __init__(
        self, dataset: Dataset, told: str | None, published: str | None, registers: Registers, catalogue: Catalogue
    ) -> None:
        self.dataset, self.told, self.registers, self.catalogue = dataset, told, registers, catalogue
        self.corrections = Corrections(dataset, published)
        self.candidates = Candidates()
        self.specs = [pl.DataFrame(schema=SPEC)]
        self.columns_of: dict[int, tuple[str, ...]] = {}
        self.findings = [pl.DataFrame(schema=FINDINGS)]
        self.broken = [pl.DataFrame(schema={"__index": pl.Int64, "source_column": pl.String})]
        self.placed = [pl.DataFrame(schema=PLACED)]
        self.covers = Coverage()
        self.rows_read = self.cells_in = self.cells_landed = self.cells_out_of_scope = self.rows_seen = 0

    def begin(self) -> None:
        """A new table begins: its columns may be others."""
        self.plan: Plan | None = None

    def take(self, piece: Table) -> None:
        """Judge one piece of the table."""
        height = piece.frame.height
        table = reshaped(piece, self.dataset)
        if self.plan is None:
            self._begin_table(table)
        plan, sheet = self.plan, table.sheet
        assert plan is not None
        # Where figures lie across, a row of the file has become a row for each of them.
        figures = height if COLUMN not in table.frame.columns else table.frame.height
        width = len(plan.roles.in_scope)
        self.rows_read += height
        self.cells_in += figures * width + height * (len(plan.roles.out_of_scope) + len(plan.roles.undeclared))
        self.cells_out_of_scope += height * len(plan.roles.out_of_scope)
        problems = [
            Problem("column_undeclared", f"{self.dataset.id} does not know the column {column}", sheet, None, column,
                    None, height)
            for column in plan.roles.undeclared
        ]  # fmt: skip
        frame = table.frame.with_row_index("__index", offset=self.rows_seen)
        frame = frame.with_columns(pl.col("__index").cast(pl.Int64))
        self.rows_seen += frame.height
        rows = in_scope(frame, self.dataset)
        self.cells_out_of_scope += (frame.height - rows.height) * width
        if self.dataset.layout == "long":
            rows, skipped, unknown = declared_names(
                named_rows(rows, self.dataset), plan.names, self.dataset, sheet, width
            )
            self.cells_out_of_scope += skipped
            problems += unknown
        self.findings.append(findings(problems, self.catalogue))
        if rows.height and self.dataset.prefer:
            kinds = _kinds(rows, plan)
            counts = preferred(rows, self.resolver.resolve(rows, kinds), self.dataset)
            self.cells_out_of_scope += int((~counts).sum()) * width
            rows = rows.filter(counts)
        if rows.height:
            self._observe(_with_cells(self.corrections.apply(rows), plan), sheet, plan)

    def _begin_table(self, table: Table) -> None:
        groups = (COLUMN, *_groups_of(self.dataset)) if COLUMN in table.frame.columns else ()
        self.plan = plan_of(
            self.dataset, table.columns, self.catalogue, sum(frame.height for frame in self.specs), groups
        )
        self.specs.append(self.plan.specs)
        for group in self.plan.groups:
            self.columns_of |= dict.fromkeys(group.specs, group.columns)
        self.resolver = Resolver(self.dataset, table, self.told, self.registers, self.catalogue)

    def _observe(self, rows: pl.DataFrame, sheet: str | None, plan: Plan) -> None:
        """Make the observations of the rows, land the sound ones, and settle every cell."""
        resolved: dict[str, pl.DataFrame] = {}
        observed = []
        for group in plan.groups:
            of_group, measures = _rows_of(rows, group, plan)
            kinds = measures["declared_period_type"]
            if self.dataset.layout == "long":
                where_when = self.resolver.resolve(of_group, kinds)
                self.covers.add(where_when)
            else:
                kind = str(kinds[0])
                if kind not in resolved:
                    resolved[kind] = self.resolver.resolve(of_group, kinds)
                    self.covers.add(resolved[kind])
                where_when = resolved[kind]
            observed.append(_observations(of_group, measures, where_when, group, sheet))
        frame = _with_outcomes(pl.concat(observed), self.dataset)
        is_landed = pl.col("outcome") == "landed"
        self.candidates.add(frame.lazy().filter(is_landed).select(*LANDED, line_key(), group_key()).collect())
        is_placed = pl.col("area_code").is_not_null() & pl.col("period_end").is_not_null()
        self.placed.append(frame.filter(~is_landed & is_placed).select(*PLACED).unique())
        is_sound = pl.all_horizontal(pl.col(c).is_null() for c in ("rule", "numerator_rule", "denominator_rule"))
        dirty = frame.filter(~is_sound)["__index"].unique()
        used = _cells_used(rows, plan)
        self.cells_out_of_scope += rows.height * len(plan.roles.in_scope) - int(used.sum())
        if dirty.is_empty():
            self.cells_landed += int(used.sum())
            return
        is_dirty = pl.col("__index").is_in(dirty.implode())
        self.cells_landed += int(used.filter(~rows["__index"].is_in(dirty.implode())).sum())
        settled = settle_cells(rows.filter(is_dirty), frame.filter(is_dirty), plan, self.catalogue)
        self.cells_landed += settled.landed
        self.cells_out_of_scope += settled.out_of_scope
        self.findings.append(settled.findings)
        self.broken.append(settled.cells)


NUMBER, MARKER = "number:{}", "marker:{}"
DESCRIBED = [
    "indicator_id", "definition_version", "breakdown_id", "unit", "measure", "typical_minimum", "typical_maximum",
]  # fmt: skip
LANDED = [
    "__index", "spec", "sheet", "row", "column", "area_type", "area_code", "area_name_as_published", "period_start",
    "period_end", "period_label", "period_type", "label_marker", "value", "value_marker", "numerator", "denominator",
    *DESCRIBED,
]  # fmt: skip
MEASURED = ["spec", "base", "minimum", "maximum", "bounded", *DESCRIBED]
PRIVATE = ["nth", "__index", "spec", "typical_minimum", "typical_maximum", LINE, GROUP]
"""Columns of a candidate that are not landed."""


def _kinds(rows: pl.DataFrame, plan: Plan) -> pl.Series:
    """The period type of each row of a long table."""
    kinds = dict(plan.specs.select("name", "declared_period_type").iter_rows())
    return rows[NAME].replace_strict(kinds, return_dtype=pl.String)


def _groups_of(dataset: Dataset) -> list[str]:
    return list(re.compile(dataset.reader.across or "").groupindex)


def _with_cells(rows: pl.DataFrame, plan: Plan) -> pl.DataFrame:
    """The rows with number, marker, own rule and text of each in-scope cell, each column judged once."""
    categories = {column: group.categories for group in plan.groups for column in group.value if group.categories}
    columns = []
    for column in dict.fromkeys(column for group in plan.groups for column in group.columns):
        cell = judged(rows.select(pl.col(column).alias("text")), plan.dataset, categories.get(column))
        columns += [
            cell[part].alias(name.format(column))
            for part, name in (("number", NUMBER), ("marker", MARKER), ("rule", RULE), ("text", TEXT))
        ]
    return rows.hstack(columns)


def _rows_of(rows: pl.DataFrame, group: Group, plan: Plan) -> tuple[pl.DataFrame, pl.DataFrame]:
    """The rows of a group's measures, and beside them the measure of each (columns of SPEC)."""
    specs = plan.specs.filter(pl.col("spec").is_in(list(group.specs)))
    specs = specs.select(*MEASURED, "name", "column", "declared_period_type")
    if plan.dataset.layout == "long":
        places = rows.select(NAME).with_row_index("place")
        measures = places.join(specs, left_on=NAME, right_on="name", how="inner", maintain_order="left")
        if measures.height == rows.height and len(group.specs) == specs["name"].n_unique():
            return rows, measures
        return rows[measures["place"]], measures
    return rows, specs.select(pl.all().repeat_by(rows.height).explode()) if rows.height != 1 else specs


def _observations(
    rows: pl.DataFrame, measures: pl.DataFrame, where_when: pl.DataFrame, group: Group, sheet: str | None
) -> pl.DataFrame:
    parts = [*_part(group.value, "value"), *_part(group.numerator, "numerator"),
             *_part(group.denominator, "denominator")]  # fmt: skip
    frame = rows.select("__index", pl.lit(sheet, pl.String).alias("sheet"), pl.col("__row").alias("row"), *parts)
    column = rows[COLUMN] if COLUMN in rows.columns else measures["column"]
    frame = frame.hstack([column.alias("column"), *measures.select(MEASURED), *where_when.select(*RESOLVED)])
    if group.value:
        return frame
    # A file of counts alone: the value is the share or rate they make, and none where the base is nothing.
    whole = pl.col("numerator").is_not_null() & pl.col("denominator").is_not_null()
    marker = pl.coalesce("numerator_marker", "denominator_marker")
    empty = whole & (pl.col("denominator") == 0)
    return frame.with_columns(
        pl.when(whole & ~empty).then(pl.col("base") * pl.col("numerator") / pl.col("denominator")).alias("value"),
        pl.when(empty).then(pl.lit("z")).otherwise(marker).alias("value_marker"),
        pl.coalesce("numerator_rule", "denominator_rule").alias("value_rule"),
    )


def _part(columns: tuple[str, ...], side: str) -> list[pl.Expr]:
    """Number, marker and first broken rule of a part; a sum is a number only when every column is one."""
    if not columns:
        return [
            pl.lit(None, pl.Float64).alias(side),
            *(pl.lit(None, pl.String).alias(f"{side}_{name}") for name in ("marker", "rule")),
        ]
    numbers = [pl.col(NUMBER.format(column)) for column in columns]
    number = numbers[0]
    if len(numbers) > 1:
        number = pl.when(pl.all_horizontal(n.is_not_null() for n in numbers)).then(pl.sum_horizontal(numbers))
    return [
        number.alias(side),
        pl.coalesce(pl.col(MARKER.format(column)) for column in columns).alias(f"{side}_marker"),
        pl.coalesce(pl.col(RULE.format(column)) for column in columns).alias(f"{side}_rule"),
    ]


def _with_outcomes(observed: pl.DataFrame, dataset: Dataset) -> pl.DataFrame:
    """The rule each observation breaks by itself, and its outcome: landed, quarantined or out of scope."""
    value = pl.col("value")
    too_many = pl.col("bounded") & (pl.col("numerator") > pl.col("denominator"))
    beyond = (value < pl.col("minimum")) | (value > pl.col("maximum"))
    rule = pl.coalesce(
        "where_rule",
        "value_rule",
        pl.when(beyond).then(pl.lit("value_out_of_bounds")),
        pl.when(too_many).then(pl.lit("numerator_over_denominator")),
    )
    absent = (pl.col("where_rule") == "area_code_ended") & pl.col("value_marker").is_not_null()
    is_declared_absent = absent & pl.lit(dataset.absent_area_markers == "out_of_scope")
    return observed.with_columns(rule.alias("rule")).with_columns(
        pl.when(is_declared_absent.fill_null(False))
        .then(pl.lit("out_of_scope"))
        .when(pl.col("rule").is_null())
        .then(pl.lit("landed"))
        .otherwise(pl.lit("quarantined"))
        .alias("outcome")
    )


def _cells_used(rows: pl.DataFrame, plan: Plan) -> pl.Series:
    """How many in-scope cells of each row its measures use."""
    if plan.dataset.layout != "long":
        used = len({column for group in plan.groups for column in group.columns})
        return pl.Series("used", [used], pl.Int64).new_from_index(0, rows.height)
    columns: dict[str, set[str]] = {}
    names = dict(plan.specs.select("spec", "name").iter_rows())
    for group in plan.groups:
        for spec in group.specs:
            columns.setdefault(names[spec], set()).update(group.columns)
    counts = {name: len(found) for name, found in columns.items()}
    return rows.select(pl.col(NAME).replace_strict(counts, return_dtype=pl.Int64).alias("used"))["used"]
