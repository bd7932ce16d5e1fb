"""Which method an observation gets, when it gets none, and what a frame of them returns."""

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.statistics import intervals
from pipelines.statistics.byar import byar_limits
from pipelines.statistics.intervals import LIMITS, confidence_limits, limits_for
from pipelines.statistics.poisson import exact_poisson_limits
from pipelines.statistics.wilson import wilson_limits

COLUMNS = {
    "observation_id": pl.String,
    "measure": pl.String,
    "numerator": pl.Float64,
    "denominator": pl.Float64,
    "unit_base": pl.Float64,
}


def frame(*rows: tuple) -> pl.DataFrame:
    return pl.DataFrame(
        [(f"o{number}", *row) for number, row in enumerate(rows)], schema=COLUMNS, orient="row", strict=False
    )


def one(*row) -> dict:
    return limits_for(frame(row)).row(0, named=True)


def test_a_proportion_gets_wilson_in_its_own_unit():
    lower, upper = wilson_limits(65, 100, 0.95)
    got = one("proportion", 65, 100, 100)
    assert got["interval_method"] == "wilson"
    assert (got["lower_95"], got["upper_95"]) == pytest.approx((100 * lower, 100 * upper), rel=1e-14)


def test_a_rate_gets_byar_from_ten_events_on():
    lower, upper = byar_limits(10, 0.998)
    got = one("rate", 10, 7500.5, 100_000)
    assert got["interval_method"] == "byar"
    assert (got["lower_998"], got["upper_998"]) == pytest.approx(
        (lower / 7500.5 * 1e5, upper / 7500.5 * 1e5), rel=1e-14
    )


def test_a_rate_gets_exact_poisson_below_ten_events():
    lower, upper = exact_poisson_limits(9, 0.95)
    got = one("rate", 9, 7500, 1000)
    assert got["interval_method"] == "exact_poisson"
    assert (got["lower_95"], got["upper_95"]) == pytest.approx((lower / 7.5, upper / 7.5), rel=1e-14)


def test_a_rate_may_exceed_its_base():
    assert one("rate", 250, 220, 1000)["interval_method"] == "byar"


@pytest.mark.parametrize(("count", "method"), [(0, "exact_poisson"), (9, "exact_poisson"), (10, "byar")])
def test_a_count_needs_no_denominator(count, method):
    limits = (exact_poisson_limits if method == "exact_poisson" else byar_limits)(count, 0.95)
    got = one("count", count, None, None)
    assert got["interval_method"] == method
    assert (got["lower_95"], got["upper_95"]) == pytest.approx(limits, rel=1e-14)


def test_a_count_ignores_what_stands_beside_it():
    assert one("count", 65, 1000, 100)["lower_95"] == pytest.approx(50.1631877, abs=1e-7)


@pytest.mark.parametrize("denominator", [1, 3, 49, 11111])
def test_none_and_all_touch_the_ends_of_the_scale(denominator):
    assert one("proportion", 0, denominator, 100)["lower_95"] == 0
    assert one("proportion", denominator, denominator, 100)["upper_95"] == 100


@pytest.mark.parametrize(
    "row",
    [
        pytest.param(("proportion", None, 100, 100), id="numerator missing"),
        pytest.param(("proportion", 5, None, 100), id="denominator missing"),
        pytest.param(("proportion", 5, 100, None), id="unit base missing"),
        pytest.param(("proportion", 5, 0, 100), id="proportion of nothing"),
        pytest.param(("proportion", -1, 100, 100), id="numerator below 0"),
        pytest.param(("proportion", 101, 100, 100), id="numerator over denominator"),
        pytest.param(("proportion", 5.5, 100, 100), id="part of an event in a proportion"),
        pytest.param(("proportion", 5, 99.5, 100), id="part of a child in a denominator"),
        pytest.param(("proportion", float("nan"), 100, 100), id="numerator not a number"),
        pytest.param(("proportion", 5, float("inf"), 100), id="denominator without end"),
        pytest.param(("rate", None, 100, 1000), id="events missing"),
        pytest.param(("rate", 5, None, 1000), id="exposure missing"),
        pytest.param(("rate", 5, 0, 1000), id="no exposure"),
        pytest.param(("rate", 5, -3, 1000), id="exposure below 0"),
        pytest.param(("rate", 5, 100, 0), id="rate per nothing"),
        pytest.param(("rate", -5, 100, 1000), id="events below 0"),
        pytest.param(("rate", 12.3, 100, 1000), id="part of an event in a rate"),
        pytest.param(("count", None, None, None), id="count missing"),
        pytest.param(("count", -2, None, None), id="count below 0"),
        pytest.param(("count", 2.00001, None, None), id="part of an event in a count"),
        pytest.param(("ratio", 5, 100, 1), id="ratio"),
        pytest.param(("ordinal", 2, None, None), id="ordinal"),
        pytest.param((None, 5, 100, 100), id="measure missing"),
    ],
)
def test_limits_are_refused(row):
    got = one(*row)
    assert {name: value for name, value in got.items() if name != "observation_id"} == dict.fromkeys(list(LIMITS)[1:])


def test_a_count_that_rounding_moved_is_still_whole():
    assert one("count", 9.9999999999, None, None) | {"observation_id": None} == one("count", 10, None, None) | {
        "observation_id": None
    }


def test_rows_keep_their_order_and_their_neighbours():
    rows = frame(("ratio", 5, 100, 1), ("count", 3, None, None), ("proportion", 1, 2, 100), ("count", 30, None, None))
    got = limits_for(rows)
    assert got.schema == pl.Schema(LIMITS)
    assert got["observation_id"].to_list() == ["o0", "o1", "o2", "o3"]
    assert got["interval_method"].to_list() == [None, "exact_poisson", "wilson", "byar"]


def test_no_rows_give_no_rows_of_the_same_columns():
    assert limits_for(frame()).equals(pl.DataFrame(schema=LIMITS))


def test_slices_do_not_show(monkeypatch):
    rows = frame(*(("count", number, None, None) for number in range(25)))
    whole = limits_for(rows)
    monkeypatch.setattr(intervals, "ROWS_AT_ONCE", 7)
    assert limits_for(rows).equals(whole)


def test_whole_numbers_and_categories_are_taken_as_they_come():
    rows = frame(("rate", 5, 100, 1000), ("proportion", 5, 100, 100))
    other = rows.with_columns(
        pl.col("measure").cast(pl.Categorical), pl.col("numerator", "denominator", "unit_base").cast(pl.Int64)
    )
    assert limits_for(other).equals(limits_for(rows))


def test_arrays_give_the_same_as_a_frame():
    lower, upper, method = confidence_limits(
        ["proportion", "rate", None], np.array([65, 5, 5]), np.array([100, 100, 100.0]), [100, 100, 100], 0.95
    )
    got = limits_for(frame(("proportion", 65, 100, 100), ("rate", 5, 100, 100), (None, 5, 100, 100)))
    assert list(method) == got["interval_method"].to_list() == ["wilson", "exact_poisson", None]
    assert lower[:2].tolist() == got["lower_95"].to_list()[:2]
    assert upper[:2].tolist() == got["upper_95"].to_list()[:2]
    assert np.isnan([lower[2], upper[2]]).all()


numbers = st.none() | st.floats() | st.integers(min_value=-5, max_value=10**7)
measures = st.sampled_from(["proportion", "rate", "count", "ratio", "ordinal", None])


@given(st.lists(st.tuples(measures, numbers, numbers, numbers), max_size=20))
def test_limits_are_whole_or_absent_and_hold_the_estimate(rows):
    got = limits_for(frame(*rows))
    assert got.height == len(rows)
    for (measure, numerator, denominator, unit_base), limits in zip(rows, got.iter_rows(named=True), strict=True):
        found = [limits[name] for name in ("lower_998", "lower_95", "upper_95", "upper_998")]
        if limits["interval_method"] is None:
            assert found == [None] * 4
            continue
        estimate = numerator if measure == "count" else numerator / denominator * unit_base
        slack = 1e-9 * max(1.0, abs(estimate))
        assert found == sorted(found)
        assert found[1] - slack <= estimate <= found[2] + slack
