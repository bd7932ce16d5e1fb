"""From cells that break a rule to problems: where the first ones stand, and how many there are in all.

What belongs here: counting, capping and wording of places. What does not: any rule.
"""

from collections.abc import Iterable

import polars as pl

from pipelines.intake.problems import Problem
from pipelines.readers import ROW, Table

EXAMPLES = 5
"""How many values of a rule are shown, each at the first row it stands in; the rest are counted in one problem."""

HITS = pl.Schema({"row": pl.Int64, "column": pl.String, "value": pl.String, "cells": pl.Int64, "reason": pl.String})
"""What a check finds: the first row of a value, its column, how many cells hold it, and what is wrong with it."""


def is_blank(column: str) -> pl.Expr:
    """Whether a cell holds nothing but white space."""
    return pl.col(column).fill_null("").str.strip_chars() == ""


def values_where(table: Table, column: str, where: pl.Expr, reason: str) -> pl.DataFrame:
    """Each different value of `column` in the rows that fulfil `where`, as HITS."""
    return (
        table.frame.lazy()
        .filter(where)
        .group_by(pl.col(column).alias("value"))
        .agg(pl.col(ROW).min().alias("row"), pl.len().cast(pl.Int64).alias("cells"))
        .select("row", pl.lit(column).alias("column"), "value", "cells", pl.lit(reason).alias("reason"))
        .collect()
    )


def values_in(table: Table, columns: tuple[str, ...], symbols: tuple[str, ...], reason: str) -> pl.DataFrame:
    """Each different value of the columns that is one of `symbols`, as HITS; quick where there is none."""
    if not columns or table.frame.is_empty():
        return pl.DataFrame(schema=HITS)
    found = table.frame.select(pl.col(columns).is_in(symbols).any())
    return together(
        values_where(table, column, pl.col(column).is_in(symbols), reason) for column in columns if found[column][0]
    )


def together(hits: Iterable[pl.DataFrame]) -> pl.DataFrame:
    """Several frames of HITS as one, in the order of their rows."""
    frames = [frame.cast(HITS) for frame in hits if frame.height]
    return pl.concat(frames).sort("row", maintain_order=True) if frames else pl.DataFrame(schema=HITS)


def problems(rule: str, hits: pl.DataFrame, sheet: str | None = None) -> list[Problem]:
    """Problems for HITS: the first EXAMPLES each by itself, what follows counted in one more."""
    hits = hits.sort("row", maintain_order=True)
    shown = [
        Problem(rule, _with_count(hit["reason"], hit["cells"]), sheet, hit["row"], hit["column"], hit["value"],
                hit["cells"])
        for hit in hits.head(EXAMPLES).iter_rows(named=True)
    ]  # fmt: skip
    rest = hits.slice(EXAMPLES)
    if rest.height:
        cells = int(rest["cells"].sum())
        reason = f"and {rest.height:,} more values of this kind, in {cells:,} cells"
        shown.append(Problem(rule, reason, sheet, rest["row"][0], rest["column"][0], rest["value"][0], cells))
    return shown


def _with_count(reason: str, cells: int) -> str:
    return f"{reason}, in {cells:,} rows" if cells > 1 else reason
