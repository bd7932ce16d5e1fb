"""Comparison of structural models: every figure of a comparison from the services that it uses.

Belongs here: which services are tested, and how the parts (a module each) come together into the frames that the
warehouse keeps. No formula: those live beside this module. Nothing here ranks models or says why they differ.
"""

from dataclasses import dataclass

import polars as pl

from pipelines.statistics.adjustment import adjusted_means
from pipelines.statistics.detectable import detectable_difference, shared_services
from pipelines.statistics.estimands import disagree, estimands
from pipelines.statistics.multiplicity import benjamini_hochberg, holm
from pipelines.statistics.permutation import DRAWS, SEED, permutation_tests
from pipelines.statistics.random_effects import random_effects_means
from pipelines.statistics.sensitivity import leave_one_out
from pipelines.statistics.shrinkage import stabilised
from pipelines.statistics.simpson import simpson_notes
from pipelines.statistics.spread import spread

MINIMUM = 10
CLAIM_LEVEL = 0.05  # q-values up to here allow the sentences of level 2 (methods.md 2.7)

INPUT = {
    "comparison_id": pl.String,
    "family": pl.String,
    "service_id": pl.String,
    "model_id": pl.String,
    "model_label": pl.String,
    "model_order": pl.Int64,
    "is_assignable": pl.Boolean,
    "stratum": pl.String,
    "value": pl.Float64,
    "numerator": pl.Float64,
    "denominator": pl.Float64,
    "measure": pl.String,
    "unit_base": pl.Float64,
}
COMPARISON, MODEL, STRATUM = "comparison_id", "model_id", "stratum"
PAIR = [COMPARISON, "model_a", "model_b"]
ESTIMANDS = {
    "median": "difference_typical",
    "mean": "difference_mean",
    "pooled_value": "difference_pooled",
    "random_effects_mean": "difference_random_effects",
}
PAIRS = [
    *PAIR,
    "services_a",
    "services_b",
    *ESTIMANDS.values(),
    "p_value",
    "p_adjusted",
    "draws",
    "is_exact",
    "detectable_difference",
    "detectable_difference_adjusted",
    "estimands_disagree",
]
UNKNOWN_STRATUM = "not known"
ONE_MODEL = "Fewer than two structural models have at least {minimum} services."
NO_EXCHANGE = (
    "No nation and authority class holds services of two structural models, so labels cannot be exchanged within one."
)
SEPARATOR = "\x1f"  # in no id: it joins a comparison's id with that of a part of it


@dataclass(frozen=True)
class Compared:
    """What a set of comparisons says, a frame for each grain.

    Attributes:
        models: comparison_id × model_id: services, median, mean, pooled_value, random effects, adjusted_mean.
        services: comparison_id × service_id: stabilised_value.
        tests: comparison_id: the omnibus test, spread, Simpson's warning, or why nothing was tested.
        pairs: comparison_id × model_a × model_b: differences of the estimands, the test, the detectable difference.
        strata: comparison_id × model_id × stratum: services and estimands; described, never tested.
        leave_one_out: comparison_id × model_id: the range of the estimands when one service is left out.
    """

    models: pl.DataFrame
    services: pl.DataFrame
    tests: pl.DataFrame
    pairs: pl.DataFrame
    strata: pl.DataFrame
    leave_one_out: pl.DataFrame


def compare(services: pl.DataFrame, *, draws: int = DRAWS, seed: int = SEED, minimum: int = MINIMUM) -> Compared:
    """Compare the structural models of every comparison given.

    Models that can be assigned and have at least `minimum` services are tested; the others get their estimands only.

    Args:
        services: the columns of `INPUT`, one row per comparison and service used in it. numerator, denominator,
            unit_base and stratum may be null; `family` names the comparisons whose tests are counted together;
            `stratum` is nation and authority class, or whatever labels are exchanged within.
        draws: random arrangements of a test that cannot be enumerated.
        seed: where the draws begin; stored with each test.
        minimum: least number of services of a model that is tested.

    Returns:
        Frames sorted by their keys; null wherever a figure cannot be had.

    Raises:
        ValueError: when a service stands in a comparison twice.
    """
    rows = _prepared(services)
    tested = _testable(rows, minimum)
    models = _models(rows)
    pairs = _pairs(models, tested, draws, seed)
    return Compared(
        models=models,
        services=stabilised(rows),
        tests=_tests(rows, tested, pairs, draws, seed, minimum),
        pairs=pairs.rename({"services": "services_a"}).select(PAIRS),
        strata=estimands(rows, [COMPARISON, MODEL, STRATUM]).sort(COMPARISON, MODEL, STRATUM),
        leave_one_out=leave_one_out(rows),
    )


def compare_with(
    services: pl.DataFrame,
    alternatives: pl.DataFrame,
    *,
    draws: int = DRAWS,
    seed: int = SEED,
    minimum: int = MINIMUM,
) -> pl.DataFrame:
    """Every comparison once more for each variant, with the services of the variant added or counted otherwise.

    Args:
        services: as for `compare`.
        alternatives: the columns of `INPUT` and variant; a service that the comparison uses already is replaced.
        draws: as for `compare`.
        seed: as for `compare`.
        minimum: as for `compare`.

    Returns:
        comparison_id, variant, model_id, services, median, mean, pooled_value, and p_value of the omnibus test of the
        variant (null where it cannot be tested).
    """
    keys = alternatives.select(COMPARISON, "variant").unique()
    name = pl.concat_str(COMPARISON, "variant", separator=SEPARATOR)
    added = alternatives.with_columns(name.alias(COMPARISON)).select(INPUT.keys())
    base = (
        services.join(keys, on=COMPARISON, how="inner").with_columns(name.alias(COMPARISON)).select(INPUT.keys())
    ).join(added, on=[COMPARISON, "service_id"], how="anti")
    rows = _prepared(pl.concat([base.cast(pl.Schema(INPUT)), added.cast(pl.Schema(INPUT))]))
    tests = _omnibus(_testable(rows, minimum), draws, seed)
    parts = pl.col(COMPARISON).str.splitn(SEPARATOR, 2)
    return (
        estimands(rows, [COMPARISON, MODEL])
        .join(tests.select(COMPARISON, "p_value"), on=COMPARISON, how="left", maintain_order="left")
        .with_columns(parts.struct.field("field_0").alias(COMPARISON), parts.struct.field("field_1").alias("variant"))
        .select(COMPARISON, "variant", MODEL, "services", "median", "mean", "pooled_value", "p_value")
        .sort(COMPARISON, "variant", MODEL)
    )


def _prepared(services: pl.DataFrame) -> pl.DataFrame:
    rows = services.select(pl.col(name).cast(kind) for name, kind in INPUT.items())
    rows = rows.with_columns(pl.col(STRATUM).fill_null(UNKNOWN_STRATUM)).sort(COMPARISON, MODEL, "service_id")
    twice = rows.filter(rows.select(COMPARISON, "service_id").is_duplicated())
    if not twice.is_empty():
        first = twice.row(0, named=True)
        raise ValueError(f"Service {first['service_id']} stands in comparison {first[COMPARISON]} more than once.")
    return rows


def _testable(rows: pl.DataFrame, minimum: int) -> pl.DataFrame:
    """Services of the models that are tested; none of a comparison with fewer than two such models."""
    large = rows.filter(pl.col("is_assignable") & (pl.len().over(COMPARISON, MODEL) >= minimum))
    return large.filter(pl.col(MODEL).n_unique().over(COMPARISON) > 1)


def _models(rows: pl.DataFrame) -> pl.DataFrame:
    on = [COMPARISON, MODEL]
    return (
        estimands(rows, on)
        .join(random_effects_means(rows), on=on, how="left", maintain_order="left")
        .join(adjusted_means(rows), on=on, how="left", maintain_order="left")
    )


def _omnibus(tested: pl.DataFrame, draws: int, seed: int) -> pl.DataFrame:
    rows = tested.select(pl.col(COMPARISON).alias("test"), STRATUM, "service_id", pl.col(MODEL).alias("label"), "value")
    return permutation_tests(rows, draws=draws, seed=seed).rename({"test": COMPARISON})


def _tests(
    rows: pl.DataFrame, tested: pl.DataFrame, pairs: pl.DataFrame, draws: int, seed: int, minimum: int
) -> pl.DataFrame:
    every = rows.group_by(COMPARISON, maintain_order=True).agg(pl.col("family").first())
    of_pairs = pairs.group_by(COMPARISON, maintain_order=True).agg(
        pl.col("p_value").is_not_null().sum().cast(pl.Int64).alias("pairs_tested")
    )
    joined = every
    for frame in (_omnibus(tested, draws, seed), spread(tested), of_pairs, simpson_notes(pairs)):
        joined = joined.join(frame, on=COMPARISON, how="left", maintain_order="left")
    is_tested = pl.col("p_value").is_not_null()
    q_value = benjamini_hochberg(joined, "family")
    return joined.with_columns(q_value.alias("q_value")).select(
        COMPARISON,
        "family",
        pl.col("services").fill_null(0).alias("services_tested"),
        pl.col("services_exchangeable").fill_null(0),
        pl.col("labels").fill_null(0).alias("models_tested"),
        pl.col("strata").fill_null(0),
        pl.when(is_tested).then("statistic").alias("statistic"),
        "p_value",
        "q_value",
        is_tested.sum().over("family").cast(pl.Int64).alias("tests_in_family"),
        pl.col("pairs_tested").fill_null(0),
        pl.when(is_tested).then("draws").alias("draws"),
        pl.when(is_tested).then("is_exact").alias("is_exact"),
        pl.lit(seed, dtype=pl.Int64).alias("seed"),
        pl.when(pl.col("q_value") <= CLAIM_LEVEL).then(2).otherwise(1).cast(pl.Int64).alias("claim_level"),
        "spread_between",
        "spread_within",
        "share_between",
        "share_between_corrected",
        pl.col("is_simpson_warning").fill_null(False),
        "simpson_note",
        pl.when(pl.col("labels").is_null())
        .then(pl.lit(ONE_MODEL.format(minimum=minimum)))
        .when(~is_tested)
        .then(pl.lit(NO_EXCHANGE))
        .alias("not_tested_reason"),
    )


def _pairs(models: pl.DataFrame, tested: pl.DataFrame, draws: int, seed: int) -> pl.DataFrame:
    """Both sides of every pair of tested models, their estimands side by side, with the test of the pair."""
    on = [COMPARISON, MODEL]
    figures = (
        tested.group_by(on, maintain_order=True)
        .agg(pl.col("model_order").first(), pl.col("model_label").first())
        .with_columns(pl.col("model_label").fill_null(pl.col(MODEL)), order=pl.struct("model_order", MODEL))
        .with_columns(pl.col("order").rank("ordinal").over(COMPARISON))
        .join(models, on=on, how="left", maintain_order="left")
        .select(COMPARISON, MODEL, "model_label", "order", "services", *ESTIMANDS)
    )
    sides = (
        figures.join(figures, on=COMPARISON, suffix="_b")
        .filter(pl.col("order") < pl.col("order_b"))
        .sort(COMPARISON, "order", "order_b")
        .rename({MODEL: "model_a", "model_id_b": "model_b", "model_label": "label_a", "model_label_b": "label_b"})
    )
    paired = (
        sides.join(_pair_tests(tested, sides, draws, seed), on=PAIR, how="left", maintain_order="left")
        .join(_shared(tested, sides), on=PAIR, how="left", maintain_order="left")
        .join(spread(tested).select(COMPARISON, "spread_within"), on=COMPARISON, how="left", maintain_order="left")
        .with_columns(pl.len().over(COMPARISON).alias("pairs"))
    )
    typical, pooled = (pl.col(name) - pl.col(f"{name}_b") for name in ("median", "pooled_value"))
    return paired.with_columns(
        holm(paired, COMPARISON).alias("p_adjusted"),
        _detectable(paired, tests=1).alias("detectable_difference"),
        _detectable(paired, tests=paired["pairs"]).alias("detectable_difference_adjusted"),
        disagree(typical, pooled).alias("estimands_disagree"),
        *((pl.col(name) - pl.col(f"{name}_b")).alias(difference) for name, difference in ESTIMANDS.items()),
    )


def _pair_tests(tested: pl.DataFrame, sides: pl.DataFrame, draws: int, seed: int) -> pl.DataFrame:
    """Labels exchanged between the two models of each pair only, ranks taken among their services only."""
    named = sides.select(*PAIR).with_columns(pl.concat_str(PAIR, separator=SEPARATOR).alias("test"))
    members = named.unpivot(["model_a", "model_b"], index=[COMPARISON, "test"], value_name=MODEL).drop("variable")
    rows = tested.join(members, on=[COMPARISON, MODEL], how="inner")
    found = permutation_tests(
        rows.select("test", STRATUM, "service_id", pl.col(MODEL).alias("label"), "value"), draws=draws, seed=seed
    )
    return named.join(found, on="test", how="left", maintain_order="left").select(*PAIR, "p_value", "draws", "is_exact")


def _shared(tested: pl.DataFrame, sides: pl.DataFrame) -> pl.DataFrame:
    """What the two models of each pair can tell of each other, summed over the strata that hold both."""
    held = tested.group_by(COMPARISON, MODEL, STRATUM, maintain_order=True).agg(pl.len().alias("held"))
    both = (
        sides.select(PAIR)
        .join(held.rename({MODEL: "model_a"}), on=[COMPARISON, "model_a"], maintain_order="left")
        .join(held.rename({MODEL: "model_b"}), on=[COMPARISON, "model_b", STRATUM], maintain_order="left", suffix="_b")
    )
    shared = pl.Series("shared", shared_services(both["held"], both["held_b"]))
    return both.with_columns(shared).group_by(PAIR, maintain_order=True).agg(pl.col("shared").sum())


def _detectable(paired: pl.DataFrame, tests: pl.Series | int) -> pl.Series:
    spread_within, shared = (paired[name].fill_null(float("nan")) for name in ("spread_within", "shared"))
    return pl.Series(detectable_difference(spread_within, shared, tests=tests), dtype=pl.Float64).fill_nan(None)
