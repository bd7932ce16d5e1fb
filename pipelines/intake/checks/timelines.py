"""Each figure beside its neighbours in time, of the same series: the ground of the checks over time."""

import polars as pl

from pipelines.intake.checks.context import SERIES

_OF_ONE_LINE = [*SERIES, "area_type", "area_code", "breakdown_id", "period_type"]


def with_neighbours(rows: pl.LazyFrame, columns: list[str]) -> pl.LazyFrame:
    """The rows with `before_*` and `after_*` of each column: the neighbours in time, null at either end of a series.

    Sorted once by series and first day, and shifted: no window over millions of groups.
    """
    line = pl.struct(_OF_ONE_LINE).hash()
    ordered = rows.with_columns(line.alias("line")).sort("line", "period_start", "period_end")
    neighbours = [
        pl.when(pl.col("line").shift(step) == pl.col("line")).then(pl.col(column).shift(step)).alias(f"{side}_{column}")
        for side, step in (("before", 1), ("after", -1))
        for column in columns
    ]
    return ordered.with_columns(neighbours)
