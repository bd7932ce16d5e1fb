"""Control charts: centre, limits and the two rules of a signal."""

from datetime import date

import polars as pl
import pytest

from pipelines.statistics.control_chart import control_charts


def chart(values: list[float], steps: list[int] | None = None, least=0.0, most=None, series="Vellow") -> pl.DataFrame:
    points = pl.DataFrame(
        {
            "series_id": series,
            "period_end": [date(2020 + at // 4, 3 * (at % 4) + 1, 28) for at in range(len(values))],
            "step": steps or list(range(len(values))), "value": values, "value_minimum": least, "value_maximum": most,
        },
        schema_overrides={"value": pl.Float64, "value_maximum": pl.Float64},
    )  # fmt: skip
    return control_charts(points.sample(fraction=1, shuffle=True, seed=1))


def test_centre_and_limits_are_mean_and_moving_range() -> None:
    """Moving ranges 2, 1, 3, 2, 4, 1, 1: mean 2; limits 13.125 -/+ 2.66 x 2."""
    found = chart([12.0, 14, 13, 16, 14, 10, 11, 12])
    ranges = [2, 1, 3, 2, 4, 1, 1]
    mean = sum([12, 14, 13, 16, 14, 10, 11, 12]) / 8
    half = 2.66 * sum(ranges) / 7
    assert found["centre"].unique().to_list() == [pytest.approx(mean)]
    assert found["lower_limit"][0] == pytest.approx(mean - half)
    assert found["upper_limit"][0] == pytest.approx(mean + half)
    assert found["signal"].null_count() == 8


def test_a_point_outside_is_a_signal() -> None:
    found = chart([10.0, 11, 10, 9, 10, 11, 10, 30, 10, 9])
    assert found["signal"].to_list() == [None] * 7 + ["outside_limits"] + [None] * 2


def test_the_eighth_value_on_one_side_is_a_signal_and_the_seventh_is_none() -> None:
    found = chart([8.0, 9.0] * 4 + [10.5, 10.6] * 4)
    assert found["signal"].to_list() == [None] * 7 + ["eight_on_one_side"] + [None] * 7 + ["eight_on_one_side"]


def test_a_value_on_the_centre_ends_a_run() -> None:
    # The mean is 10: four below, one on it, four below, and as much above.
    found = chart([9.0, 5] * 2 + [10.0] + [9.0, 5] * 2 + [11.0, 15] * 4)
    assert found["centre"][0] == pytest.approx(10)
    assert found["signal"].to_list() == [None] * 16 + ["eight_on_one_side"]


def test_equal_values_have_no_signal() -> None:
    assert chart([0.1] * 9)["signal"].null_count() == 9


def test_limits_stop_where_the_definition_allows_no_value() -> None:
    found = chart([1.0, 90, 5, 95, 3, 99, 2, 97], most=100.0)
    assert (found["lower_limit"][0], found["upper_limit"][0]) == (0, 100)


def test_a_missing_quarter_makes_no_moving_range() -> None:
    """From 10 to 50 there is a gap: the leap is no range of two quarters that follow each other."""
    found = chart([10.0, 11, 10, 11, 50, 51, 50, 51], steps=[0, 1, 2, 3, 8, 9, 10, 11])
    assert found["upper_limit"][0] == pytest.approx(30.5 + 2.66)


def test_series_do_not_mix() -> None:
    two = pl.concat([chart([10.0, 11] * 4), chart([90.0, 91] * 4, series="Oxterby")])
    assert sorted(set(two["centre"].to_list())) == [10.5, 90.5]
