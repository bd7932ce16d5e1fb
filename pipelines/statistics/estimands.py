"""What a structural model's figure may mean: all children pooled, the typical service, the mean service.

The partially pooled mean lives in random_effects.py. Belongs here too: whether the first two say the same of a pair.
"""

import polars as pl

POOLED = pl.col("numerator").sum() / pl.col("denominator").sum() * pl.col("unit_base").first()


def estimands(services: pl.DataFrame, by: list[str]) -> pl.DataFrame:
    """Median, mean and pooled value of each group of services.

    `pooled_value` is the sum of numerators over the sum of denominators, times the unit base: large services decide it.
    It is null where a service of the group lacks a count or where the denominators sum to 0. `median` (the typical
    service) and `mean` count every service once.

    Args:
        services: the columns of `by`, and value, numerator, denominator, unit_base.
        by: columns that name a group.

    Returns:
        The columns of `by`, services, median, mean, pooled_value.
    """
    has_counts = (pl.col("numerator").null_count() == 0) & (pl.col("denominator").null_count() == 0)
    return services.group_by(by, maintain_order=True).agg(
        pl.len().cast(pl.Int64).alias("services"),
        pl.col("value").median().alias("median"),
        pl.col("value").mean().alias("mean"),
        pl.when(has_counts & (pl.col("denominator").sum() > 0)).then(POOLED).alias("pooled_value"),
    )


def disagree(typical: pl.Expr, pooled: pl.Expr) -> pl.Expr:
    """Whether two differences point in opposite directions; false where one is 0 or missing."""
    return (typical * pooled < 0).fill_null(False)
