"""XmR control charts: a series of single values with limits from its moving range.

What belongs here: centre, limits and signal rules. Which points make one series is decided in the warehouse.
"""

import polars as pl

LEAST_POINTS = 8
RUN = 8
NO_DISTANCE = 1e-9
SPREAD = 2.66
"""3 / d2 with d2 = 1.128, the mean range of two values of a standard normal."""

POINT_OUTSIDE, RUN_ON_ONE_SIDE = "outside_limits", "eight_on_one_side"


def control_charts(points: pl.DataFrame) -> pl.DataFrame:
    """Centre, limits and signals of every series.

    Wheeler DJ (1993), Understanding Variation; Shewhart WA (1931): centre = mean, limits = centre -/+ 2.66 x mean
    moving range. A signal is a value outside the limits, or the eighth and each further of eight values in a row on one
    side of the centre; a value on the centre ends a run. Limits stop where the definition allows no value.

    Args:
        points: rows of whole series in any order: series_id, period_end, step (place of the period in the calendar: two
            that follow each other differ by 1), value, value_minimum, value_maximum (null where open). Further columns
            are kept.

    Returns:
        As many rows, ordered by series and period, with centre, lower_limit, upper_limit and signal (null, or the rule)
        added; step, value_minimum and value_maximum are dropped. Series under LEAST_POINTS must not be given.
    """
    ranged = points.sort("series_id", "period_end").with_columns(
        moving_range=pl.when(pl.col("step").diff().over("series_id") == 1).then(
            pl.col("value").diff().abs().over("series_id")
        ),
        centre=pl.col("value").mean().over("series_id"),
    )
    half = SPREAD * pl.col("moving_range").mean().over("series_id")
    away = pl.col("value") - pl.col("centre")
    limited = ranged.with_columns(
        lower_limit=pl.when(half.is_not_null()).then(pl.max_horizontal(pl.col("centre") - half, "value_minimum")),
        upper_limit=pl.when(half.is_not_null()).then(pl.min_horizontal(pl.col("centre") + half, "value_maximum")),
        # A mean of equal values is theirs only up to rounding: that is no distance from it.
        side=pl.when(away.abs() > NO_DISTANCE * pl.col("centre").abs()).then(away.sign()).otherwise(0.0),
    )
    run = pl.col("side").rle_id().over("series_id")
    counted = limited.with_columns(run=run).with_columns(in_run=pl.int_range(1, pl.len() + 1).over("series_id", "run"))
    outside = (pl.col("value") < pl.col("lower_limit")) | (pl.col("value") > pl.col("upper_limit"))
    signal = (
        pl.when(outside & (pl.col("side") != 0))
        .then(pl.lit(POINT_OUTSIDE))
        .when((pl.col("in_run") >= RUN) & (pl.col("side") != 0))
        .then(pl.lit(RUN_ON_ONE_SIDE))
    )
    return counted.with_columns(signal=signal).drop(
        "moving_range", "side", "run", "in_run", "step", "value_minimum", "value_maximum"
    )
