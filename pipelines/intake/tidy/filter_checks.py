"""Items of filters and their groups: at least two, with a total, no blanks, no row twice.

What belongs here: what can be said of any filter. What does not: filters on one variable (variable_checks.py).
"""

from collections.abc import Iterator

import polars as pl

from pipelines.intake.problems import Problem
from pipelines.intake.tidy.geography_names import looks_like_geography
from pipelines.intake.tidy.located import is_blank, problems, together, values_where
from pipelines.intake.tidy.pair import Pair
from pipelines.readers import ROW

_NOT_ALPHANUMERIC = r"[^\p{L}\p{N}]"


def blanks_stand_for_the_whole(pair: Pair, column: str) -> bool:
    """Whether blanks of a filter are its whole: it has no total, and they are as many as rows of its commonest item.

    Where the publisher gives every total as a blank, there is a blank for each item; a cell that was forgotten is rare.
    """
    counts = dict(pair.data.frame.group_by(pl.col(column).fill_null("").str.strip_chars()).len().iter_rows())
    blanks = counts.pop("", 0)
    return bool(blanks) and pair.defaults[column] not in counts and blanks >= max(counts.values(), default=0)


def counts(pair: Pair) -> Iterator[Problem]:
    """How many items a filter and its group have, and whether one of them is the whole."""
    table, limits = pair.data, pair.standard.conventions.limits
    items = {column: table.frame[column].n_unique() for column in pair.filters_and_groups}
    for column in pair.filters:
        if items[column] < 2:
            value = table.frame[column][0]
            yield Problem("tidy_filter_level", f"the filter {column} has one item only", table.sheet,
                          table.header_row, column, value, table.frame.height)  # fmt: skip
    for column, number in items.items():
        if number > limits.items_in_a_filter:
            reason = f"the filter has {number:,} items, over {limits.items_in_a_filter:,}"
            yield Problem("tidy_filter_item_limit", reason, table.sheet, table.header_row, column, cells=number)
        if pair.defaults[column] not in table.frame[column] and not blanks_stand_for_the_whole(pair, column):
            reason = f"no row has {pair.defaults[column]} in {column}"
            yield Problem("tidy_total", reason, table.sheet, table.header_row, column)
    for row, name, default in pair.filter_rows.select(ROW, "col_name", "filter_default").iter_rows():
        if name in items and default and pair.defaults[name] != default:
            reason = f"no row has {default} in {name}; {pair.defaults[name]} is read as its whole"
            yield Problem("tidy_filter_default_absent", reason, pair.meta.sheet, row, "filter_default", default)
    for name, group in pair.filter_rows.select("col_name", "filter_grouping_column").iter_rows():
        if name in items and group in items and items[group] > items[name]:
            reason = f"the group {group} has {items[group]} items, its filter {name} has {items[name]}"
            yield Problem("tidy_filter_group_level", reason, table.sheet, table.header_row, group)


def spellings(pair: Pair) -> Iterator[Problem]:
    """Blanks, white space, length, and groups that differ only in punctuation."""
    table, limit = pair.data, pair.standard.conventions.limits.item
    for rule, whole, reason in (
        ("tidy_blanks_filters", False, "{} is blank"),
        ("tidy_blank_as_total", True, "{} is blank, which is read as its whole"),
    ):
        hits = together(
            values_where(table, column, is_blank(column), reason.format(column))
            for column in pair.filters_and_groups
            if blanks_stand_for_the_whole(pair, column) is whole
        )
        yield from problems(rule, hits, table.sheet)
    hits = together(
        values_where(table, column, pl.col(column).str.len_chars() > limit, f"the item is over {limit} characters long")
        for column in pair.filters_and_groups
    )
    yield from problems("tidy_filter_item_length", hits, table.sheet)
    spaced = [c for c in (*pair.filters_and_groups, *pair.standard.geography_columns) if c in table.columns]
    stray = {column: (pl.col(column) != pl.col(column).str.strip_chars()) & ~is_blank(column) for column in spaced}
    found = table.frame.select(wrong.any().alias(column) for column, wrong in stray.items())
    hits = together(
        values_where(table, column, wrong, "white space stands before or after the text")
        for column, wrong in stray.items()
        if found[column][0]
    )
    yield from problems("tidy_whitespace_filters", hits, table.sheet)
    for column in pair.groups:
        items = table.frame[column].drop_nulls().unique(maintain_order=True)
        stripped = items.str.replace_all(_NOT_ALPHANUMERIC, "")
        for item, first in zip(items, stripped.is_first_distinct(), strict=True):
            if not first:
                hits = values_where(
                    table, column, pl.col(column) == item, "another group is the same but for punctuation"
                )
                yield from problems("tidy_filter_group_stripped", hits, table.sheet)


def totals_among_units(pair: Pair) -> Iterator[Problem]:
    """A word for the whole in a column that says when or where."""
    words, standard = pair.standard.conventions.total_words, pair.standard
    alone = {level.name for level in standard.levels.values() if level.table_tool == "alone"}
    exempt = {name for name in alone if pair.names_only_a_unit(name)}
    columns = [
        column
        for column in pair.data.columns
        if column not in exempt and (column in standard.observational_units or looks_like_geography(column, standard))
    ]
    hits = together(
        values_where(pair.data, column, pl.col(column).is_in(words), f"{column} holds a word for the whole")
        for column in columns
    )
    yield from problems("tidy_observational_total", hits, pair.data.sheet)


def duplicates(pair: Pair) -> Iterator[Problem]:
    """Rows of one time, place and filter items. Single institutions are left out unless the file has nothing else."""
    table, standard = pair.data, pair.standard
    if not pair.is_whole:
        return
    tools = {level.level: level.table_tool for level in standard.levels.values()}
    present = [tools.get(level) for level in table.frame["geographic_level"].unique()]
    looked_at = {"shows", "alone"} if present == ["alone"] else {"shows"}
    left_out = [level for level, tool in tools.items() if tool not in looked_at]
    keys = [c for c in table.columns if c in standard.observational_units or c in pair.filters_and_groups]
    repeated = (
        table.frame.lazy()
        .filter(~pl.col("geographic_level").is_in(left_out).fill_null(False))
        .group_by(keys)
        .agg(
            pl.col(ROW).min().alias("__first"),
            pl.col(ROW).sort().slice(1, 1).first().alias("__second"),
            pl.len().alias("__rows"),
        )
        .filter(pl.col("__rows") > 1)
        .sort("__second")
        .collect()
    )
    hits = repeated.select(
        pl.col("__second").alias("row"), pl.lit(None).alias("column"), pl.lit(None).alias("value"),
        pl.col("__rows").alias("cells"),
        pl.format("the row has the time, place and filter items of row {}", "__first").alias("reason"),
    )  # fmt: skip
    yield from problems("tidy_duplicate_rows", hits, table.sheet)
