"""Everything that is found of the comparisons of a build as one table, as the warehouse keeps it.

`part` says of what a row is.

One table and one pass, because the permutations are the cost and every grain rests on them.
"""

import polars as pl

from pipelines.statistics.comparison import compare, compare_with

COLUMNS = {
    "part": pl.String,
    "comparison_id": pl.String,
    "model_id": pl.String,
    "model_b": pl.String,
    "service_id": pl.String,
    "stratum": pl.String,
    "variant": pl.String,
    "services": pl.Int64,
    "services_a": pl.Int64,
    "services_b": pl.Int64,
    "median": pl.Float64,
    "mean": pl.Float64,
    "pooled_value": pl.Float64,
    "random_effects_mean": pl.Float64,
    "random_effects_lower_95": pl.Float64,
    "random_effects_upper_95": pl.Float64,
    "prediction_lower_95": pl.Float64,
    "prediction_upper_95": pl.Float64,
    "tau": pl.Float64,
    "i_squared": pl.Float64,
    "adjusted_mean": pl.Float64,
    "adjusted_strata": pl.Int64,
    "stabilised_value": pl.Float64,
    "services_tested": pl.Int64,
    "services_exchangeable": pl.Int64,
    "models_tested": pl.Int64,
    "strata": pl.Int64,
    "statistic": pl.Float64,
    "p_value": pl.Float64,
    "q_value": pl.Float64,
    "p_adjusted": pl.Float64,
    "family": pl.String,
    "tests_in_family": pl.Int64,
    "pairs_tested": pl.Int64,
    "draws": pl.Int64,
    "is_exact": pl.Boolean,
    "seed": pl.Int64,
    "claim_level": pl.Int64,
    "spread_between": pl.Float64,
    "spread_within": pl.Float64,
    "share_between": pl.Float64,
    "share_between_corrected": pl.Float64,
    "is_simpson_warning": pl.Boolean,
    "simpson_note": pl.String,
    "not_tested_reason": pl.String,
    "difference_typical": pl.Float64,
    "difference_mean": pl.Float64,
    "difference_pooled": pl.Float64,
    "difference_random_effects": pl.Float64,
    "detectable_difference": pl.Float64,
    "detectable_difference_adjusted": pl.Float64,
    "estimands_disagree": pl.Boolean,
    "median_low": pl.Float64,
    "median_high": pl.Float64,
    "mean_low": pl.Float64,
    "mean_high": pl.Float64,
    "pooled_low": pl.Float64,
    "pooled_high": pl.Float64,
    "most_moving_service": pl.String,
}


def comparison_table(members: pl.DataFrame, alternatives: pl.DataFrame, minimum: int) -> pl.DataFrame:
    """Every part of every comparison, one below the other; a row has the columns of its part, the rest is null.

    Args:
        members: the input of `compare`, one row per comparison and service used in it.
        alternatives: the same with `variant`: contested services as they would stand under a model that is claimed.
        minimum: least number of services of a model that is tested.

    Returns:
        The columns of `COLUMNS`, whatever is found, sorted by part and key.
    """
    found = compare(members, minimum=minimum)
    parts = {
        "model": found.models,
        "pair": found.pairs.rename({"model_a": "model_id"}),
        "service": found.services,
        "stratum": found.strata,
        "test": found.tests,
    }
    of_each = found.models.select("comparison_id", "model_id", "services")
    left_out = found.leave_one_out.join(of_each, on=["comparison_id", "model_id"], how="left", maintain_order="left")
    variants = [left_out.with_columns(pl.lit("leave_one_out").alias("variant"))]
    if not alternatives.is_empty():
        variants.append(compare_with(members, alternatives, minimum=minimum))
    frames = [frame.with_columns(pl.lit(part).alias("part")) for part, frame in parts.items()]
    frames += [frame.with_columns(pl.lit("variant").alias("part")) for frame in variants]
    empty = pl.DataFrame(schema=COLUMNS)
    every = pl.concat(
        [empty, *(frame.cast({n: k for n, k in COLUMNS.items() if n in frame.columns}) for frame in frames)],
        how="diagonal",
    )
    return every.select(COLUMNS.keys())
