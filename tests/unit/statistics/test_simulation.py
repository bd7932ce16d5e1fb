"""What the test of a comparison does on thousands of made ones: how often it raises a false alarm, and what it finds.

The made rates have the spread of first-time entrants per 100,000 in English authorities in 2024 (methods.md 2.4: median
136, standard deviation 53.4, right-skewed), five classes of authority that lie apart, and models that hold the classes
unevenly. Labels are handed out at random within a class, so nothing is there to be found until it is planted.
"""

import numpy as np
import polars as pl
import pytest
from scipy.stats import chi2_contingency

from pipelines.statistics.comparison import INPUT, Compared, compare
from pipelines.statistics.permutation import permutation_tests
from tests.unit.statistics.compared import MODELS

COMPARISONS = 2000
DRAWS = 999
LEVEL = 0.05

# Share of services and mean rate of each class; the five hold all services.
CLASSES = {
    "county": (24, 120),
    "unitary": (40, 138),
    "metropolitan": (31, 155),
    "london": (22, 150),
    "wales": (12, 140),
}
SHAPE, MEDIAN_POPULATION, POPULATION_SPREAD = 12.5, 15_000, 0.6


def made_counts(random: np.random.Generator) -> pl.DataFrame:
    """COMPARISONS times 129 services: populations, true rates by class, counts of events; no labels yet."""
    services = sum(MODELS.values())
    classes = np.repeat(list(CLASSES), [number for number, _ in CLASSES.values()])
    means = np.repeat([mean for _, mean in CLASSES.values()], [number for number, _ in CLASSES.values()])
    shape = (COMPARISONS, services)
    population = np.rint(MEDIAN_POPULATION * np.exp(POPULATION_SPREAD * random.standard_normal(shape)))
    events = random.poisson(random.gamma(SHAPE, means / SHAPE, shape) * population / 100_000)
    return pl.DataFrame(
        {
            "comparison_id": np.repeat([f"c{number:05d}" for number in range(COMPARISONS)], services),
            "service_id": np.tile([f"s{number:03d}" for number in range(services)], COMPARISONS),
            "stratum": np.tile(classes, COMPARISONS),
            "numerator": events.ravel().astype(float),
            "denominator": population.ravel(),
            "value": (events / population * 100_000).ravel(),
        }
    )


def labels_at_random(random: np.random.Generator) -> np.ndarray:
    """Each comparison's own labels, exchanged within classes; metropolitan services hold one model more often."""
    classes = np.repeat(list(CLASSES), [number for number, _ in CLASSES.values()])
    is_metropolitan = classes == "metropolitan"
    models = random.permutation(np.repeat(list(MODELS)[:-1], list(MODELS.values())[:-1]))
    last = list(MODELS)[-1]
    takes = np.where(is_metropolitan, 0.6, 0.0) + random.random(classes.size)
    allotted = np.full(classes.size, last, dtype=models.dtype)
    allotted[np.argsort(-takes)[MODELS[last] :]] = models
    return np.concatenate(
        [random.permuted(np.tile(allotted[classes == name], (COMPARISONS, 1)), axis=1) for name in CLASSES], axis=1
    ).ravel()


@pytest.fixture(scope="module")
def made() -> pl.DataFrame:
    random = np.random.default_rng(20)
    order = {model: number for number, model in enumerate(MODELS)}
    return (
        made_counts(random)
        .with_columns(
            family=pl.col("comparison_id"),
            model_id=pl.Series(labels_at_random(random)),
            model_label=pl.lit(None),
            is_assignable=pl.lit(True),
            measure=pl.lit("rate"),
            unit_base=pl.lit(100_000.0),
        )
        .with_columns(model_order=pl.col("model_id").replace_strict(order))
        .select(INPUT.keys())
    )


@pytest.fixture(scope="module")
def found(made: pl.DataFrame) -> Compared:
    return compare(made, draws=DRAWS, seed=5)


def share(flags: pl.Series) -> float:
    return float(flags.cast(pl.Float64).mean())


def test_the_made_rates_have_the_spread_that_was_measured(made):
    assert made["value"].median() == pytest.approx(136, rel=0.03)
    assert made["value"].std() == pytest.approx(53.4, rel=0.1)
    sizes = made.group_by("comparison_id", "model_id").len().group_by("model_id").agg(pl.col("len").unique())
    assert {model: size for model, (size,) in sizes.iter_rows()} == MODELS


def test_labels_at_random_are_flagged_one_time_in_twenty(found):
    assert found.tests["p_value"].null_count() == 0
    assert share(found.tests["p_value"] <= LEVEL) == pytest.approx(LEVEL, abs=0.01)


def test_some_pair_is_flagged_no_more_often_than_that(found):
    smallest = found.pairs.group_by("comparison_id").agg(pl.col("p_adjusted").min())
    assert found.pairs.height == 6 * COMPARISONS
    assert share(smallest["p_adjusted"] <= LEVEL) <= LEVEL + 0.01


def test_classes_that_lie_apart_would_be_taken_for_models_without_strata(made, found):
    """Why labels are exchanged within classes: with all services in one stratum the false alarms are more."""
    rows = made.select(
        pl.col("comparison_id").alias("test"),
        pl.lit("all").alias("stratum"),
        "service_id",
        label="model_id",
        value="value",
    )
    apart = rows.with_columns(value=pl.col("value") + 60 * (made["stratum"] == "metropolitan").cast(pl.Float64))
    without = permutation_tests(apart, draws=DRAWS, seed=5)
    within = permutation_tests(apart.with_columns(made["stratum"]), draws=DRAWS, seed=5)
    assert share(without["p_value"] <= LEVEL) > 0.2
    assert share(within["p_value"] <= LEVEL) == pytest.approx(LEVEL, abs=0.01)


@pytest.mark.parametrize(("model_a", "model_b"), [("directorate", "portfolio"), ("umbrella", "portfolio")])
def test_a_difference_of_the_stated_size_is_found_four_times_in_five(made, found, model_a, model_b):
    """Planted: the difference that this very comparison says it can detect, no other pair being looked at."""
    of_pair = pl.col("model_id").is_in([model_a, model_b])
    stated = found.pairs.filter(
        pl.col("model_a").is_in([model_a, model_b]) & pl.col("model_b").is_in([model_a, model_b])
    )
    planted = made.filter(of_pair).join(stated.select("comparison_id", "detectable_difference"), on="comparison_id")
    is_a = pl.col("model_id") == model_a
    rows = planted.select(
        pl.col("comparison_id").alias("test"),
        "stratum",
        "service_id",
        label="model_id",
        value=pl.col("value") + pl.when(is_a).then("detectable_difference").otherwise(0),
    )
    tests = permutation_tests(rows, draws=DRAWS, seed=5)
    assert share(tests["p_value"] <= LEVEL) == pytest.approx(0.8, abs=0.03)


def test_the_test_of_pooled_counts_is_not_offered_because_it_raises_false_alarms(made):
    """Services differ by more than counting noise; a chi-squared test of pooled counts takes that for the models."""
    pooled = (
        made.group_by("comparison_id", "model_id").agg(pl.col("numerator", "denominator").sum()).sort("comparison_id")
    )
    tables = pooled.partition_by("comparison_id", include_key=False)[:400]
    alarms = [
        chi2_contingency(
            np.column_stack([table["numerator"], table["denominator"] - table["numerator"]]), correction=False
        ).pvalue
        <= LEVEL
        for table in tables
    ]
    assert np.mean(alarms) > 0.3
