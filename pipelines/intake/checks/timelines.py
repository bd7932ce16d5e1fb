"""Each figure beside its neighbours in time, of the same series: the ground of the checks over time."""

import polars as pl

from pipelines.intake.checks.context import LINE, key


def with_neighbours(rows: pl.LazyFrame, columns: list[str]) -> pl.LazyFrame:
    """The rows with `before_*` and `after_*` of each column: the neighbours in time, null at either end of a series.

    Sorted once by series and first day, and shifted: no window over millions of groups. Give only the columns that
    are needed, for all rows are held.
    """
    return beside_neighbours(rows.with_columns(key(LINE).alias("line")), columns)


def beside_neighbours(rows: pl.LazyFrame, columns: list[str]) -> pl.LazyFrame:
    """As `with_neighbours`, for rows that have their `line` already and nothing else of it."""
    neighbours = [
        pl.when(pl.col("line").shift(step) == pl.col("line")).then(pl.col(column).shift(step)).alias(f"{side}_{column}")
        for side, step in (("before", 1), ("after", -1))
        for column in columns
    ]
    return rows.sort("line", "period_start").with_columns(neighbours)
