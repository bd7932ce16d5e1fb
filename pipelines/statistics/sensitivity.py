"""How far a structural model's figures move when one of its services is left out. Descriptive: nothing is tested."""

import polars as pl

COMPARISON, MODEL = "comparison_id", "model_id"
KEY = [COMPARISON, MODEL]


def leave_one_out(services: pl.DataFrame) -> pl.DataFrame:
    """Range of median, mean and pooled value over leaving out each service of a model in turn.

    Args:
        services: columns comparison_id, model_id, service_id, value, numerator, denominator, unit_base.

    Returns:
        comparison_id, model_id, median_low, median_high, mean_low, mean_high, pooled_low, pooled_high and
        most_moving_service: the one without which the pooled value moves most, or the mean where nothing can be
        pooled; the first by its id where several do. Null for a model of one service; pooled limits are null where a
        service lacks a count or where leaving one out leaves a denominator of 0.
    """
    n, value, place = pl.len().over(KEY), pl.col("value"), pl.int_range(pl.len()).over(KEY)
    has_counts = (pl.col("numerator").is_not_null() & pl.col("denominator").is_not_null()).all().over(KEY)
    numerator, denominator = (pl.col(name).sum().over(KEY) for name in ("numerator", "denominator"))
    rest = denominator - pl.col("denominator")
    without = services.sort(*KEY, "value", "service_id").with_columns(
        n.alias("n"),
        place.alias("place"),
        ((value.sum().over(KEY) - value) / (n - 1)).alias("mean_without"),
        pl.when(has_counts & (rest > 0))
        .then((numerator - pl.col("numerator")) / rest * pl.col("unit_base"))
        .alias("pooled_without"),
        pl.when(has_counts & (denominator > 0)).then(numerator / denominator * pl.col("unit_base")).alias("pooled"),
        value.mean().over(KEY).alias("mean"),
    )
    whole = pl.col("pooled_without").null_count() == 0
    moved = (
        pl.when((pl.col("pooled_without").null_count() == 0).over(KEY))
        .then((pl.col("pooled_without") - pl.col("pooled")).abs())
        .otherwise((pl.col("mean_without") - pl.col("mean")).abs())
    )
    low, high = _medians()
    return (
        without.with_columns(moved.alias("moved"))
        .filter(pl.col("n") > 1)
        .group_by(KEY, maintain_order=True)
        .agg(
            low.alias("median_low"),
            high.alias("median_high"),
            pl.col("mean_without").min().alias("mean_low"),
            pl.col("mean_without").max().alias("mean_high"),
            pl.when(whole).then(pl.col("pooled_without").min()).alias("pooled_low"),
            pl.when(whole).then(pl.col("pooled_without").max()).alias("pooled_high"),
            pl.col("service_id")
            .sort_by("moved", "service_id", descending=[True, False])
            .first()
            .alias("most_moving_service"),
        )
    )


def _medians() -> tuple[pl.Expr, pl.Expr]:
    """Lowest and highest median without one value, of values that stand in order.

    Of 2m values, those left have one of the two middle values as median; of 2m + 1, the mean of the middle value and
    one of its neighbours.
    """
    n, value = pl.len(), pl.col("value")
    middle = n // 2
    below, at = value.get(middle - 1), value.get(middle)
    above = value.get(pl.min_horizontal(middle + 1, n - 1))
    is_even = n % 2 == 0
    return (
        pl.when(is_even).then(below).otherwise((below + at) / 2),
        pl.when(is_even).then(at).otherwise((at + above) / 2),
    )
