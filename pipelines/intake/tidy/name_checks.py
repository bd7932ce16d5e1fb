"""Names of columns: their form, their length, and whether they are the names that DfE asks for.

What belongs here: what can be seen in a name. What does not: the rows under it.
"""

import re
from collections.abc import Iterator

import polars as pl

from pipelines.intake.problems import Problem
from pipelines.intake.tidy.located import HITS, problems
from pipelines.intake.tidy.pair import Pair
from pipelines.intake.tidy.structure_checks import numbered_by_the_reader

_SNAKE = re.compile(r"[a-z0-9_]+")
_WORDS = re.compile(r"[^a-z0-9]+")


def form(pair: Pair) -> Iterator[Problem]:
    """Spaces, case, first letter and length of the data file's column names."""
    limit = pair.standard.conventions.limits.column_name
    names = [name for name in pair.data.columns if not numbered_by_the_reader(name, pair.data.columns)]
    for rule, wrong, reason in (
        ("tidy_data_variable_spaces", [n for n in names if re.search(r"\s", n)], "the column name has spaces"),
        ("tidy_variable_snake_case", [n for n in names if not _SNAKE.fullmatch(n)], "the name is not in snake case"),
        ("tidy_variable_start_letter", [n for n in names if not re.match("[a-z]", n)],
         "the name starts with no lower-case letter"),
        ("tidy_variable_name_length", [n for n in names if len(n) > limit], f"over {limit} characters long"),
    ):  # fmt: skip
        hits = [(pair.data.header_row, name, name, 1, reason) for name in wrong]
        yield from problems(rule, pl.DataFrame(hits, schema=HITS, orient="row"), pair.data.sheet)


def tidiness(pair: Pair) -> Iterator[Problem]:
    """Indicators and filters whose names show that they hold several things."""
    conventions = pair.standard.conventions
    for row, name in pair.indicator_rows.select("__row", "col_name").iter_rows():
        if words := [word for word in _WORDS.split(name.lower()) if word in conventions.filter_words]:
            reason = f"the indicator's name holds {' and '.join(words)}, an item that a filter should hold"
            yield Problem("tidy_indicators_smushed", reason, pair.meta.sheet, row, "col_name", name)
    for kind in ("col_name", "filter_grouping_column"):
        for row, name in pair.filter_rows.select("__row", kind).iter_rows():
            if name in conventions.several_characteristics:
                reason = f"the filter {name} holds several characteristics"
                yield Problem("tidy_variable_characteristic", reason, pair.meta.sheet, row, kind, name)


def standard_names(pair: Pair) -> Iterator[Problem]:
    """Columns on a variable that has standard names, and columns that the data dictionary does not have."""
    names = pair.standard.names
    accepted = {name for variable in names.variables for name in variable.names}
    for kind in ("col_name", "filter_grouping_column"):
        for row, name in pair.described.select("__row", kind).iter_rows():
            shown = [
                v for v in names.variables if name and name not in accepted and re.search(v.shown_by, name.lower())
            ]
            if shown:
                variable = next((v for v in shown if v.harmonised), shown[0])
                rule = "tidy_standard_filter_headers" if variable.harmonised else "tidy_filter_header_not_preferred"
                reason = f"{name} is about a variable that is called {' or '.join(variable.names)}"
                yield Problem(rule, reason, pair.meta.sheet, row, kind, name)
    known = {column.name for column in names.columns}
    unknown = [name for name in pair.filters_and_groups if name not in known]
    unknown += [name for name in pair.indicators if _WORDS.split(name.lower())[-1] not in names.measure_words]
    if unknown:
        reason = f"not in the form of the data dictionary: {', '.join(unknown)}"
        yield Problem("tidy_check_data_dictionary_col_name", reason, pair.meta.sheet, column="col_name",
                      value=unknown[0])  # fmt: skip
