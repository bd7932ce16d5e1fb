"""What becomes of each cell of a template table, and what is told of those that do not land."""

from fnmatch import fnmatchcase

import polars as pl

from pipelines.intake.problems import with_rules
from sources.catalogue import Catalogue
from sources.models.dataset import Dataset

LINE = "__line"
"""The column that names a row's line in its return."""


def with_outcomes(cells: pl.DataFrame, used: pl.DataFrame, dataset: Dataset) -> pl.DataFrame:
    """Every in-scope cell once: landed when a whole sum used it."""
    joined = cells.join(used, on=["__index", "column"], how="left", maintain_order="left")
    globs = [glob for scope in dataset.out_of_scope for glob in scope.lines]
    lines = [line for line in cells[LINE].unique() if line and any(fnmatchcase(line, glob) for glob in globs)]
    declared = pl.col(LINE).is_in(lines)
    return joined.with_columns(
        pl.when(pl.col("where_rule").is_not_null())
        .then("where_rule")
        .when(pl.col("whole").is_null() & ~declared)
        .then(pl.lit("measure_undeclared"))
        .when(pl.col("whole").is_null())
        .then(None)
        .when(pl.col("rule").is_not_null())
        .then("rule")
        .when(~pl.col("whole"))
        .then(pl.lit("part_missing"))
        .alias("rule")
    ).with_columns(
        pl.when(pl.col("rule").is_not_null())
        .then(pl.lit("quarantined"))
        .when(pl.col("whole").is_null())
        .then(pl.lit("out_of_scope"))
        .otherwise(pl.lit("landed"))
        .alias("outcome")
    )


def cell_findings(cells: pl.DataFrame, sheet: str | None, catalogue: Catalogue) -> pl.DataFrame:
    """One finding for each line that breaks a row rule or is declared by nobody, one for each other cell (FINDINGS)."""
    titles = {rule.id: rule.title for rule in catalogue.rules.values()}
    rules = [rule.id for rule in catalogue.rules.values() if rule.covers == "row"] + ["measure_undeclared"]
    is_of_row = pl.col("rule").is_in(rules)
    title = pl.col("rule").replace_strict(titles, default=None, return_dtype=pl.String)
    by_row = (
        cells.filter(is_of_row)
        .group_by("row", "rule", maintain_order=True)
        .agg(pl.col("where_reason").first(), pl.col("where_value").first(), pl.col(LINE).first(),
             pl.len().cast(pl.Int64).alias("cells"))
        .select(
            "row", "rule", "cells", pl.lit(None, pl.String).alias("column"),
            pl.coalesce("where_value", LINE).alias("value"),
            pl.coalesce("where_reason", pl.concat_str(title, pl.col(LINE), separator=": ")).alias("reason"),
        )
    )  # fmt: skip
    by_cell = cells.filter(~is_of_row).select(
        "row", "rule", pl.lit(1, pl.Int64).alias("cells"), "column", pl.col("text").alias("value"),
        title.alias("reason"),
    )  # fmt: skip
    found = pl.concat([by_row, by_cell]).with_columns(pl.lit(sheet, pl.String).alias("sheet"))
    return with_rules(found.sort("row", "column", nulls_last=False, maintain_order=True), catalogue)
