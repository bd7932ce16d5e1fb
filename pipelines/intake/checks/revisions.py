"""What this delivery changes of the numbers already landed: how many, which way, the largest, new and vanished keys.

Reported and never refused: a publisher may revise. Compared are only periods that both have of an indicator, so that
a new year is not a revision and a file of one year does not make the others vanish.
"""

import polars as pl

from pipelines.intake.checks.context import FOUND, PERIOD, SERIES, Context, collected, nothing_found
from pipelines.intake.checks.rounding import shown

MANY = 0.2
ENOUGH_TO_BE_MANY = 20
MOVERS_SHOWN = 3
_KEY = [*SERIES, *PERIOD, "area_type", "area_code", "breakdown_id"]
_SHARED = [*SERIES, *PERIOD]


def revisions(candidates: pl.LazyFrame, context: Context) -> pl.DataFrame:
    """Rules numbers_revised, numbers_revised_widely and numbers_vanished, one finding an indicator."""
    if context.previous is None:
        return nothing_found()
    kept = [*_KEY, "value", "value_marker"]
    now = candidates.select(*kept, "area_name_as_published", "period_label")
    then = context.previous.select(*kept, pl.col("area_name_as_published").alias("old_name"))
    both_periods = now.select(_SHARED).unique().join(then.select(_SHARED).unique(), on=_SHARED)
    now, then = (rows.join(both_periods, on=_SHARED, how="semi") for rows in (now, then))
    return pl.concat([_changed(now, then), _vanished(now, then)])


def _changed(now: pl.LazyFrame, then: pl.LazyFrame) -> pl.DataFrame:
    pairs = now.join(then, on=_KEY, how="left", suffix="_then", nulls_equal=True).with_columns(
        pl.col("old_name").is_null().alias("is_new")
    )
    value, old = pl.col("value"), pl.col("value_then")
    differs = ~pl.col("is_new") & (
        ((value - old).abs() > 1e-9 * (1 + old.abs())).fill_null(False)
        | (value.is_null() != old.is_null())
        | (value.is_null() & (pl.col("value_marker") != pl.col("value_marker_then")).fill_null(False))
    )
    ratio = (value - old).abs() / pl.max_horizontal(old.abs(), value.abs())
    mover = pl.format(
        "{} {} from {} to {}",
        pl.coalesce("area_name_as_published", "area_code"),
        "period_label",
        pl.coalesce(shown(old), pl.format("[{}]", "value_marker_then"), pl.lit("no value")),
        pl.coalesce(shown(value), pl.format("[{}]", "value_marker"), pl.lit("no value")),
    )
    summed = (
        pairs.with_columns(differs.alias("differs"))
        .filter(pl.col("differs") | pl.col("is_new") | pl.lit(True))
        .group_by(SERIES)
        .agg(
            (~pl.col("is_new")).sum().alias("keys"),
            pl.col("differs").sum().alias("changed"),
            (pl.col("differs") & (value > old)).sum().alias("up"),
            (pl.col("differs") & (value < old)).sum().alias("down"),
            pl.col("is_new").sum().alias("new"),
            pl.struct(ratio.alias("ratio"), mover.alias("mover"))
            .filter(pl.col("differs") & ratio.is_not_null())
            .top_k_by(ratio.filter(pl.col("differs") & ratio.is_not_null()), MOVERS_SHOWN)
            .alias("movers"),
        )
    )
    changed, keys = pl.col("changed"), pl.col("keys")
    is_wide = (keys >= ENOUGH_TO_BE_MANY) & (changed > MANY * keys)
    found = (
        summed.filter((changed > 0) | ((pl.col("new") > 0) & (keys > 0)))
        .sort(SERIES)
        .select(
            pl.when(is_wide).then(pl.lit("numbers_revised_widely")).otherwise(pl.lit("numbers_revised")).alias("rule"),
            pl.format(
                "{}: {} of {} numbers differ from those landed ({}%): {} up, {} down, {} from or to a marker; {} new{}",
                "indicator_id",
                changed,
                keys,
                shown(100 * changed / keys, 1),
                "up",
                "down",
                changed - pl.col("up") - pl.col("down"),
                "new",
                pl.when(pl.col("movers").list.len() > 0)
                .then(
                    pl.format(
                        "; the largest: {}",
                        pl.col("movers").list.eval(pl.element().struct.field("mover")).list.join("; "),
                    )
                )
                .otherwise(pl.lit("")),
            ).alias("reason"),
        )
    )
    return collected(found)


def _vanished(now: pl.LazyFrame, then: pl.LazyFrame) -> pl.DataFrame:
    gone = then.join(now, on=_KEY, how="anti", nulls_equal=True)
    name = pl.coalesce("old_name", "area_code")
    found = (
        gone.group_by(SERIES)
        .agg(pl.len().alias("gone"), name.n_unique().alias("areas"), name.unique().sort().head(5).alias("names"))
        .sort(SERIES)
        .select(
            pl.lit("numbers_vanished").alias("rule"),
            pl.format(
                "{}: {} numbers of {} areas that were landed are not in this file, of {}",
                "indicator_id",
                "gone",
                "areas",
                pl.col("names").list.join(", "),
            ).alias("reason"),
        )
    )
    return collected(found)


__all__ = ["FOUND", "revisions"]
