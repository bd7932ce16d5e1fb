"""Which columns and rows there are, and whether the two files speak of the same columns.

What belongs here: presence, blank rows and columns, the cross-check. What does not: whether a name or cell is good.
"""

import re
from collections.abc import Iterator

import polars as pl

from pipelines.intake.problems import Problem
from pipelines.intake.tidy.geography_names import looks_like_geography
from pipelines.intake.tidy.located import is_blank
from pipelines.intake.tidy.pair import Pair
from pipelines.readers import ROW, Table
from sources.models.tidy import Conventions

_NUMBERED = re.compile(r"(.+) \(\d+\)")
_UNNAMED = re.compile(r"column \d+")


def mandatory_in_data(data: Table, conventions: Conventions) -> Iterator[Problem]:
    """Columns that every data file needs, and rows to read."""
    if missing := [column for column in conventions.data_columns if column not in data.columns]:
        reason = f"the data file has no column {_listed(missing)}"
        yield Problem("tidy_data_mandatory_cols", reason, data.sheet, data.header_row, missing[0])
    if data.frame.is_empty():
        yield Problem("tidy_no_rows", "the data file has no rows", data.sheet)


def mandatory_in_meta(meta: Table, conventions: Conventions) -> Iterator[Problem]:
    """Columns that every metadata file needs, and rows to read. One column came later and is only missed."""
    missing = [column for column in conventions.meta_columns if column not in meta.columns]
    if missing and set(missing) <= set(conventions.meta_columns_added_later):
        reason = f"the metadata file has no column {_listed(missing)}"
        yield Problem("tidy_meta_without_dp", reason, meta.sheet, meta.header_row, missing[0])
    elif missing:
        reason = f"the metadata file has no column {_listed(missing)}"
        yield Problem("tidy_meta_mandatory_cols", reason, meta.sheet, meta.header_row, missing[0])
    if meta.frame.is_empty():
        yield Problem("tidy_no_rows", "the metadata file has no rows", meta.sheet)


def presence(pair: Pair) -> Iterator[Problem]:
    """Blank rows and columns, columns without a name, with a name twice or that metadata does not have."""
    conventions = pair.standard.conventions
    allowed = (*conventions.meta_columns, *conventions.meta_columns_optional)
    for column in pair.meta.columns:
        if column not in allowed:
            reason = "this is no column of metadata"
            yield Problem("tidy_invalid_meta_cols", reason, pair.meta.sheet, pair.meta.header_row, column)
    described, columns = pair.described.height, len(pair.data.columns) - len(conventions.data_columns)
    if described > columns:
        reason = f"the metadata has {described} rows for {columns} columns that are not mandatory"
        yield Problem("tidy_rows_to_cols", reason, pair.meta.sheet, cells=described - columns)
    yield from _blank_rows("tidy_data_empty_rows", pair.data)
    yield from _blank_rows("tidy_meta_empty_rows", pair.meta)
    yield from _columns_of(pair.data)


def cross_check(pair: Pair) -> Iterator[Problem]:
    """Columns that only one of the two files has."""
    described = pair.described
    for kind in ("col_name", "filter_grouping_column"):
        missing = described.filter((pl.col(kind) != "") & ~pl.col(kind).is_in(pair.data.columns))
        for row, name in missing.select(ROW, kind).iter_rows():
            reason = f"the data file has no column {name}"
            yield Problem("tidy_meta_to_data_crosscheck", reason, pair.meta.sheet, row, kind, name)
    known = {*described["col_name"], *described["filter_grouping_column"], *pair.standard.observational_units}
    unknown = [
        column
        for column in pair.data.columns
        if column not in known
        and not looks_like_geography(column, pair.standard)
        and numbered_by_the_reader(column, pair.data.columns) is None
    ]
    counts = pair.data.frame.select(pl.col(unknown).n_unique())
    for column in unknown:
        if counts[column][0] > 1:
            reason = f"the metadata does not say what the column {column} is; it is not read"
            yield Problem("tidy_data_to_meta_crosscheck", reason, pair.data.sheet, pair.data.header_row, column)


def numbered_by_the_reader(column: str, columns: tuple[str, ...]) -> str | None:
    """The name in the file of a column that repeats another's, which the reader tells apart by a number behind it."""
    repeated = _NUMBERED.fullmatch(column)
    return repeated[1] if repeated and repeated[1] in columns else None


def _columns_of(data: Table) -> Iterator[Problem]:
    blank = data.frame.select(is_blank(column).all() for column in data.columns)
    for column in data.columns:
        if _UNNAMED.fullmatch(column):
            filled = data.frame.filter(~is_blank(column))
            row, value = filled.select(ROW, column).row(0) if filled.height else (data.header_row, None)
            reason = "these cells stand under no column name"
            yield Problem("tidy_column_unnamed", reason, data.sheet, row, column, value, filled.height)
        elif (name := numbered_by_the_reader(column, data.columns)) is not None:
            reason = f"the column name {name} stands twice"
            yield Problem("tidy_duplicate_variable_names", reason, data.sheet, data.header_row, column, name)
        elif blank[column][0]:
            yield Problem("tidy_data_empty_cols", "the column is empty", data.sheet, data.header_row, column,
                          cells=data.frame.height)  # fmt: skip


def _blank_rows(rule: str, table: Table) -> Iterator[Problem]:
    """Rows that the reader left out: file rows between two records that no line break inside a cell explains."""
    if table.header_row is None or table.frame.is_empty():
        return
    breaks = pl.sum_horizontal(
        pl.col(column).str.count_matches("\n", literal=True).fill_null(0).cast(pl.Int64) for column in table.columns
    )
    rows = table.frame.select(
        pl.col(ROW),
        (pl.col(ROW).diff() - 1 - breaks.shift(1)).fill_null(pl.col(ROW) - table.header_row - 1).alias("gap"),
    )
    gaps = rows.filter(pl.col("gap") > 0)
    if gaps.height:
        count, first = int(gaps["gap"].sum()), int(gaps[ROW][0] - gaps["gap"][0])
        yield Problem(rule, f"{count:,} blank rows" if count > 1 else "a blank row", table.sheet, first, cells=count)


def _listed(names: list[str]) -> str:
    return " and no column ".join(names)
