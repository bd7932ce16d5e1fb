"""Each method against the check values of methods.md 2.1, at its edges, and against what a limit must do."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.statistics.byar import byar_limits
from pipelines.statistics.normal import two_sided_deviate
from pipelines.statistics.poisson import exact_poisson_limits
from pipelines.statistics.wilson import wilson_limits

# The sheet gives seven decimals, so half of the last one is all that may differ.
SEVEN_DECIMALS = {"rel": 0, "abs": 0.6e-7}

counts = st.integers(min_value=0, max_value=10**9)
levels = st.floats(min_value=0.5, max_value=0.999)


@pytest.mark.parametrize(
    ("numerator", "denominator", "level", "lower", "upper"),
    [
        (65, 100, 0.95, 0.5525444, 0.7363575),
        (1, 100, 0.95, 0.0017674, 0.0544862),
        (0, 10, 0.95, 0, 0.2775328),
        (1045, 5000, 0.95, 0.1979555, 0.2204913),
        (65, 100, 0.998, 0.4954947, 0.7783541),
    ],
)
def test_wilson_check_values(numerator, denominator, level, lower, upper):
    assert wilson_limits(numerator, denominator, level) == pytest.approx((lower, upper), **SEVEN_DECIMALS)


@pytest.mark.parametrize(
    ("count", "level", "lower", "upper", "decimals"),
    [
        (65, 0.95, 50.1631877, 82.8491385, 7),
        (1045, 0.95, 982.5932, 1110.3312, 4),
        (10, 0.998, 2.9163184, 24.1937249, 7),
    ],
)
def test_byar_check_values(count, level, lower, upper, decimals):
    assert byar_limits(count, level) == pytest.approx((lower, upper), rel=0, abs=0.6 * 10**-decimals)


@pytest.mark.parametrize(("count", "lower", "upper"), [(1, 0.0253178, 5.5716434), (5, 1.6234864, 11.6683321)])
def test_exact_poisson_check_values(count, lower, upper):
    assert exact_poisson_limits(count, 0.95) == pytest.approx((lower, upper), **SEVEN_DECIMALS)


@pytest.mark.parametrize(
    ("observed", "expected", "base", "limits"),
    [
        # Indirectly standardised ratios and the count behind them (methods.md 2.1).
        (895, 835.8836, byar_limits, (1.0017148, 1.1432333)),
        (9, 835.8836, exact_poisson_limits, (0.0049234, 0.0204392)),
    ],
)
def test_ratio_check_values(observed, expected, base, limits):
    lower, upper = base(observed, 0.95)
    # `expected` is printed to four decimals, which leaves the ratio six.
    assert (lower / expected, upper / expected) == pytest.approx(limits, rel=0, abs=2e-7)


def test_exact_poisson_equals_the_chi_squared_form():
    from scipy.stats import chi2

    count = np.arange(1, 200)
    lower, upper = exact_poisson_limits(count, 0.95)
    assert lower == pytest.approx(chi2.ppf(0.025, 2 * count) / 2, rel=1e-12)
    assert upper == pytest.approx(chi2.ppf(0.975, 2 * count + 2) / 2, rel=1e-12)


def test_wilson_equals_an_independent_implementation():
    from statsmodels.stats.proportion import proportion_confint

    numerator = np.arange(0, 41)
    expected = proportion_confint(numerator, 40, alpha=0.05, method="wilson")
    assert wilson_limits(numerator, 40, 0.95) == pytest.approx(np.array(expected), rel=1e-12, abs=1e-15)


@pytest.mark.parametrize("denominator", [1, 3, 7, 10, 13, 49, 10**6 + 3])
def test_wilson_touches_0_and_1_exactly(denominator):
    lower, upper = wilson_limits([0, denominator], [denominator, denominator], 0.95)
    assert lower[0] == 0
    assert 0 < upper[0] < 1
    assert 0 < lower[1] < 1
    assert upper[1] == 1


def test_exact_poisson_of_no_events_starts_at_0():
    lower, upper = exact_poisson_limits(0, 0.95)
    assert lower == 0
    assert upper == pytest.approx(-np.log(0.025), rel=1e-12)  # the chance of none is exp(-mean)


@pytest.mark.parametrize("level", [0, 1, -0.5, 95])
def test_a_level_that_is_no_share_is_refused(level):
    with pytest.raises(ValueError, match=f"between 0 and 1, and this one is {level}"):
        two_sided_deviate(level)
    with pytest.raises(ValueError, match=f"between 0 and 1, and this one is {level}"):
        exact_poisson_limits(3, level)


def test_deviate_of_the_usual_levels():
    assert two_sided_deviate(0.95) == pytest.approx(1.959963984540054, rel=1e-14)
    assert two_sided_deviate(0.998) == pytest.approx(3.090232306167813, rel=1e-14)


@given(counts, counts, levels)
def test_wilson_brackets_the_proportion(a, b, level):
    numerator, denominator = min(a, b), max(a, b, 1)
    lower, upper = wilson_limits(numerator, denominator, level)
    estimate = numerator / denominator
    slack = 1e-12  # rounding, at a proportion of some 1e9
    assert 0 <= lower <= estimate + slack
    assert estimate - slack <= upper <= 1


@given(counts, levels)
def test_poisson_limits_bracket_the_count(count, level):
    lower, upper = exact_poisson_limits(count, level)
    assert 0 <= lower <= count < upper


@given(st.integers(min_value=10, max_value=10**9), levels)
def test_byar_limits_bracket_the_count(count, level):
    lower, upper = byar_limits(count, level)
    assert lower < count < upper


@given(st.integers(min_value=10, max_value=10**6))
def test_byar_is_close_to_the_exact_limits(count):
    for approximate, exact in zip(byar_limits(count, 0.95), exact_poisson_limits(count, 0.95), strict=True):
        assert approximate == pytest.approx(exact, rel=2e-3)


@given(st.integers(min_value=0, max_value=10**6), st.integers(min_value=1, max_value=10**6), levels, levels)
def test_a_higher_level_is_wider(count, more, one, other):
    low, high = sorted((one, other))
    pairs = [
        [wilson_limits(count, count + more, level) for level in (low, high)],
        [exact_poisson_limits(count, level) for level in (low, high)],
        [byar_limits(count + 10, level) for level in (low, high)],
    ]
    for narrow, wide in pairs:
        slack = 1e-9 * narrow[1]
        assert wide[0] <= narrow[0] + slack
        assert wide[1] >= narrow[1] - slack


@given(st.integers(min_value=0, max_value=10**6), levels)
def test_more_events_raise_both_limits(count, level):
    ladders = [
        wilson_limits([count, count + 1], [2 * 10**6, 2 * 10**6], level),
        exact_poisson_limits([count, count + 1], level),
        byar_limits([count + 10, count + 11], level),
    ]
    for limits in ladders:
        for of_fewer, of_more in limits:
            assert of_fewer < of_more


@given(st.integers(min_value=1, max_value=10**4), st.integers(min_value=2, max_value=100), levels)
def test_more_evidence_narrows_a_proportion(numerator, times, level):
    small = wilson_limits(numerator, 2 * numerator, level)
    large = wilson_limits(numerator * times, 2 * numerator * times, level)
    assert large[1] - large[0] < small[1] - small[0]
