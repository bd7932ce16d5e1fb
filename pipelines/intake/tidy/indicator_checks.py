"""Cells of indicators, and words anywhere that stand for nothing.

What belongs here: symbols of the standard, those it has dropped and those it never had. What does not: turning a cell
into a number (cells.py).
"""

from collections.abc import Iterator

import polars as pl

from pipelines.intake.cells import NUMBER
from pipelines.intake.problems import Problem
from pipelines.intake.tidy.located import is_blank, problems, together, values_in, values_where
from pipelines.intake.tidy.pair import Pair


def nulls(pair: Pair) -> Iterator[Problem]:
    """NULL, NA and the like anywhere in the two files, and older symbols for no data in the data file."""
    symbols = pair.standard.conventions.symbols
    for table in (pair.data, pair.meta):
        hits = values_in(table, table.columns, symbols.missing_words, "a word for nothing; a symbol says why")
        yield from problems("tidy_null", hits, table.sheet)
    hits = values_in(pair.data, pair.data.columns, symbols.no_data, "an older symbol for no data")
    yield from problems("tidy_no_data_symbols", hits, pair.data.sheet)


def cells(pair: Pair) -> Iterator[Problem]:
    """Blanks, symbols no longer used, and texts that are neither number nor symbol."""
    table, symbols = pair.data, pair.standard.conventions.symbols
    hits = values_in(table, pair.indicators, symbols.obsolete, "the symbol is no longer used")
    yield from problems("tidy_obsolete_symbols", hits, table.sheet)
    hits = together(
        values_where(table, column, is_blank(column), "the indicator is blank") for column in pair.indicators
    )
    yield from problems("tidy_blanks_indicators", hits, table.sheet)
    judged = [*symbols.accepted, *symbols.obsolete, *symbols.no_data, *symbols.missing_words]
    texts = pair.indicator_rows.filter(pl.col("indicator_unit").is_in(pair.standard.conventions.text_units))
    wrong = {
        column: ~pl.col(column).str.strip_chars().str.contains(NUMBER)
        & ~pl.col(column).is_in(judged)
        & ~is_blank(column)
        for column in pair.indicators
        if column not in texts["col_name"]
    }
    found = table.frame.select(expression.any().alias(column) for column, expression in wrong.items())
    hits = together(
        values_where(table, column, expression, "neither a number nor a symbol of the standard")
        for column, expression in wrong.items()
        if found[column][0]
    )
    yield from problems("tidy_indicator_not_a_number", hits, table.sheet)
