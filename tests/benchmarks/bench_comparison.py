"""A nation's comparisons in one go, against a plain loop over scipy's permutation test of the same values.

155 services, 113 indicators, 12 quarters, four structural models in six classes, 9,999 draws; every comparison lacks a
twentieth of the services, and not the same ones. Ours does all there is to a comparison; the loop does its
first test and its pairs for a few of them, all draws of a test at once but without strata, which scipy's has not, and
is scaled.
"""

import time
from itertools import combinations

import numpy as np
import polars as pl
from scipy import stats

from pipelines.statistics.comparison import INPUT, compare
from pipelines.statistics.permutation import DRAWS

SERVICES, INDICATORS, QUARTERS = 155, 113, 12
MODELS = {"directorate": 0.32, "portfolio": 0.29, "umbrella": 0.21, "delivery": 0.18}
LOOPED = 4


def national() -> pl.DataFrame:
    """The used services of every comparison."""
    random = np.random.default_rng(1)
    services = pl.DataFrame(
        {
            "service_id": [f"s{number:03d}" for number in range(SERVICES)],
            "model_id": random.choice(list(MODELS), SERVICES, p=list(MODELS.values())),
            "stratum": random.choice(["a", "b", "c", "d", "e", "f"], SERVICES, p=[0.16, 0.35, 0.23, 0.14, 0.1, 0.02]),
            "size": np.rint(15_000 * np.exp(0.6 * random.standard_normal(SERVICES))),
        }
    )
    comparisons = pl.DataFrame({"comparison_id": [f"c{number:05d}" for number in range(INDICATORS * QUARTERS)]})
    rows = comparisons.join(services, how="cross").sample(fraction=0.95, seed=1)
    events = random.poisson(random.gamma(7.5, 0.0014 / 7.5, rows.height) * rows["size"].to_numpy())
    return (
        rows.with_columns(numerator=pl.Series(events), denominator="size")
        .with_columns(
            value=1e5 * pl.col("numerator") / pl.col("denominator"),
            family=pl.col("comparison_id").str.slice(4),
            model_label="model_id",
            model_order=pl.col("model_id").replace_strict({model: order for order, model in enumerate(MODELS)}),
            is_assignable=pl.lit(True),
            measure=pl.lit("rate"),
            unit_base=pl.lit(1e5),
        )
        .select(INPUT.keys())
    )


def test_all_comparisons_of_a_nation_against_a_plain_loop() -> None:
    """Seconds of both, and the ratio."""
    services = national()
    comparisons = INDICATORS * QUARTERS
    start = time.perf_counter()
    result = compare(services)
    ours = time.perf_counter() - start
    assert result.tests.height == result.tests["p_value"].count() == comparisons
    assert result.pairs["p_value"].count() == 6 * comparisons

    first = services.filter(pl.col("comparison_id") < f"c{LOOPED:05d}")
    start = time.perf_counter()
    for of_comparison in first.partition_by("comparison_id"):
        groups = [of_model["value"].to_numpy() for of_model in of_comparison.partition_by("model_id")]
        for tested in [groups, *combinations(groups, 2)]:
            stats.permutation_test(tested, _kruskal, n_resamples=DRAWS, vectorized=True, alternative="greater", rng=1)
    plain = (time.perf_counter() - start) / LOOPED * comparisons
    print(
        f"\n{comparisons:,} comparisons of {SERVICES} services, {DRAWS:,} draws, {result.pairs.height:,} pairs: "
        f"{ours:.1f} s; a loop over scipy without strata: {plain:,.0f} s (measured on {LOOPED}); "
        f"ratio {plain / ours:,.0f}"
    )


def _kruskal(*groups: np.ndarray, axis: int = -1) -> np.ndarray:
    return stats.kruskal(*groups, axis=axis).statistic
