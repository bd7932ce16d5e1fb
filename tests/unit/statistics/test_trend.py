"""The five-point rule: weights, the critical value, leave-one-out, proportions on the logit scale, cross-check."""

import numpy as np
import polars as pl
import pytest

from pipelines.statistics import trend
from pipelines.statistics.byar import byar_limits
from pipelines.statistics.wilson import wilson_limits

YEARS = [2019.0, 2020.0, 2021.0, 2022.0, 2023.0]


def series(
    counts: list[float], base: float, measure="rate", unit_base=100_000.0, polarity="low", **more
) -> pl.DataFrame:
    x = np.array(counts)
    if measure == "proportion":
        limits = [side * unit_base for side in wilson_limits(x, np.full(5, base), 0.95)]
    else:
        limits = [side / base * unit_base for side in byar_limits(x, 0.95)]
    row = {
        "area_code": "Vellow", "cannot": None, "measure": measure, "unit_base": unit_base, "polarity": polarity,
        "years": YEARS, "values": list(x / base * unit_base), "lowers": list(limits[0]), "uppers": list(limits[1]),
        "numerators": counts, "denominators": [base] * 5,
    }  # fmt: skip
    return pl.DataFrame([row | more], schema_overrides={"cannot": pl.String, "polarity": pl.String})


def judged(*arguments, **more) -> dict:
    return trend.five_point_trends(series(*arguments, **more)).row(0, named=True)


def test_the_critical_value_and_the_width_of_an_interval_are_the_published_ones() -> None:
    assert pytest.approx(9.5495, abs=5e-5) == trend.CRITICAL
    assert pytest.approx(3.92, abs=1e-4) == trend.WIDTH_IN_ERRORS


def test_weighted_slope_is_that_of_weighted_least_squares() -> None:
    import statsmodels.api as sm

    values, errors = np.array([[3.0, 5, 4, 8, 9]]), np.array([[1.0, 2, 0.5, 1, 3]])
    fit = sm.WLS(values[0], sm.add_constant(np.array(YEARS)), weights=1 / errors[0] ** 2).fit()
    slope, error = trend.weighted_slopes([YEARS], values, errors)
    assert slope[0] == pytest.approx(fit.params[1])
    assert error[0] == pytest.approx(np.sqrt(fit.normalized_cov_params[1, 1]))


def test_a_steady_fall_is_decreasing_and_better_where_low_is_better() -> None:
    row = judged([200.0, 170, 150, 130, 100], 20_000.0)
    assert (row["trend"], row["judgement"], row["reason"]) == ("decreasing", "better", None)
    assert row["slope_per_year"] == pytest.approx(-110, abs=15)
    assert row["poisson_p_value"] < 1e-6


def test_a_rise_is_increasing_and_without_polarity_neither_better_nor_worse() -> None:
    assert judged([100.0, 130, 150, 170, 200], 20_000.0)["judgement"] == "worse"
    row = judged([100.0, 130, 150, 170, 200], 20_000.0, polarity="none")
    assert (row["trend"], row["judgement"]) == ("increasing", None)


def test_noise_is_no_significant_change() -> None:
    row = judged([100.0, 108, 97, 104, 110], 20_000.0)
    assert (row["trend"], row["judgement"], row["poisson_p_value"] > 0.3) == ("no_significant_change", None, True)


def test_a_slope_that_hangs_on_one_point_is_no_trend() -> None:
    """Four points fall and the last one leaps: without it the slope turns round, however large its chi-squared."""
    row = judged([140.0, 130, 120, 110, 400], 20_000.0)
    assert row["chi_squared"] > trend.CRITICAL
    assert (row["leave_one_out_agrees"], row["trend"]) == (False, "no_significant_change")


def test_a_proportion_is_judged_on_the_logit_scale_and_told_in_its_own_unit() -> None:
    row = judged([900.0, 920, 940, 960, 980], 1_000.0, "proportion", 100.0, "high")
    assert (row["trend"], row["judgement"], row["poisson_p_value"]) == ("increasing", "better", None)
    assert row["slope_per_year"] == pytest.approx(2.0, abs=0.1)
    logit = np.log(np.array([0.9, 0.92, 0.94, 0.96, 0.98]) / (1 - np.array([0.9, 0.92, 0.94, 0.96, 0.98])))
    low, high = (
        np.log(x / (1 - x)) for x in wilson_limits(np.array([900, 920, 940, 960, 980]), np.full(5, 1000), 0.95)
    )
    slope, error = trend.weighted_slopes([YEARS], [logit], [(high - low) / trend.WIDTH_IN_ERRORS])
    assert row["chi_squared"] == pytest.approx((slope[0] / error[0]) ** 2)


def test_a_proportion_at_its_end_is_judged_on_its_own_scale() -> None:
    row = judged([100.0, 100, 98, 96, 90], 100.0, "proportion", 100.0, "high")
    assert np.isfinite(row["chi_squared"])


def test_what_cannot_be_calculated_says_why_and_has_no_figure() -> None:
    row = judged([200.0, 170, 150, 130, 100], 20_000.0, cannot="The series has 3 annual points, 5 are needed.")
    assert (row["trend"], row["slope_per_year"], row["judgement"]) == ("cannot_be_calculated", None, None)
    assert row["reason"] == "The series has 3 annual points, 5 are needed."


def test_an_interval_without_width_cannot_be_weighed() -> None:
    row = judged([200.0, 170, 150, 130, 100], 20_000.0, lowers=[1000.0] * 5, uppers=[1000.0] * 5)
    assert (row["trend"], row["reason"]) == ("cannot_be_calculated", "A point has an interval without width.")


def test_the_poisson_cross_check_is_the_score_test_of_a_generalised_linear_model() -> None:
    import statsmodels.api as sm
    from scipy.stats import chi2

    events, base = np.array([200.0, 180, 150, 160, 130]), np.array([1000.0, 1100, 900, 1200, 1000])
    null = sm.GLM(events, np.ones(5), family=sm.families.Poisson(), offset=np.log(base)).fit()
    score = null.model.score_test(null.params, exog_extra=np.array(YEARS)[:, None] - 2021)
    assert trend.poisson_trend_p([YEARS], [events], [base])[0] == pytest.approx(chi2.sf(score[0].item(), 1), rel=1e-6)


def test_no_series_gives_no_row() -> None:
    assert trend.five_point_trends(series([1.0] * 5, 10.0).clear()).height == 0
