"""Which rows of a table are measures that the dataset declares, and which it leaves out, by what stands in them."""

from fnmatch import fnmatchcase

import polars as pl

from pipelines.intake.problems import Problem
from sources.models.dataset import Dataset

NAME = "__name"
"""Which measure a row is: the text of the name columns, joined by ' | '."""

JOINT = " | "


def in_scope(frame: pl.DataFrame, dataset: Dataset) -> pl.DataFrame:
    """The rows that no `out_of_scope.rows` leaves out."""
    for scope in dataset.out_of_scope:
        if scope.rows:
            fits = [_fits(frame, column, globs) for column, globs in scope.rows.items() if column in frame.columns]
            frame = frame.filter(~pl.all_horizontal(fits)) if len(fits) == len(scope.rows) else frame
    return frame


def _fits(frame: pl.DataFrame, column: str, globs: tuple[str, ...]) -> pl.Expr:
    text = frame[column].fill_null("").str.strip_chars()
    fitting = [value for value in text.unique() if any(fnmatchcase(value, glob) for glob in globs)]
    return pl.col(column).fill_null("").str.strip_chars().is_in(fitting)


def named_rows(frame: pl.DataFrame, dataset: Dataset) -> pl.DataFrame:
    """The rows with their measure's name in NAME."""
    columns = dataset.name_columns
    name = pl.col(columns[0]) if len(columns) == 1 else pl.concat_str(
        [pl.col(column).fill_null("") for column in columns], separator=JOINT
    )  # fmt: skip
    return frame.with_columns(name.alias(NAME))


def declared_names(
    frame: pl.DataFrame, known: list[str], dataset: Dataset, sheet: str | None, width: int
) -> tuple[pl.DataFrame, int, list[Problem]]:
    """Keep the rows whose name a measure declares; count those left out, and say which names nobody declared.

    Args:
        frame: Rows with NAME.
        known: Names of declared measures.
        dataset: The dataset.
        sheet: Sheet of the table.
        width: In-scope cells of a row.
    """
    names = frame.group_by(NAME).agg(pl.len().alias("rows"), pl.col("__row").first().alias("row"))
    skipped, problems = 0, []
    column = JOINT.join(dataset.name_columns)
    globs = [glob for scope in dataset.out_of_scope for glob in scope.names]
    others = names.filter(~pl.col(NAME).is_in(known) | pl.col(NAME).is_null()).sort(NAME)
    if others.is_empty():
        return frame, 0, []
    for name, rows, row in others.iter_rows():
        if any(fnmatchcase(name or "", glob) for glob in globs):
            skipped += rows * width
        else:
            reason = f"{dataset.id} does not know the measure {name}"
            problems.append(Problem("measure_undeclared", reason, sheet, row, column, name, rows * width))
    return frame.filter(pl.col(NAME).is_in(known)), skipped, problems


def preferred(frame: pl.DataFrame, resolved: pl.DataFrame, dataset: Dataset) -> pl.Series:
    """Which rows count where several speak of one place, period and name: those of the value preferred first."""
    rank = pl.lit(0, pl.Int64)
    for column, values in dataset.prefer.items():
        order = {value: place for place, value in enumerate(values)}
        rank = rank * len(order) + pl.col(column).replace_strict(order, default=len(order), return_dtype=pl.Int64)
    key = ["area_type", "area_code", "period_start", "period_end", NAME]
    ranked = resolved.select(key[:-1]).hstack(frame.select(NAME, rank.alias("rank")))
    return ranked.select((pl.col("rank") == pl.col("rank").min().over(key)).alias("counts"))["counts"]
