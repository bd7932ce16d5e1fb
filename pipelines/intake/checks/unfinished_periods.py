"""Figures for days that an area, or the calendar, does not have: an area that ended during the period, a future period.

An area whose code ended before the period began was set aside row by row before (area_code_ended).
"""

import polars as pl

from pipelines.intake.checks.context import PERIOD, SERIES, WHERE, Context, collected, nothing_found
from pipelines.intake.checks.rounding import shown
from pipelines.intake.checks.timelines import with_neighbours
from pipelines.intake.places import FOREVER

SHARE_OF_THE_PERIOD_BEFORE = 0.8
"""A figure above this share of the one before is no residue: the area lives on under another code."""


def part_years(candidates: pl.LazyFrame, context: Context) -> pl.DataFrame:
    """Rule part_year_residue: rates and counts of an area that ended during the period, lower than the period before.

    A proportion is left out: over part of a year it is as high as over all of it.
    """
    ended = {code: area.valid_to for code, area in context.registers.areas.items() if area.valid_to != FOREVER}
    if not ended:
        return nothing_found()
    ends = pl.LazyFrame(
        {"area_code": list(ended), "last_day": list(ended.values())},
        schema={"area_code": pl.String, "last_day": pl.Date},
    )
    rows = candidates.filter(pl.col("measure").is_in(["rate", "count"])).join(ends, on="area_code")
    is_part = (pl.col("period_start") <= pl.col("last_day")) & (pl.col("last_day") < pl.col("period_end"))
    value, before = pl.col("value"), pl.col("before_value")
    days = (pl.col("last_day") - pl.col("period_start")).dt.total_days() + 1
    length = (pl.col("period_end") - pl.col("period_start")).dt.total_days() + 1
    found = (
        with_neighbours(rows, ["value"])
        .filter(is_part & value.is_not_null() & (before.is_null() | (value <= SHARE_OF_THE_PERIOD_BEFORE * before)))
        .select(
            *WHERE,
            pl.lit("part_year_residue").alias("rule"),
            pl.format(
                "{} ended on {}, {} of {} days into {}; the period before it is {}",
                pl.coalesce("area_name_as_published", "area_code"),
                pl.col("last_day").dt.to_string(),
                days,
                length,
                "period_label",
                pl.coalesce(shown(before), pl.lit("not given")),
            ).alias("reason"),
            shown(value).alias("value"),
        )
    )
    return collected(found)


def periods_not_over(candidates: pl.LazyFrame, context: Context) -> pl.DataFrame:
    """Rule period_not_over, one finding a period: it ends after today, has values, and none says it is provisional."""
    plain = pl.col("value").is_not_null() & ~pl.col("value_marker").is_in(["p", "e"]).fill_null(False)
    found = (
        candidates.filter((pl.col("period_end") > context.today) & plain)
        .group_by([*SERIES, *PERIOD])
        .agg(pl.len().alias("values"), pl.col("period_label", "nth", "sheet", "row", "column").first())
        .select(
            "sheet",
            "row",
            "column",
            pl.lit("period_not_over").alias("rule"),
            pl.format(
                "{}: {} figures for {}, which ends on {}",
                "indicator_id",
                "values",
                "period_label",
                pl.col("period_end").dt.to_string(),
            ).alias("reason"),
            pl.col("period_label").alias("value"),
        )
    )
    return collected(found)
