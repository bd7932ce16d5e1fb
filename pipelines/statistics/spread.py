"""How far services lie apart inside structural models, against how far the models' means lie apart."""

import polars as pl

BY = "comparison_id"


def spread(services: pl.DataFrame) -> pl.DataFrame:
    """Standard deviations within and between models, and the share of the variance that lies between them.

    One-way analysis of variance (Fisher RA (1925), Statistical Methods for Research Workers, chapter 7).
    `spread_within` is the root of the mean square within (N - k degrees of freedom); `spread_between` the root of the
    sum of squares between over N: the standard deviation of the models' means, each counted with its services.
    `share_between` is eta squared, the share of the sum of squares; it is above 0 even for labels at random, so
    `share_between_corrected` (epsilon squared, Kelley TL (1935), Proc Natl Acad Sci 21:554-559) takes off what chance
    gives, not below 0.

    Args:
        services: columns comparison_id, model_id, value; the services of the models that are compared.

    Returns:
        comparison_id, spread_between, spread_within, share_between, share_between_corrected. All null where no degree
        of freedom is left; both shares null where all services are equal.
    """
    of_models = services.group_by(BY, "model_id", maintain_order=True).agg(
        pl.len().alias("n"), pl.col("value").mean().alias("mean"), _square_sum().alias("within")
    )
    within, between, n, k = (pl.col(name) for name in ("within", "between", "n", "k"))
    total, left = within + between, n - k
    whole = services.group_by(BY, maintain_order=True).agg(pl.col("value").mean().alias("grand"))
    return (
        of_models.join(whole, on=BY, how="left", maintain_order="left")
        .with_columns((n * (pl.col("mean") - pl.col("grand")) ** 2).alias("between"))
        .group_by(BY, maintain_order=True)
        .agg(within.sum(), between.sum(), n.sum(), pl.len().alias("k"))
        .with_columns(pl.when((left > 0) & (total > 0)).then(between / total).alias("share_between"))
        .select(
            BY,
            pl.when(left > 0).then((between / n).sqrt()).alias("spread_between"),
            pl.when(left > 0).then((within / left).sqrt()).alias("spread_within"),
            "share_between",
            (1 - (1 - pl.col("share_between")) * (n - 1) / left).clip(lower_bound=0).alias("share_between_corrected"),
        )
    )


def _square_sum() -> pl.Expr:
    value = pl.col("value")
    return ((value - value.mean()) ** 2).sum()
