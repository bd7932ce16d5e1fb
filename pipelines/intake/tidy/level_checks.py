"""geographic_level and the columns that identify an area at it: present, filled at their level, blank beyond it.

What belongs here: which cells should be filled. What does not: whether what fills them is an area (place_checks.py).
"""

from collections.abc import Iterator
from dataclasses import replace

import polars as pl

from pipelines.intake.problems import Problem
from pipelines.intake.tidy.located import is_blank, problems, together, values_where
from pipelines.intake.tidy.pair import Pair
from pipelines.intake.tidy.units import AREA_LEVEL, area_level, finer_levels
from pipelines.readers import ROW
from sources.models.tidy import GeographicLevel

_LEVEL = pl.col("geographic_level")


def levels(pair: Pair) -> Iterator[Problem]:
    """Levels that the standard does not have, and rows that the publisher's table tool leaves out."""
    known = list(pair.standard.levels)
    hits = values_where(pair.data, "geographic_level", ~_LEVEL.is_in(known).fill_null(False),
                        "the standard has no such geographic level")  # fmt: skip
    yield from problems("tidy_geographic_level", hits, pair.data.sheet)
    rows = dict(pair.data.frame.group_by("geographic_level").len().iter_rows())
    present = {level.level: level.table_tool for level in pair.standard.levels.values() if level.level in rows}
    alone = [level for level, tool in present.items() if tool == "alone"]
    left_out = sum(rows[level] for level, tool in present.items() if tool != "shows")
    if len(alone) > 1:
        reason = f"{' and '.join(alone)} rows stand in one file"
        yield Problem("tidy_school_provider_mix", reason, pair.data.sheet, column="geographic_level", cells=left_out)
    elif present and set(present.values()) == {"never"}:
        reason = "every row is of a level that the table tool leaves out"
        yield Problem("tidy_ancillary", reason, pair.data.sheet, column="geographic_level", cells=left_out)
    elif left_out and len(present) > 1:
        reason = f"{left_out:,} rows are of levels that the table tool leaves out"
        yield Problem("tidy_ignored_rows", reason, pair.data.sheet, column="geographic_level", cells=left_out)


def columns(pair: Pair) -> Iterator[Problem]:
    """Columns that the levels of the file need, and columns that go together."""
    table, standard = pair.data, pair.standard
    present = set(table.frame["geographic_level"].unique())
    for level in standard.levels.values():
        missing = [column for column in level.columns if column not in table.columns]
        if level.level in present and level.columns_required:
            for column in missing:
                reason = f"rows of level {level.level} need the column {column}"
                yield Problem("tidy_geography_level_present", reason, table.sheet, table.header_row, column)
        rule = {"Regional": "tidy_region_col_present", "Local authority": "tidy_la_col_present"}.get(level.level)
        if rule and missing and len(missing) < len(level.columns):
            there = [column for column in level.columns if column not in missing]
            reason = f"{' and '.join(there)} stand without {' and '.join(missing)}"
            yield Problem(rule, reason, table.sheet, table.header_row, missing[0])


def completed(pair: Pair) -> Iterator[Problem]:
    """Columns blank at their own level, and larger areas without their region."""
    hits = together(
        values_where(pair.data, column, _LEVEL.eq(level.level) & is_blank(column),
                     f"{column} is blank on rows of level {level.level}")
        for level in pair.standard.levels.values()
        for column in level.columns
        if column in pair.data.columns and column not in level.may_be_blank and level.columns_required
    )  # fmt: skip
    yield from problems("tidy_geography_level_completed", hits, pair.data.sheet)
    yield from _without_region(pair, "tidy_region_for_la", "Local authority")
    yield from _without_region(pair, "tidy_region_for_lad", "Local authority district")


def overcompleted(pair: Pair) -> Iterator[Problem]:
    """Columns filled on rows of areas that do not lie in one area of the column's level."""
    table, standard = pair.data, pair.standard
    found = table.frame.with_columns(area_level(table.columns, standard))
    finer = {level.level for level in finer_levels(table.columns, standard)}
    named = found.filter(pl.col(AREA_LEVEL) != _LEVEL)
    for unit in sorted(finer):
        rows = named.filter(pl.col(AREA_LEVEL) == unit)
        if rows.height:
            reason = f"{rows.height:,} rows of level {rows['geographic_level'][0]} name one {unit.lower()} whole"
            yield Problem("tidy_finer_unit_named", reason, table.sheet, rows[ROW][0], "geographic_level",
                          rows["geographic_level"][0], rows.height)  # fmt: skip
    in_table = replace(table, frame=found)
    hits = together(
        values_where(in_table, column, _LEVEL.is_in(list(standard.levels)) & ~pl.col(AREA_LEVEL).is_in(allowed)
                     & ~is_blank(column), f"{column} is filled on rows that lie in no one area of level {level.level}")
        for level in standard.levels.values()
        for allowed in [[name for name in standard.levels if level.may_stand_on(name)]]
        for column in _may_be_overcompleted(pair, level)
    )  # fmt: skip
    yield from problems("tidy_overcompleted_cols", hits, table.sheet)


def _may_be_overcompleted(pair: Pair, level: GeographicLevel) -> list[str]:
    is_filter = level.table_tool == "alone" and pair.names_only_a_unit(level.name)
    return [
        column
        for column in level.columns
        if column in pair.data.columns and level.within != "all" and not (is_filter and column == level.name)
    ]


def _without_region(pair: Pair, rule: str, level: str) -> Iterator[Problem]:
    at_level = pair.data.frame.filter(_LEVEL.eq(level))
    if at_level.is_empty():
        return
    region = pair.standard.levels["Regional"].columns
    missing = [column for column in region if column not in pair.data.columns]
    if missing:
        reason = f"the file has no {' and no '.join(missing)} for its rows of level {level}"
        yield Problem(rule, reason, pair.data.sheet, pair.data.header_row, missing[0], cells=at_level.height)
        return
    blank = at_level.filter(pl.any_horizontal(is_blank(column) for column in region))
    if blank.height:
        reason = f"{blank.height:,} rows of level {level} do not name their region"
        yield Problem(rule, reason, pair.data.sheet, blank[ROW][0], region[0], cells=blank.height)
