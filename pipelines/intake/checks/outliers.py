"""Figures that stand out: from the period before, from both neighbours in time, or from all other areas.

All on the log scale, against the median of the areas of one kind in one period, in units of their median absolute
deviation (times 1.4826: a standard deviation, were they normal). So a change that all areas share (a recession, a new
count) stands out nowhere, and one wild area does not widen the measure. Each limit has a floor, a factor that no
figure is told for below: where areas hardly differ, a small difference is not news. Figures over few events jump by
chance, and figures shown to one digit by rounding: so at least 20 events are asked for where counts are given, and at
least 20 units of the last place shown, on the larger side. Warnings only.
"""

import math

import polars as pl

from pipelines.intake.checks.chunks import in_chunks
from pipelines.intake.checks.context import WHERE, Context, collected, described
from pipelines.intake.checks.rounding import shown, typical_decimals
from pipelines.intake.checks.timelines import beside_neighbours
from pipelines.intake.keys import GROUP, LINE, group_of_kind

AREAS = 20
NORMAL = 1.4826
EVENTS = 20
LAST_PLACES = 20
JUMP_DEVIATIONS, JUMP_FACTOR = 5, 2.5
SPIKE_DEVIATIONS, SPIKE_FACTOR = 4, 2.0
PEER_DEVIATIONS, PEER_FACTOR = 6, 4.0
HARDLY = 1.05


def jumps(candidates: pl.LazyFrame, _: Context) -> pl.DataFrame:
    """Rules value_jumped and value_spiked, cell by cell. A spike is told once, not again as a jump there and back."""
    figures = candidates.filter(pl.col("measure") != "ordinal")
    wild = pl.concat([_wild_changes(_figures(chunk)) for chunk in in_chunks(figures)])
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
    wild = pl.concat([_wild_among_peers(_figures(chunk)) for chunk in in_chunks(rates)])
    found = (
        described(wild.lazy(), candidates)
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


def _figures(rows: pl.LazyFrame) -> pl.DataFrame:
    """Numbers only, sorted by line and time: ten million of them take half a gigabyte, their texts several."""
    return (
        rows.filter(pl.col("value") >= 0)
        .select("nth", "value", "numerator", "period_start", "period_end", LINE, group_of_kind().alias(GROUP))
        .collect(engine="streaming")
        .sort(LINE, "period_start")
    )


def _wild_changes(figures: pl.DataFrame) -> pl.DataFrame:
    """Figures whose change from the period before stands out, with what a sentence says of them."""
    changes = (
        beside_neighbours(_positive(figures), ["log", "value", "numerator", "period_end", "nth"], steps=("before",))
        .with_columns(pl.when(_follows_on()).then(pl.col("log") - pl.col("before_log")).alias("change"))
        .select("nth", LINE, GROUP, "value", "numerator", "places", "change", "before_value", "before_numerator",
                "before_nth")
    )  # fmt: skip
    scored = beside_neighbours(_scored(changes, "change"), ["departure"])
    departure, before, after = (pl.col(name) for name in ("departure", "before_departure", "after_departure"))
    enough = (pl.max_horizontal("numerator", "before_numerator").fill_null(EVENTS) >= EVENTS) & (
        pl.max_horizontal("value", "before_value") * 10.0 ** pl.col("places") >= LAST_PLACES
    )
    is_spike = _beyond(SPIKE_DEVIATIONS, SPIKE_FACTOR) & _mirrors(after, departure)
    is_jump = _beyond(JUMP_DEVIATIONS, JUMP_FACTOR) & ~_mirrors(before, departure)
    return (
        scored.filter(_beyond(SPIKE_DEVIATIONS, SPIKE_FACTOR) & enough)
        .with_columns(is_spike.fill_null(False).alias("is_spike"), is_jump.fill_null(False).alias("is_jump"))
        .filter(pl.col("is_spike") | pl.col("is_jump"))
        .select("nth", "before_nth", "before_value", "middle", "is_spike")
    )


def _wild_among_peers(rates: pl.DataFrame) -> pl.DataFrame:
    """Rates far from other areas', whose own area is not always as far."""
    scored = _scored(rates.with_columns(pl.col("value").log().alias("log")), "log")
    far = scored.filter(_beyond(PEER_DEVIATIONS, PEER_FACTOR))
    own = (
        scored.filter(pl.col(LINE).is_in(far[LINE].unique().implode()))
        .group_by(LINE)
        .agg(pl.col("departure").median().alias("own"), pl.len().alias("periods"))
    )
    is_always = (pl.col("periods") >= 3) & (pl.col("own").abs() > 0.5 * pl.col("departure").abs())
    return far.join(own, on=LINE).filter(~is_always).select("nth", "middle", "areas")


def _positive(figures: pl.DataFrame) -> pl.DataFrame:
    """Figures with their log; a zero counts as half of the least its peers have, so that it is seen."""
    value = pl.col("value")
    of_peers = figures.group_by(GROUP).agg(
        value.filter(value > 0).min().alias("least"), typical_decimals("value").alias("places")
    )
    return (
        figures.join(of_peers, on=GROUP, maintain_order="left")
        .with_columns(pl.max_horizontal(value, pl.col("least") / 2).log().alias("log"))
        .drop("least")
    )


def _follows_on() -> pl.Expr:
    """Whether the neighbour in time is the period just before, with no gap of more than half a year between."""
    return (pl.col("period_start") - pl.col("before_period_end")).dt.total_days() <= 184


def _scored(figures: pl.DataFrame, column: str) -> pl.DataFrame:
    """Figures of groups with enough areas, in their order, with their group's middle and spread and own departure."""
    score = pl.col(column)
    middle = (
        figures.filter(score.is_not_null())
        .group_by(GROUP)
        .agg(score.median().alias("middle"), pl.len().alias("areas"))
        .filter(pl.col("areas") >= AREAS)
    )
    departing = figures.join(middle, on=GROUP, maintain_order="left").with_columns(
        (score - pl.col("middle")).alias("departure")
    )
    spread = departing.group_by(GROUP).agg((NORMAL * pl.col("departure").abs().median()).alias("spread"))
    return departing.join(spread, on=GROUP, maintain_order="left")


def _beyond(deviations: float, factor: float) -> pl.Expr:
    return pl.col("departure").abs() > pl.max_horizontal(deviations * pl.col("spread"), pl.lit(factor).log())


def _mirrors(neighbour: pl.Expr, departure: pl.Expr) -> pl.Expr:
    """Whether the departure beside this one goes the other way, at least half as far."""
    return ((neighbour.sign() == -departure.sign()) & (neighbour.abs() > 0.5 * departure.abs())).fill_null(False)


def _course(middle: pl.Expr) -> pl.Expr:
    """What the middle area did, in words."""
    factor = shown(middle.abs().exp(), 2)
    moved = pl.when(middle < 0).then(pl.lit("fell")).otherwise(pl.lit("rose"))
    changed = pl.format("{} {}-fold", moved, factor)
    return pl.when(middle.abs() < math.log(HARDLY)).then(pl.lit("hardly changed")).otherwise(changed)
