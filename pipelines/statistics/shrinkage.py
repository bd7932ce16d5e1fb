"""Empirical-Bayes estimates of services: figures of few events drawn towards all services of the comparison.

They are labelled "stabilised" wherever they are shown, and never stand in place of the published value.
"""

import polars as pl

BY = "comparison_id"
NOT_WHOLE = 1e-9


def stabilised(services: pl.DataFrame) -> pl.DataFrame:
    """The posterior mean of each service, the comparison's services of all models being its prior.

    Rates: gamma-Poisson (Clayton D, Kaldor J (1987), Biometrics 43:671-681), posterior mean (x + m b) / (n + b) with
    b = m / A. Proportions: beta-binomial, the same with b = (m (1 - m) - A) / A. Here m is the pooled rate and A the
    variance of true rates between services by moments, with weights n: A = max(0, (S - (k - 1) c) / d), where
    S = sum n (r - m)^2, c = m and d = N - sum n^2 / N for rates, and c = m (1 - m) and
    d = sum (n - 1)(1 - n / N) for proportions. Where A is 0 every service gets m.

    Args:
        services: comparison_id, service_id, measure, numerator, denominator, unit_base: every used service.

    Returns:
        comparison_id, service_id, stabilised_value in the unit of the value, in the order given; null where the counts
        are missing or cannot be such counts, for other measures, and in comparisons of fewer than three services with
        counts.
    """
    x, n, m, k = pl.col("numerator"), pl.col("denominator"), pl.col("m"), pl.col("k")
    is_proportion = pl.col("measure") == "proportion"
    whole = (x - x.round()).abs() <= NOT_WHOLE
    usable = x.is_finite() & n.is_finite() & (x >= 0) & (n > 0) & whole
    fits = usable & ((pl.col("measure") == "rate") | (is_proportion & (x <= n)))
    counted = (
        services.with_row_index("place")
        .filter(fits.fill_null(False))
        .select("place", BY, "measure", x.cast(pl.Float64), n.cast(pl.Float64))
    )
    total = n.sum().over(BY)
    noise = pl.when(is_proportion).then(m * (1 - m)).otherwise(m)
    freedom = pl.when(is_proportion).then((n - 1) * (1 - n / total)).otherwise(n * (1 - n / total)).sum().over(BY)
    found = (
        counted.with_columns((x.sum().over(BY) / total).alias("m"), pl.len().over(BY).alias("k"))
        .with_columns(
            noise.alias("noise"), (n * (x / n - m) ** 2).sum().over(BY).alias("squares"), freedom.alias("freedom")
        )
        .with_columns(((pl.col("squares") - (k - 1) * pl.col("noise")) / pl.col("freedom")).alias("apart"))
        .with_columns(
            # Weight of the prior, in units of the denominator; no spread beyond noise leaves the prior alone.
            ((pl.col("noise") - pl.when(is_proportion).then(pl.col("apart")).otherwise(0)) / pl.col("apart")).alias("b")
        )
        .select(
            "place",
            pl.when((k >= 3) & (pl.col("freedom") > 0))
            .then(pl.when(pl.col("apart") > 0).then((x + m * pl.col("b")) / (n + pl.col("b"))).otherwise(m))
            .alias("rate"),
        )
    )
    return (
        services.with_row_index("place")
        .join(found, on="place", how="left", maintain_order="left")
        .select(BY, "service_id", (pl.col("rate") * pl.col("unit_base")).alias("stabilised_value"))
    )
