"""Numbers that stand for what makes figures comparable: a series over time, and the figures of one period.

Millions of rows are told apart by one number each, not by their texts. The numbers are good within one run only.
"""

from functools import reduce
from operator import xor

import polars as pl

LINE, GROUP = "line", "group"


def _of(*columns: str) -> pl.Expr:
    """The combination of columns as one number; a column counts alike wherever it is used."""
    return reduce(xor, (pl.col(column).hash(seed=_SEEDS[column]) for column in columns))


_SEEDS = {
    column: seed
    for seed, column in enumerate((
        "indicator_id", "definition_version", "breakdown_id", "period_type", "area_type", "area_code", "period_start",
        "period_end",
    ), start=1)
}  # fmt: skip
_SERIES = ("indicator_id", "definition_version", "breakdown_id", "period_type")


def line_key() -> pl.Expr:
    """Figures of different periods that may be set side by side: one series of one area."""
    return _of(*_SERIES, "area_type", "area_code").alias(LINE)


def group_key() -> pl.Expr:
    """Figures of different areas that may be set side by side: one series in one period."""
    return _of(*_SERIES, "period_start", "period_end").alias(GROUP)


def group_of_kind() -> pl.Expr:
    """A group's areas of one kind, for rows that have their `group`."""
    return pl.col(GROUP) ^ _of("area_type")


def natural_key() -> pl.Expr:
    """The figure itself, for rows that have their `line`: two of one number are the same figure twice."""
    return pl.col(LINE) ^ _of("period_start", "period_end")
