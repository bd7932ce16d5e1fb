"""What a pair says of its topic: indicators, filters, periods and places.

What belongs here: reading the metadata as declared. What does not: judging it (screening.py), or reading cells.
"""

from dataclasses import dataclass

import polars as pl

from pipelines.intake.tidy.located import is_blank
from pipelines.intake.tidy.pair import Pair
from pipelines.readers import Table
from sources.tidy import TidyStandard, load_tidy


@dataclass(frozen=True)
class Indicator:
    """A column of numbers. `unit` and `grouping` are "" and `decimals` None where the metadata does not say."""

    column: str
    label: str
    grouping: str
    unit: str
    decimals: int | None


@dataclass(frozen=True)
class Filter:
    """A column of items. `default` is the item for the whole, `group_default` that of its grouping column."""

    column: str
    label: str
    grouping_column: str | None
    default: str
    group_default: str | None


@dataclass(frozen=True)
class Topic:
    """A pair's topic.

    Attributes:
        name: What the caller calls it.
        indicators: In the order of the metadata, those that the data has.
        filters: In the order of the metadata, those that the data has.
        period_types: The period type of each time identifier of the file that the standard has.
        levels: Geographic levels of the file that the standard has, the largest first.
    """

    name: str
    indicators: tuple[Indicator, ...]
    filters: tuple[Filter, ...]
    period_types: dict[str, str]
    levels: tuple[str, ...]


def topic(data: Table, meta: Table, name: str, *, standard: TidyStandard | None = None) -> Topic:
    """Read what a pair that was screened says of its topic.

    Raises:
        pl.exceptions.ColumnNotFoundError: the data has no time_identifier or geographic_level; screen first.
    """
    standard = standard or load_tidy()
    pair = Pair(data, meta, name, name, standard)
    used = set(data.frame["time_identifier"].unique())
    levels = set(data.frame["geographic_level"].unique())
    return Topic(
        name,
        tuple(
            Indicator(row["col_name"], row["label"], row["indicator_grouping"], row["indicator_unit"],
                      _decimals(row["indicator_dp"]))
            for row in pair.indicator_rows.unique("col_name", keep="first", maintain_order=True).iter_rows(named=True)
            if row["col_name"] in pair.indicators
        ),
        tuple(_filter(row, pair) for row in
              pair.filter_rows.unique("col_name", keep="first", maintain_order=True).iter_rows(named=True)
              if row["col_name"] in pair.filters),
        {time.identifier: time.period_type for time in standard.times.values() if time.identifier in used},
        tuple(level for level in standard.levels if level in levels),
    )  # fmt: skip


def locations(data: Table, *, standard: TidyStandard | None = None) -> pl.DataFrame:
    """Every area that the data names at any level: level, code, name, other_code (all text), once each."""
    standard = standard or load_tidy()
    frames = []
    for level in standard.levels.values():
        columns = [column for column in level.columns if column in data.columns]
        if level.name in columns and (level.code is None or level.code in columns):
            named = [None if column not in columns else column for column in (level.code, level.name, level.other_code)]
            code, name, other = (pl.col(c) if c else pl.lit(None, pl.String) for c in named)
            frames.append(
                data.frame.filter(~pl.all_horizontal(is_blank(column) for column in columns))
                .select(pl.lit(level.level).alias("level"), code.alias("code"), name.alias("name"),
                        other.alias("other_code"))
                .unique(maintain_order=True)
            )  # fmt: skip
    return pl.concat(frames)


def _filter(row: dict[str, str], pair: Pair) -> Filter:
    group = row["filter_grouping_column"] if row["filter_grouping_column"] in pair.groups else None
    column = row["col_name"]
    return Filter(column, row["label"], group, pair.defaults[column], pair.defaults[group] if group else None)


def _decimals(text: str) -> int | None:
    try:
        return int(float(text)) if text else None
    except ValueError:
        return None
