"""What becomes of every cell of the rows in which something is wrong. Sound rows, nearly all, are only counted.

A cell may be part of several observations: it is landed when any of them landed, and set aside once at most.
"""

from dataclasses import dataclass

import polars as pl

from pipelines.intake.layouts.plan import Plan
from pipelines.intake.problems import FINDINGS, with_rules
from sources.catalogue import Catalogue

TEXT, RULE = "text:{}", "rule:{}"
"""Columns of judged rows: a cell's text and the rule it breaks by itself, by the name of its column."""

OF_THE_CELL = ("number_not_numeric", "marker_undeclared", "cell_empty", "category_unknown")
RANK = {"landed": 0, "out_of_scope": 1, "quarantined": 2}


@dataclass(frozen=True)
class BrokenRows:
    """Cells landed and out of scope in broken rows, the findings, and which cells were set aside."""

    landed: int
    out_of_scope: int
    findings: pl.DataFrame
    cells: pl.DataFrame


def settle_cells(rows: pl.DataFrame, observed: pl.DataFrame, plan: Plan, catalogue: Catalogue) -> BrokenRows:
    """Settle every in-scope cell of the broken rows once.

    Args:
        rows: The broken rows, with text and own rule of each in-scope cell.
        observed: Their observations, with rule and outcome.
        plan: Which columns make which observation.
        catalogue: What is declared.
    """
    cells = _best(_cells(rows, observed, plan))
    counts = dict(cells.group_by("outcome").len().iter_rows())
    aside = cells.filter(pl.col("outcome") == "quarantined")
    return BrokenRows(
        counts.get("landed", 0),
        counts.get("out_of_scope", 0),
        _findings(aside, catalogue),
        aside.select("__index", "source_column"),
    )


def _cells(rows: pl.DataFrame, observed: pl.DataFrame, plan: Plan) -> pl.DataFrame:
    """Every cell of every observation of the rows."""
    frames = []
    for group in plan.groups:
        of_group = observed.filter(pl.col("spec").is_in(list(group.specs)))
        for column in group.columns:
            texts = rows.select(
                "__index", pl.col(TEXT.format(column)).alias("text"), pl.col(RULE.format(column)).alias("own_rule")
            )
            frames.append(
                of_group.select(
                    "__index", "sheet", "row", "rule", "outcome", "where_reason", "where_value", "minimum", "maximum",
                    pl.lit(column).alias("source_column"),
                    pl.when(pl.lit(column) == pl.lit("value")).then("column").otherwise(pl.lit(column)).alias("column"),
                ).join(texts, on="__index", how="left", maintain_order="left")
            )  # fmt: skip
    return pl.concat(frames)


def _best(cells: pl.DataFrame) -> pl.DataFrame:
    """Each cell once, with its best outcome: landed before out of scope before quarantined."""
    own, sound = pl.col("own_rule"), pl.col("own_rule").is_null()
    cells = cells.with_columns(
        pl.when((pl.col("outcome") == "landed") & ~sound)
        .then(pl.lit("quarantined"))
        .otherwise("outcome")
        .alias("outcome"),
        pl.when(~sound & pl.col("where_reason").is_null()).then(own).otherwise(pl.coalesce("rule", own)).alias("rule"),
    )
    # A sound cell of a sum that failed elsewhere is set aside for its sum's sake.
    missing = (pl.col("outcome") == "quarantined") & sound & pl.col("rule").is_in(OF_THE_CELL)
    return (
        cells.with_columns(
            pl.when(missing).then(pl.lit("part_missing")).otherwise("rule").alias("rule"),
            pl.col("outcome").replace_strict(RANK, return_dtype=pl.Int8).alias("rank"),
        )
        .sort("__index", "source_column", "rank", maintain_order=True)
        .unique(["__index", "source_column"], keep="first", maintain_order=True)
    )


def _findings(cells: pl.DataFrame, catalogue: Catalogue) -> pl.DataFrame:
    """One finding for each row that breaks a row rule, one for each cell that breaks a cell rule (FINDINGS)."""
    if cells.is_empty():
        return pl.DataFrame(schema=FINDINGS)
    rules = catalogue.rules.values()
    titles = {rule.id: rule.title for rule in rules}
    is_of_row = pl.col("rule").is_in([rule.id for rule in rules if rule.covers == "row"])
    title = pl.col("rule").replace_strict(titles, default=None, return_dtype=pl.String)
    by_row = (
        cells.filter(is_of_row)
        .group_by("sheet", "row", "rule", maintain_order=True)
        .agg(pl.col("where_reason").first().alias("reason"), pl.col("where_value").first().alias("value"),
             pl.len().cast(pl.Int64).alias("cells"))
        .with_columns(pl.coalesce("reason", title).alias("reason"), pl.lit(None, pl.String).alias("column"))
    )  # fmt: skip
    bounds = pl.concat_str(
        pl.lit(" ("),
        pl.concat_str(
            pl.lit("at least ") + _shown("minimum"), pl.lit("at most ") + _shown("maximum"), separator=", ",
            ignore_nulls=True,
        ),
        pl.lit(")"),
    )  # fmt: skip
    by_cell = cells.filter(~is_of_row).select(
        "sheet", "row", "rule", title.alias("reason"), pl.col("text").alias("value"),
        pl.lit(1, pl.Int64).alias("cells"), "column", bounds.alias("bounds"),
    ).with_columns(
        pl.when(pl.col("rule") == "value_out_of_bounds")
        .then(pl.col("reason") + pl.col("bounds"))
        .otherwise("reason")
        .alias("reason")
    ).drop("bounds")  # fmt: skip
    return with_rules(pl.concat([by_row, by_cell], how="diagonal"), catalogue)


def _shown(column: str) -> pl.Expr:
    return pl.col(column).cast(pl.String).str.strip_suffix(".0")
