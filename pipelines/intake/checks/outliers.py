"""Figures that stand out: from the period before, from both neighbours in time, or from all other areas.

All on the log scale, against the median of the areas of one kind in one period, in units of their median absolute
deviation (times 1.4826: a standard deviation, were they normal). So a change that all areas share (a recession, a new
count) stands out nowhere, and one wild area does not widen the measure. Each limit has a floor, a factor that no
figure is told for below: where areas hardly differ, a small difference is not news. Figures over few events jump by
chance, and figures shown to one digit by rounding: so at least 20 events are asked for where counts are given, and at
least 20 units of the last place shown, on the larger side. Warnings only.
"""

import polars as pl

from pipelines.intake.checks.context import GROUP, LINE, WHERE, Context, collected, described, key
from pipelines.intake.checks.rounding import shown, typical_decimals
from pipelines.intake.checks.timelines import beside_neighbours

AREAS = 20
NORMAL = 1.4826
EVENTS = 20
LAST_PLACES = 20
JUMP_DEVIATIONS, JUMP_FACTOR = 5, 2.5
SPIKE_DEVIATIONS, SPIKE_FACTOR = 4, 2.0
PEER_DEVIATIONS, PEER_FACTOR = 6, 4.0
_PEERS = [*GROUP, "area_type"]


def jumps(candidates: pl.LazyFrame, _: Context) -> pl.DataFrame:
    """Rules value_jumped and value_spiked, cell by cell. A spike is told once, not again as a jump there and back."""
    figures = _positive(_figures(candidates.filter(pl.col("measure") != "ordinal")))
    changes = beside_neighbours(figures, ["log", "value", "numerator", "period_end", "nth"]).with_columns(
        pl.when(_follows_on()).then(pl.col("log") - pl.col("before_log")).alias("change")
    )
    scored = beside_neighbours(_scored(changes, "change"), ["departure"])
    departure, before, after = (pl.col(name) for name in ("departure", "before_departure", "after_departure"))
    enough = (pl.max_horizontal("numerator", "before_numerator").fill_null(EVENTS) >= EVENTS) & (
        pl.max_horizontal("value", "before_value") * 10.0 ** pl.col("places") >= LAST_PLACES
    )
    is_spike = _beyond(SPIKE_DEVIATIONS, SPIKE_FACTOR) & _mirrors(after, departure)
    is_jump = _beyond(JUMP_DEVIATIONS, JUMP_FACTOR) & ~_mirrors(before, departure)
    wild = (
        scored.filter(enough)
        .with_columns(is_spike.fill_null(False).alias("is_spike"), is_jump.fill_null(False).alias("is_jump"))
        .filter(pl.col("is_spike") | pl.col("is_jump"))
        .select("nth", "before_nth", "before_value", "middle", "is_spike")
        .collect(engine="streaming")
    )
    labels = candidates.filter(pl.col("nth").is_in(wild["before_nth"].implode())).select(
        pl.col("nth").alias("before_nth"), pl.col("period_label").alias("before_label")
    )
    found = (
        described(wild.lazy(), candidates)
        .join(labels, on="before_nth")
        .sort("nth")
        .select(
            *WHERE,
            pl.when("is_spike").then(pl.lit("value_spiked")).otherwise(pl.lit("value_jumped")).alias("rule"),
            pl.format(
                "{}, {}: {} after {} in {}, where the middle of all areas {}{}",
                pl.coalesce("area_name_as_published", "area_code"),
                "period_label",
                shown(pl.col("value")),
                shown(pl.col("before_value")),
                "before_label",
                _course(pl.col("middle")),
                pl.when("is_spike").then(pl.lit(", and back again in the period after")).otherwise(pl.lit("")),
            ).alias("reason"),
            shown(pl.col("value")).alias("value"),
        )
    )
    return collected(found)


def peers(candidates: pl.LazyFrame, _: Context) -> pl.DataFrame:
    """Rule value_unlike_peers: rates and proportions far from other areas', unless the area always is."""
    rates = candidates.filter(pl.col("measure").is_in(["rate", "proportion"]) & (pl.col("value") > 0))
    rates = rates.filter(pl.col("numerator").is_null() | (pl.col("numerator") >= EVENTS))
    logs = _figures(rates).with_columns(pl.col("value").log().alias("log"))
    scored = _scored(logs, "log").collect(engine="streaming").lazy()
    far = scored.filter(_beyond(PEER_DEVIATIONS, PEER_FACTOR))
    own = (
        scored.join(far.select("line").unique(), on="line", how="semi")
        .group_by("line")
        .agg(pl.col("departure").median().alias("own"), pl.len().alias("periods"))
    )
    is_always = (pl.col("periods") >= 3) & (pl.col("own").abs() > 0.5 * pl.col("departure").abs())
    wild = far.join(own, on="line").filter(~is_always).select("nth", "middle", "areas")
    found = (
        described(wild, candidates)
        .sort("nth")
        .select(
            *WHERE,
            pl.lit("value_unlike_peers").alias("rule"),
            pl.format(
                "{}, {}: {}, where the middle of {} areas is {}",
                pl.coalesce("area_name_as_published", "area_code"),
                "period_label",
                shown(pl.col("value")),
                "areas",
                shown(pl.col("middle").exp(), 2),
            ).alias("reason"),
            shown(pl.col("value")).alias("value"),
        )
    )
    return collected(found)


def _figures(rows: pl.LazyFrame) -> pl.LazyFrame:
    """Numbers only, each with its group and line as numbers: ten million of them take half a gigabyte."""
    return (
        rows.filter(pl.col("value") >= 0)
        .select(
            "nth", "value", "numerator", "period_start", "period_end",
            key(_PEERS).alias("group"), key(LINE).alias("line"),
        )
        .collect(engine="streaming")
        .lazy()
    )  # fmt: skip


def _positive(figures: pl.LazyFrame) -> pl.LazyFrame:
    """Figures with their log; a zero counts as half of the least its peers have, so that it is seen."""
    value = pl.col("value")
    of_peers = figures.group_by("group").agg(
        value.filter(value > 0).min().alias("least"), typical_decimals("value").alias("places")
    )
    return (
        figures.join(of_peers, on="group")
        .with_columns(pl.max_horizontal(value, pl.col("least") / 2).log().alias("log"))
        .drop("least")
    )


def _follows_on() -> pl.Expr:
    """Whether the neighbour in time is the period just before, with no gap of more than half a year between."""
    return (pl.col("period_start") - pl.col("before_period_end")).dt.total_days() <= 184


def _scored(figures: pl.LazyFrame, column: str) -> pl.LazyFrame:
    """Figures of groups with enough areas, with the group's middle and spread and their own departure from it."""
    score = pl.col(column)
    middle = (
        figures.filter(score.is_not_null())
        .group_by("group")
        .agg(score.median().alias("middle"), pl.len().alias("areas"))
        .filter(pl.col("areas") >= AREAS)
    )
    departing = figures.join(middle, on="group").with_columns((score - pl.col("middle")).alias("departure"))
    spread = departing.group_by("group").agg((NORMAL * pl.col("departure").abs().median()).alias("spread"))
    return departing.join(spread, on="group")


def _beyond(deviations: float, factor: float) -> pl.Expr:
    return pl.col("departure").abs() > pl.max_horizontal(deviations * pl.col("spread"), pl.lit(factor).log())


def _mirrors(neighbour: pl.Expr, departure: pl.Expr) -> pl.Expr:
    """Whether the departure beside this one goes the other way, at least half as far."""
    return ((neighbour.sign() == -departure.sign()) & (neighbour.abs() > 0.5 * departure.abs())).fill_null(False)


def _course(middle: pl.Expr) -> pl.Expr:
    """What the middle area did, in words."""
    factor = shown(middle.abs().exp(), 2)
    moved = pl.when(middle < 0).then(pl.lit("fell")).otherwise(pl.lit("rose"))
    return pl.when(factor == "1").then(pl.lit("hardly changed")).otherwise(pl.format("{} {}-fold", moved, factor))
