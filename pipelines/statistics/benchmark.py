"""Where a value lies against a benchmark, by its confidence interval, and what may be said of it.

What belongs here: the rule and its words. Which benchmark a value is held against is decided in the warehouse.
"""

import polars as pl


def against_benchmark(frame: pl.DataFrame) -> pl.DataFrame:
    """Judge each value against its benchmark.

    The rule of Fingertips (BenchmarkComparisonEngine): a value is lower when its whole interval lies below the
    benchmark value, higher when it lies above, otherwise similar. The benchmark's own interval plays no part. Lower and
    higher become better and worse only where one direction was declared to be better.

    Args:
        frame: columns value, lower_95, upper_95, benchmark_value (one unit), polarity (high, low, none or null) and
            not_compared_because (null where the comparison may be made); further columns are kept.

    Returns:
        As many rows, with result (lower, similar, higher, not_compared), judgement (better, worse or null) and reason
        (null where compared) added; lower_95, upper_95, polarity and not_compared_because are dropped.
    """
    benchmark = pl.col("benchmark_value")
    refused = pl.col("not_compared_because").is_not_null()
    result = (
        pl.when(refused)
        .then(pl.lit("not_compared"))
        .when(pl.col("upper_95") < benchmark)
        .then(pl.lit("lower"))
        .when(pl.col("lower_95") > benchmark)
        .then(pl.lit("higher"))
        .otherwise(pl.lit("similar"))
    )
    return (
        frame.with_columns(result=result, reason=pl.col("not_compared_because"))
        .with_columns(judgement=judgement(pl.col("result"), "higher", "lower"))
        .drop("lower_95", "upper_95", "polarity", "not_compared_because")
    )


def judgement(direction: pl.Expr, up: str, down: str) -> pl.Expr:
    """Better or worse for a direction, by the declared polarity; null without one, and where there is no direction.

    Args:
        direction: Column of words.
        up: The word for a greater value.
        down: The word for a lesser value.
    """
    polarity = pl.col("polarity")
    return (
        pl.when(((polarity == "high") & (direction == up)) | ((polarity == "low") & (direction == down)))
        .then(pl.lit("better"))
        .when(((polarity == "high") & (direction == down)) | ((polarity == "low") & (direction == up)))
        .then(pl.lit("worse"))
        .otherwise(pl.lit(None, dtype=pl.String))
    )
