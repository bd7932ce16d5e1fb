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


@pytest.mark.parametrize(("measure", "unit_base"), [("rate", 1000), ("proportion", 100)])
def test_services_are_averaged_with_the_noise_of_their_size_at_the_pooled_rate(measure, unit_base):
    x, n = np.array(COUNTS, dtype=float).T
    m = x.sum() / n.sum()
    noise = m / n if measure == "rate" else m * (1 - m) / n
    theirs = combine_effects(unit_base * x / n, unit_base**2 * noise, method_re="iterated", use_t=True, **EXACT)
    got = random_effects_means(services(measure, COUNTS, unit_base)).row(0, named=True)
    assert got["random_effects_mean"] == pytest.approx(theirs.mean_effect_re, rel=1e-6)
    assert got["random_effects_upper_95"] == pytest.approx(theirs.conf_int()[1][1], rel=1e-6)
    assert got["tau"] ** 2 == pytest.approx(theirs.tau2, rel=1e-6)


def test_few_events_do_not_pull_the_mean_away():
    """Services of two expected events each: the mean is their rate, where the logarithm scale gives more."""
    random = np.random.default_rng(3)
    n = np.full(2000, 400.0)
    x = random.poisson(2.0, 2000).astype(float)
    got = random_effects_means(services("rate", list(zip(x, n, strict=True)))).row(0, named=True)
    assert got["random_effects_mean"] == pytest.approx(5.0, rel=0.03)
    logs = combine_effects(np.log((x + 0.5) / n), 1 / (x + 0.5), method_re="iterated", use_t=True)
    assert 1000 * np.exp(logs.mean_effect_re) > 1.2 * got["random_effects_mean"]


def test_limits_stop_where_no_rate_can_be():
    everyone = random_effects_means(services("proportion", [(9, 9), (5, 6), (7, 7)], 100)).row(0, named=True)
    assert everyone["prediction_upper_95"] == 100
    nearly_none = random_effects_means(services("rate", [(0, 90), (1, 60), (0, 70)])).row(0, named=True)
    assert nearly_none["prediction_lower_95"] == 0


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
        pytest.param(services("rate", [(0, 90), (0, 60)]), id="nobody has the event"),
        pytest.param(services("proportion", [(9, 9), (6, 6)]), id="everybody has the event"),
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
