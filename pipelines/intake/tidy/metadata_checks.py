"""The rows of the metadata file: each column described once, with a type, a label and what belongs to its type.

What belongs here: the metadata by itself. What does not: the data under the columns it names.
"""

import re
from collections.abc import Iterator

import polars as pl

from pipelines.intake.problems import Problem
from pipelines.intake.tidy.geography_names import looks_like_geography
from pipelines.intake.tidy.located import HITS, problems
from pipelines.intake.tidy.pair import Pair
from pipelines.readers import ROW

_WHOLE_NUMBER = r"^\d+(\.0+)?$"


def rows(pair: Pair) -> Iterator[Problem]:
    """Names, types and labels of each row."""
    conventions = pair.standard.conventions
    kinds = (conventions.column_types.filter, conventions.column_types.indicator)
    name, label = pl.col("col_name"), pl.col("label")
    yield from _at(pair, "tidy_col_name_completed", name == "", "col_name", "the row names no column")
    yield from _at(pair, "tidy_col_name_spaces", name.str.contains(r"\s"), "col_name", "the column name has spaces")
    yield from _at(pair, "tidy_col_name_duplicate", (name != "") & ~name.is_first_distinct(), "col_name",
                   "the column is described in an earlier row too")  # fmt: skip
    yield from _at(pair, "tidy_col_type", ~pl.col("col_type").is_in(kinds), "col_type", "neither Filter nor Indicator")
    yield from _at(pair, "tidy_label", label == "", "label", "the column has no label")
    labels = pl.struct("label", "indicator_grouping")
    in_group = (label != "") & ~labels.is_first_distinct()
    yield from _at(pair, "tidy_duplicate_label", in_group, "label", "an earlier row has the same label")
    elsewhere = (label != "") & ~label.is_first_distinct() & labels.is_first_distinct()
    yield from _at(pair, "tidy_duplicate_label_across_groups", elsewhere, "label",
                   "a column of another group has the same label")  # fmt: skip
    limit = conventions.limits.label
    yield from _at(pair, "tidy_variable_label_length", label.str.len_chars() > limit, "label",
                   f"the label is over {limit} characters long")  # fmt: skip


def units(pair: Pair) -> Iterator[Problem]:
    """Time and geography columns, or what looks like them, among the filters."""
    standard = pair.standard
    alone = {level.name for level in standard.levels.values() if level.table_tool == "alone"}
    exempt = alone if pair.filter_rows.height == 1 else set()
    for kind in ("col_name", "filter_grouping_column"):
        for row, name in pair.described.select(ROW, kind).iter_rows():
            if name in standard.observational_units - exempt:
                reason = f"{name} says when or where; it is neither filter nor indicator"
                yield Problem("tidy_ob_unit_meta", reason, pair.meta.sheet, row, kind, name)
        for row, name in pair.filter_rows.select(ROW, kind).iter_rows():
            if looks_like_geography(name, standard) and not (name in alone and pair.names_only_a_unit(name)):
                reason = f"the filter {name} looks like a geography column"
                yield Problem("tidy_geographic_catch", reason, pair.meta.sheet, row, kind, name)


def of_its_type(pair: Pair) -> Iterator[Problem]:
    """What only a filter or only an indicator may have."""
    types = pair.standard.conventions.column_types
    for rule, kind, column in (
        ("tidy_filter_hint", types.indicator, "filter_hint"),
        ("tidy_filter_group", types.indicator, "filter_grouping_column"),
        ("tidy_indicator_grouping", types.filter, "indicator_grouping"),
        ("tidy_indicator_unit", types.filter, "indicator_unit"),
        ("tidy_indicator_dp", types.filter, "indicator_dp"),
    ):
        wrong = (pl.col("col_type") == kind) & (pl.col(column) != "")
        yield from _at(pair, rule, wrong, column, f"the {kind.lower()} has a {column}")


def indicators(pair: Pair) -> Iterator[Problem]:
    """Units, decimal places and groups of indicators."""
    is_indicator = pl.col("col_type") == pair.standard.conventions.column_types.indicator
    unit, decimals, group = pl.col("indicator_unit"), pl.col("indicator_dp"), pl.col("indicator_grouping")
    wrong = is_indicator & (unit != "") & ~unit.is_in(pair.standard.conventions.units)
    yield from _at(pair, "tidy_indicator_unit_validation", wrong, "indicator_unit", "the standard has no such unit")
    wrong = (decimals != "") & ~decimals.str.contains(_WHOLE_NUMBER)
    yield from _at(pair, "tidy_indicator_dp_validation", wrong, "indicator_dp", "not a whole number from 0")
    if "indicator_dp" in pair.meta.columns:
        missing = is_indicator & (decimals == "")
        yield from _at(pair, "tidy_indicator_dp_completed", missing, "indicator_dp", "decimal places are not given")
    spellings: dict[str, str] = {}
    for row, name in pair.described.filter(is_indicator & (group != "")).select(ROW, group).iter_rows():
        first = spellings.setdefault(re.sub(r"[\W_]", "", name), name)
        if first != name:
            reason = f"the group differs from {first!r} only in punctuation or spaces"
            yield Problem("tidy_indicator_group_stripped", reason, pair.meta.sheet, row, "indicator_grouping", name)


def groups(pair: Pair) -> Iterator[Problem]:
    """Filter groups: columns of the data, described by themselves, one for each filter."""
    group = pl.col("filter_grouping_column")
    given = (pl.col("col_type") == pair.standard.conventions.column_types.filter) & (group != "")
    column = "filter_grouping_column"
    yield from _at(pair, "tidy_filter_group_match", given & ~group.is_in(pair.data.columns), column,
                   "the data file has no such column")  # fmt: skip
    yield from _at(pair, "tidy_filter_group_is_filter", given & ~group.is_in(pair.described["col_name"].implode()),
                   column, "the grouping column has no row of its own")  # fmt: skip
    yield from _at(pair, "tidy_filter_group_duplicate", given & ~group.is_first_distinct(), column,
                   "an earlier filter has the same grouping column")  # fmt: skip


def _at(pair: Pair, rule: str, where: pl.Expr, column: str, reason: str) -> Iterator[Problem]:
    hits = pair.described.filter(where).select(
        pl.col(ROW).alias("row"), pl.lit(column).alias("column"), pl.col(column).replace("", None).alias("value"),
        pl.lit(1).alias("cells"), pl.lit(reason).alias("reason"),
    )  # fmt: skip
    yield from problems(rule, hits.cast(HITS), pair.meta.sheet)
