"""Standardised rates and ratios against the check values of methods.md 2.1, and against what defines them."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.statistics.byar import byar_limits
from pipelines.statistics.dsr import directly_standardised_rate, dobson_limits
from pipelines.statistics.isr import expected_events, indirectly_standardised_ratio
from pipelines.statistics.nonindependent import rate_of_repeated_events


@pytest.mark.parametrize(
    ("value", "lower", "upper"),
    [
        (1043.0248, 971.7709, 1117.8941),
        # The same events, told as not independent: another variance, the same way from count to rate.
        (10430.248, 9532.950, 11373.075),
        (10430.248, 9717.709, 11178.941),
    ],
)
def test_dobson_limits_check_values(value, lower, upper):
    """One published limit gives the variance, and the variance gives the other limit and no other."""
    events = 895
    below, _ = byar_limits(events, 0.95)
    variance = events * ((value - lower) / (events - below)) ** 2
    assert dobson_limits(value, variance, events, 0.95) == pytest.approx((lower, upper), rel=1e-6)


def test_dobson_limits_of_few_events_check_value():
    below, _ = byar_limits(91, 0.95)
    variance = 91 * ((110.3212 - 87.7456) / (91 - below)) ** 2
    assert dobson_limits(110.3212, variance, 91, 0.95)[1] == pytest.approx(136.7088, rel=1e-6)


def test_weights_equal_to_the_population_give_the_crude_rate_and_its_byar_limits():
    events, population = np.array([4, 12, 30]), np.array([800, 1500, 900])
    rate = directly_standardised_rate(events, population, population, multiplier=1000)
    lower, upper = byar_limits(46, 0.95)
    assert rate == pytest.approx((46 / 3.2, lower / 3.2, upper / 3.2), rel=1e-12)


def test_a_rate_by_hand():
    # 2/10 at weight 3 and 9/30 at weight 1: (0.6 + 0.3) / 4; variance (9 * 2/100 + 9/900) / 16.
    rate = directly_standardised_rate([2, 9], [10, 30], [3, 1], multiplier=1)
    assert rate.value == pytest.approx(0.225, rel=1e-14)
    assert rate[1:] == pytest.approx(dobson_limits(0.225, 0.19 / 16, 11, 0.95), rel=1e-12)


@pytest.mark.parametrize(
    ("events", "population"),
    [
        pytest.param([4, 5], [100, 100], id="nine events"),
        pytest.param([10, 5], [100, 0], id="a stratum of nobody"),
        pytest.param([10, 5], [100, float("nan")], id="a population not known"),
        pytest.param([20, -5], [100, 100], id="events below 0"),
        pytest.param([20, float("nan")], [100, 100], id="events not known"),
    ],
)
def test_a_rate_is_refused(events, population):
    assert np.isnan(directly_standardised_rate(events, population, [1, 1])).all()


def test_ten_events_are_enough_and_places_do_not_touch_each_other():
    rates = directly_standardised_rate([[5, 5], [5, 4]], [[100, 50], [100, 50]], [1, 1])
    assert rates.value[0] == pytest.approx(100_000 * (0.05 + 0.1) / 2)
    assert np.isnan([numbers[1] for numbers in rates]).all()


def test_events_that_come_singly_are_independent():
    events, population, standard = [15, 30], [900, 1100], [2, 1]
    singly = rate_of_repeated_events([[15], [30]], [1], population, standard)
    assert singly == pytest.approx(directly_standardised_rate(events, population, standard), rel=1e-12)


def test_events_that_come_together_are_one_child_told_several_times():
    """Ten children with four events each: the value of 40 events, the spread of ten."""
    together = rate_of_repeated_events([[0, 10]], [1, 4], [1000], [1], multiplier=1)
    singly = directly_standardised_rate([40], [1000], [1], multiplier=1)
    assert together.value == singly.value == 0.04
    assert together.upper - together.value == pytest.approx(2 * (singly.upper - singly.value), rel=1e-12)


@pytest.mark.parametrize(
    ("observed", "ratio"),
    [(895, (1.0707233, 1.0017148, 1.1432333)), (9, (0.010767, 0.0049234, 0.0204392))],
)
def test_ratio_check_values(observed, ratio):
    # What is expected is printed to four decimals, which leaves the ratio six.
    assert indirectly_standardised_ratio(observed, 835.8836) == pytest.approx(ratio, rel=0, abs=3e-7)


def test_nothing_expected_is_no_ratio():
    ratio = indirectly_standardised_ratio([3, -1, 12], [0, 2, 4])
    assert np.isnan([numbers[:2] for numbers in ratio]).all()
    assert ratio.value[2] == 3


def test_expected_events_are_the_standard_rates_on_this_population():
    assert expected_events([[100, 50], [0, 10]], [30, 10], [300, 20]).tolist() == [35, 5]


@given(st.integers(0, 10**6), st.floats(0.1, 10**5))
def test_a_ratio_lies_inside_its_limits(observed, expected):
    ratio = indirectly_standardised_ratio(observed, expected)
    assert ratio.lower <= ratio.value < ratio.upper
