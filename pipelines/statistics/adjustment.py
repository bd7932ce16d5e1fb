"""Means of structural models as they would be if each held the same mix of strata: direct adjustment."""

import polars as pl

COMPARISON, MODEL, STRATUM = "comparison_id", "model_id", "stratum"


def adjusted_means(services: pl.DataFrame) -> pl.DataFrame:
    """Each model's mean in every stratum, weighted by the share of used services that stand in the stratum.

    Direct standardisation (APHO Technical Briefing 3) of service means, with the services of the comparison as the
    standard population. A stratum that holds services of one model only compares nothing and is left out, as it is in
    effect by the permutation test.

    Args:
        services: columns comparison_id, model_id, stratum, value: every used service.

    Returns:
        comparison_id, model_id, adjusted_mean, adjusted_strata (strata with other models too, in which the model has a
        service). `adjusted_mean` is null where the model has no service in some such stratum, or there is none:
        nothing can stand for it there.
    """
    shares = (
        services.filter(pl.col(MODEL).n_unique().over(COMPARISON, STRATUM) > 1)
        .group_by(COMPARISON, STRATUM, maintain_order=True)
        .agg(pl.len().alias("in_stratum"))
        .with_columns(
            (pl.col("in_stratum") / pl.col("in_stratum").sum().over(COMPARISON)).alias("share"),
            pl.len().over(COMPARISON).alias("strata"),
        )
    )
    return (
        services.group_by(COMPARISON, MODEL, STRATUM, maintain_order=True)
        .agg(pl.col("value").mean().alias("mean"))
        .join(shares, on=[COMPARISON, STRATUM], how="left", nulls_equal=True, maintain_order="left")
        .group_by(COMPARISON, MODEL, maintain_order=True)
        .agg(
            (pl.col("mean") * pl.col("share")).sum().alias("weighted"),
            pl.col("share").count().cast(pl.Int64).alias("adjusted_strata"),
            pl.col("strata").max(),
        )
        .select(
            COMPARISON,
            MODEL,
            pl.when(pl.col("adjusted_strata") == pl.col("strata")).then("weighted").alias("adjusted_mean"),
            "adjusted_strata",
        )
    )
