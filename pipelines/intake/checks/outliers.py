"""Figures that stand out: from the period before, from both neighbours in time, or from all other areas.

All on the log scale, against the median of the areas of one kind in one period, in units of their median absolute
deviation (times 1.4826: a standard deviation, were they normal). So a change that all areas share (a recession, a new
count) stands out nowhere, and one wild area does not widen the measure. Each limit has a floor, a factor that no
figure is told for below: where areas hardly differ, a small difference is not news. Figures over few events jump by
chance, so where counts are given at least 20 events on one side are asked for. Warnings only.
"""

import polars as pl

from pipelines.intake.checks.context import PERIOD, SERIES, WHERE, Context, collected
from pipelines.intake.checks.rounding import shown
from pipelines.intake.checks.timelines import with_neighbours

AREAS = 20
NORMAL = 1.4826
EVENTS = 20
JUMP_DEVIATIONS, JUMP_FACTOR = 5, 2.5
SPIKE_DEVIATIONS, SPIKE_FACTOR = 4, 2.0
PEER_DEVIATIONS, PEER_FACTOR = 6, 4.0
_GROUP = [*SERIES, *PERIOD, "area_type", "breakdown_id"]


def jumps(candidates: pl.LazyFrame, _: Context) -> pl.DataFrame:
    """Rules value_jumped and value_spiked, cell by cell. A spike is told once, not again as a jump there and back."""
    rows = _positive(candidates.filter(pl.col("measure") != "ordinal"))
    changes = with_neighbours(rows, ["log", "value", "numerator", "period_label", "period_end"]).with_columns(
        pl.when(_adjoins("before")).then(pl.col("log") - pl.col("before_log")).alias("change"),
    )
    usual = _spread(changes, "change")
    scored = changes.join(usual, on=_GROUP).with_columns(
        (pl.col("change") - pl.col("middle")).alias("departure"),
        (NORMAL * pl.col("deviation")).alias("spread"),
    )
    enough = pl.max_horizontal("numerator", "before_numerator").fill_null(EVENTS) >= EVENTS
    departure = pl.col("departure")
    with_next = with_neighbours(scored, ["departure"]).filter(enough)
    beyond = _beyond(departure, SPIKE_DEVIATIONS, SPIKE_FACTOR)
    there = beyond & (_sign(departure) == -_sign(pl.col("after_departure")))
    there = there & (pl.col("after_departure").abs() > 0.5 * departure.abs())
    back = (_sign(departure) == -_sign(pl.col("before_departure"))) & (
        pl.col("before_departure").abs() > 0.5 * departure.abs()
    )
    is_jump = _beyond(departure, JUMP_DEVIATIONS, JUMP_FACTOR) & ~back.fill_null(False)
    found = (
        with_next.with_columns(there.fill_null(False).alias("is_spike"), is_jump.fill_null(False).alias("is_jump"))
        .filter(pl.col("is_spike") | pl.col("is_jump"))
        .select(
            *WHERE,
            pl.when("is_spike").then(pl.lit("value_spiked")).otherwise(pl.lit("value_jumped")).alias("rule"),
            pl.format(
                "{}, {}: {} after {} in {}, where the middle of all areas {}{}",
                pl.coalesce("area_name_as_published", "area_code"),
                "period_label",
                shown(pl.col("value")),
                shown(pl.col("before_value")),
                "before_period_label",
                _course(pl.col("middle")),
                pl.when("is_spike").then(pl.lit(", and back again in the period after")).otherwise(pl.lit("")),
            ).alias("reason"),
            shown(pl.col("value")).alias("value"),
        )
    )
    return collected(found)


def peers(candidates: pl.LazyFrame, _: Context) -> pl.DataFrame:
    """Rule value_unlike_peers: rates and proportions far from other areas', unless the area always is."""
    rates = candidates.filter(pl.col("measure").is_in(["rate", "proportion"]))
    rates = rates.filter(pl.col("numerator").is_null() | (pl.col("numerator") >= EVENTS))
    logs = rates.filter(pl.col("value") > 0).with_columns(pl.col("value").log().alias("log"))
    scored = logs.join(_spread(logs, "log"), on=_GROUP).with_columns(
        (pl.col("log") - pl.col("middle")).alias("departure"),
        (NORMAL * pl.col("deviation")).alias("spread"),
    )
    line = [*SERIES, "area_type", "area_code", "breakdown_id", "period_type"]
    own = scored.group_by(line).agg(pl.col("departure").median().alias("own"), pl.len().alias("periods"))
    is_always = (pl.col("periods") >= 3) & (pl.col("own").abs() > 0.5 * pl.col("departure").abs())
    found = (
        scored.filter(_beyond(pl.col("departure"), PEER_DEVIATIONS, PEER_FACTOR))
        .join(own, on=line)
        .filter(~is_always)
        .select(
            *WHERE,
            pl.lit("value_unlike_peers").alias("rule"),
            pl.format(
                "{}, {}: {}, where the middle of {} areas is {}",
                pl.coalesce("area_name_as_published", "area_code"),
                "period_label",
                shown(pl.col("value")),
                "areas",
                shown(pl.col("middle").exp()),
            ).alias("reason"),
            shown(pl.col("value")).alias("value"),
        )
    )
    return collected(found)


def _positive(rows: pl.LazyFrame) -> pl.LazyFrame:
    """Rows with the log of the value; a zero counts as half of the least its peers have, so that it is seen."""
    value = pl.col("value")
    least = rows.group_by(_GROUP).agg(value.filter(value > 0).min().alias("least"))
    return (
        rows.filter(value >= 0)
        .join(least, on=_GROUP)
        .with_columns(pl.max_horizontal(value, pl.col("least") / 2).log().alias("log"))
        .drop("least")
    )


def _adjoins(side: str) -> pl.Expr:
    """Whether the neighbour in time is the period just before, with no gap of more than half a year between."""
    gap = pl.col("period_start") - pl.col(f"{side}_period_end")
    return gap.dt.total_days() <= 184


def _spread(rows: pl.LazyFrame, column: str) -> pl.LazyFrame:
    """Median and median absolute deviation of each group with enough areas."""
    middle = (
        rows.filter(pl.col(column).is_not_null())
        .group_by(_GROUP)
        .agg(pl.col(column).median().alias("middle"), pl.len().alias("areas"))
        .filter(pl.col("areas") >= AREAS)
    )
    return (
        rows.join(middle, on=_GROUP)
        .group_by(_GROUP)
        .agg(
            pl.col("middle").first(),
            pl.col("areas").first(),
            (pl.col(column) - pl.col("middle")).abs().median().alias("deviation"),
        )
    )


def _beyond(departure: pl.Expr, deviations: float, factor: float) -> pl.Expr:
    return departure.abs() > pl.max_horizontal(deviations * pl.col("spread"), pl.lit(factor).log())


def _course(middle: pl.Expr) -> pl.Expr:
    """What the middle area did, in words."""
    factor = shown(middle.abs().exp(), 2)
    moved = pl.when(middle < 0).then(pl.lit("fell")).otherwise(pl.lit("rose"))
    return pl.when(factor == "1").then(pl.lit("hardly changed")).otherwise(pl.format("{} {}-fold", moved, factor))


def _sign(number: pl.Expr) -> pl.Expr:
    return number.sign()
