"""The partially pooled mean against statsmodels, one group at a time; and when it is refused."""

import numpy as np
import polars as pl
import pytest
from statsmodels.stats.meta_analysis import combine_effects

from pipelines.statistics.random_effects import COLUMNS, random_effects, random_effects_means

# Closer, and statsmodels takes a last step that rounds to the far side for no spread at all.
EXACT = {"atol": 1e-6, "maxiter": 500}


def groups(seed: int, number: int = 60) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Groups of 2 to 30 services, from none to a large spread between them."""
    random = np.random.default_rng(seed)
    sizes = random.integers(2, 31, number)
    held = np.arange(30) < sizes[:, None]
    variances = random.gamma(2, 0.05, held.shape)
    tau = random.choice([0, 0.05, 0.4, 3], number)
    effects = (
        -5 + tau[:, None] * random.standard_normal(held.shape) + np.sqrt(variances) * random.standard_normal(held.shape)
    )
    return effects, variances, held


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_every_group_equals_statsmodels(seed):
    effects, variances, held = groups(seed)
    ours = random_effects(effects, variances, held)
    at_zero = 0
    for row in range(len(held)):
        theirs = combine_effects(
            effects[row, held[row]], variances[row, held[row]], method_re="iterated", use_t=True, **EXACT
        )
        _, interval, _, hartung_knapp = theirs.conf_int()
        assert ours.tau[row] ** 2 == pytest.approx(theirs.tau2, rel=1e-6, abs=1e-9)
        assert ours.mean[row] == pytest.approx(theirs.mean_effect_re, rel=1e-6)
        assert (ours.lower[row], ours.upper[row]) == pytest.approx(interval, rel=1e-6)
        assert ours.i_squared[row] == pytest.approx(max(0, 100 * theirs.i2), rel=1e-6, abs=1e-9)
        if theirs.tau2 > 0:
            assert (ours.lower[row], ours.upper[row]) == pytest.approx(hartung_knapp, rel=1e-6)
        at_zero += theirs.tau2 == 0
    assert 5 < at_zero < len(held) - 20  # both sides are tried


def test_prediction_by_hand():
    from scipy.stats import t

    ours = random_effects(np.array([[1.0, 2.0, 6.0]]), np.full((1, 3), 0.5), np.full((1, 3), True))
    # Equal weights: tau squared is the variance less the noise.
    assert ours.tau[0] ** 2 == pytest.approx(7 - 0.5)
    reach = t.ppf(0.975, 1) * np.sqrt(6.5 + 7 / 3)
    assert (ours.prediction_lower[0], ours.prediction_upper[0]) == pytest.approx((3 - reach, 3 + reach))


def test_too_few_services_are_refused_bit_by_bit():
    held = np.array([[True, False, False], [True, True, False], [True, True, True]])
    ours = random_effects(np.arange(9.0).reshape(3, 3), np.ones((3, 3)), held)
    assert np.isnan(ours.mean).tolist() == np.isnan(ours.tau).tolist() == [True, False, False]
    assert np.isnan(ours.prediction_upper).tolist() == [True, True, False]


def services(measure: str, counts: list[tuple], unit_base: float | None = 1000.0) -> pl.DataFrame:
    return pl.DataFrame(
        {
            "comparison_id": "c",
            "model_id": "m",
            "measure": measure,
            "numerator": [x for x, _ in counts],
            "denominator": [n for _, n in counts],
            "unit_base": unit_base,
        },
        schema_overrides={"numerator": pl.Float64, "denominator": pl.Float64, "unit_base": pl.Float64},
        strict=False,
    )


COUNTS = [(3, 900), (20, 1500), (0, 400), (60, 2500)]


def test_rates_are_averaged_as_logarithms():
    x, n = np.array(COUNTS, dtype=float).T
    theirs = combine_effects(np.log((x + 0.5) / n), 1 / (x + 0.5), method_re="iterated", use_t=True, **EXACT)
    got = random_effects_means(services("rate", COUNTS)).row(0, named=True)
    assert got["effects_scale"] == "log"
    assert got["random_effects_mean"] == pytest.approx(1000 * np.exp(theirs.mean_effect_re), rel=1e-6)
    assert got["random_effects_lower_95"] == pytest.approx(1000 * np.exp(theirs.conf_int()[1][0]), rel=1e-6)
    assert got["tau"] ** 2 == pytest.approx(theirs.tau2, rel=1e-6)


def test_proportions_are_averaged_as_logits_and_stay_below_the_whole():
    x, n = np.array(COUNTS, dtype=float).T
    y, v = np.log((x + 0.5) / (n - x + 0.5)), 1 / (x + 0.5) + 1 / (n - x + 0.5)
    theirs = combine_effects(y, v, method_re="iterated", use_t=True, **EXACT)
    got = random_effects_means(services("proportion", COUNTS, 100)).row(0, named=True)
    assert got["effects_scale"] == "logit"
    assert got["random_effects_mean"] == pytest.approx(100 / (1 + np.exp(-theirs.mean_effect_re)), rel=1e-6)
    everyone = random_effects_means(services("proportion", [(9, 9), (5, 6), (7, 7)], 100)).row(0, named=True)
    assert everyone["prediction_upper_95"] < 100


@pytest.mark.parametrize(
    "rows",
    [
        pytest.param(services("count", COUNTS), id="counts say how large a service is"),
        pytest.param(services("ratio", COUNTS), id="a measure whose noise is not known"),
        pytest.param(services("rate", [*COUNTS, (None, 100)]), id="a count missing"),
        pytest.param(services("rate", [*COUNTS, (3, 0)]), id="nobody to count"),
        pytest.param(services("rate", [*COUNTS, (3.4, 100)]), id="part of an event"),
        pytest.param(services("proportion", [*COUNTS, (8, 7)]), id="more than all"),
        pytest.param(services("rate", COUNTS[:1]), id="one service"),
        pytest.param(services("rate", COUNTS, None), id="no unit base"),
    ],
)
def test_a_partially_pooled_mean_is_refused(rows):
    got = random_effects_means(rows).row(0, named=True)
    assert {name for name, value in got.items() if value is not None} == {"comparison_id", "model_id"}


def test_groups_do_not_touch_each_other():
    other = services("rate", [(1, 70), (2, 50)]).with_columns(pl.lit("n").alias("model_id"))
    both = random_effects_means(pl.concat([other, services("rate", COUNTS)]))
    assert both.equals(pl.concat([random_effects_means(services("rate", COUNTS)), random_effects_means(other)]))


def test_no_services_give_no_rows_of_the_same_columns():
    assert random_effects_means(services("rate", [])).equals(pl.DataFrame(schema=COLUMNS))
