"""Each figure beside its neighbours in time, of the same series: the ground of the checks over time."""

import polars as pl

from pipelines.intake.keys import LINE

STEPS = {"before": 1, "after": -1}


def with_neighbours(rows: pl.LazyFrame, columns: list[str]) -> pl.LazyFrame:
    """The rows with `before_*` and `after_*` of each column: the neighbours in time, null at either end of a series.

    Sorted once by series and first day, and shifted: no window over millions of groups. Give only the columns that
    are needed, for all rows are held.
    """
    return beside_neighbours(rows.sort(LINE, "period_start").collect(), columns).lazy()


def beside_neighbours(
    rows: pl.DataFrame, columns: list[str], steps: tuple[str, ...] = ("before", "after")
) -> pl.DataFrame:
    """As `with_neighbours`, for rows that are sorted already, on one side or both."""
    line = pl.col(LINE)
    neighbours = [
        pl.when(line.shift(STEPS[side]) == line).then(pl.col(column).shift(STEPS[side])).alias(f"{side}_{column}")
        for side in steps
        for column in columns
    ]
    return rows.with_columns(neighbours)
