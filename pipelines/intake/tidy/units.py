"""The level at which a row is read: its geographic_level, or the school or provider that it names whole.

What belongs here: that one rule. What does not: whether the area exists.
"""

import polars as pl

from pipelines.intake.tidy.located import is_blank
from sources.models.tidy import GeographicLevel
from sources.tidy import TidyStandard

AREA_LEVEL = "__area_level"
"""The column of that level beside those of a data file; no file's own column is called so."""

_AUTHORITY = "Local authority"


def area_level(columns: tuple[str, ...], standard: TidyStandard) -> pl.Expr:
    """The level a row speaks of, given the columns its file has.

    Files are published whose rows are marked Local authority and name, with every code, one school of it: read at the
    level they are marked with, the authority would have several values for one thing.
    """
    level = pl.col("geographic_level")
    authority = standard.levels[_AUTHORITY]
    for finer in finer_levels(columns, standard):
        whole = pl.all_horizontal(~is_blank(column) for column in (*finer.columns, authority.name))
        level = pl.when((pl.col("geographic_level") == _AUTHORITY) & whole).then(pl.lit(finer.level)).otherwise(level)
    return level.alias(AREA_LEVEL)


def finer_levels(columns: tuple[str, ...], standard: TidyStandard) -> list[GeographicLevel]:
    """Levels of single schools and providers, where the file has all their columns and an authority's."""
    authority = standard.levels[_AUTHORITY]
    return [
        level
        for level in standard.levels.values()
        if level.table_tool == "alone" and {*level.columns, *authority.columns} <= set(columns)
    ]
