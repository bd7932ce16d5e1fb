"""The five-point trend rule of Fingertips, with a leave-one-out check and a Poisson cross-check.

What belongs here: the slope, its test and the words for it. Which five points there are, and whether a break lies
between them, is decided in the warehouse.
"""

import numpy as np
import numpy.typing as npt
import polars as pl

from pipelines.statistics.benchmark import judgement
from pipelines.statistics.normal import two_sided_deviate

Numbers = npt.NDArray[np.float64]

POINTS = 5
LEVEL = 0.998
WIDTH_IN_ERRORS = 2 * two_sided_deviate(0.95)  # a 95% interval is 3.92 standard errors wide
WITHOUT_WIDTH = "A point has an interval without width."
CRITICAL = two_sided_deviate(LEVEL) ** 2  # 9.5495


def weighted_slopes(years: npt.ArrayLike, values: npt.ArrayLike, errors: npt.ArrayLike) -> tuple[Numbers, Numbers]:
    """Slope of each row through its points, weighted by 1 / error², and the slope's standard error.

    Args:
        years: shape (rows, points), in years.
        values: shape (rows, points).
        errors: standard errors of the values, above 0, shape (rows, points).
    """
    x, y = np.asarray(years, np.float64), np.asarray(values, np.float64)
    weight = 1 / np.asarray(errors, np.float64) ** 2
    total = weight.sum(axis=1, keepdims=True)
    x = x - (weight * x).sum(axis=1, keepdims=True) / total
    spread = (weight * x * x).sum(axis=1)
    return (weight * x * y).sum(axis=1) / spread, 1 / np.sqrt(spread)


def leave_one_out_agrees(years: Numbers, values: Numbers, errors: Numbers) -> npt.NDArray[np.bool_]:
    """Whether the slope keeps its sign whichever one of the points is left out."""
    sign = np.sign(weighted_slopes(years, values, errors)[0])
    agrees = sign != 0
    for left_out in range(years.shape[1]):
        kept = np.arange(years.shape[1]) != left_out
        agrees &= np.sign(weighted_slopes(years[:, kept], values[:, kept], errors[:, kept])[0]) == sign
    return agrees


def poisson_trend_p(years: npt.ArrayLike, events: npt.ArrayLike, exposure: npt.ArrayLike) -> Numbers:
    """Two-sided p-value of a log-linear Poisson trend: the score test, which needs no fitting.

    With all events O, shares of the exposure p and expected events O p the score is `sum x (o - O p)` with variance
    `O (sum p x² - (sum p x)²)` (Armitage P, 1955, Biometrics 11:375-386; Breslow NE, Day NE, 1987, volume II).

    Args:
        years: shape (rows, points).
        events: counts, shape (rows, points).
        exposure: what events are per; equal where a count has no base. Shape (rows, points).

    Returns:
        One p-value a row; NaN where there is no event or no exposure.
    """
    from scipy.stats import chi2

    x, o, n = (np.asarray(column, np.float64) for column in (years, events, exposure))
    with np.errstate(invalid="ignore", divide="ignore"):
        share = n / n.sum(axis=1, keepdims=True)
        all_events = o.sum(axis=1)
        score = (x * (o - all_events[:, None] * share)).sum(axis=1)
        variance = all_events * ((share * x * x).sum(axis=1) - (share * x).sum(axis=1) ** 2)
        statistic = score**2 / variance
    return np.where(variance > 0, chi2.sf(statistic, 1), np.nan)


def five_point_trends(points: pl.DataFrame) -> pl.DataFrame:
    """Judge the trend of every series from its last five annual points.

    Fingertips guidance on recent trends: weighted slope, standard error of a point = width of its 95% interval / 3.92,
    chi-squared = (slope / its error)² against 9.5495 (99.8%), and the same sign with any one point left out. A
    proportion is taken on the logit scale, unless one of its limits is 0 or the whole, where that scale has no end.

    Args:
        points: one row a series, with `cannot` (a reason, or null), measure, unit_base, polarity and the lists (of
            five, oldest first) years, values, lowers, uppers, numerators, denominators; further columns are kept.

    Returns:
        As many rows: the lists, measure, unit_base, polarity and cannot are dropped; slope_per_year (in the unit of the
        value; of a logit slope the change a year from the first point of the line to its last), chi_squared,
        leave_one_out_agrees, poisson_p_value, trend, judgement and reason are added.
    """
    lists = ("years", "values", "lowers", "uppers", "numerators", "denominators")
    frame = points.with_row_index("_row")
    asked = frame.filter(pl.col("cannot").is_null())
    judged = _judged(asked, {name: _matrix(asked[name]) for name in lists})
    words = (
        pl.when(pl.col("cannot").is_not_null())
        .then(pl.lit("cannot_be_calculated"))
        .when((pl.col("chi_squared") > CRITICAL) & pl.col("leave_one_out_agrees"))
        .then(pl.when(pl.col("slope_per_year") > 0).then(pl.lit("increasing")).otherwise(pl.lit("decreasing")))
        .otherwise(pl.lit("no_significant_change"))
    )
    return (
        frame.join(judged, on="_row", how="left", maintain_order="left")
        .with_columns(cannot=pl.coalesce("cannot", "_flat"))
        .with_columns(trend=words, reason=pl.col("cannot"))
        .with_columns(judgement=judgement(pl.col("trend"), "increasing", "decreasing"))
        .drop("_row", "_flat", "cannot", "measure", "unit_base", "polarity", *lists)
    )


def _judged(asked: pl.DataFrame, columns: dict[str, Numbers]) -> pl.DataFrame:
    years, values, lowers, uppers = (columns[name] for name in ("years", "values", "lowers", "uppers"))
    base = asked["unit_base"].cast(pl.Float64).fill_null(np.nan).to_numpy()[:, None]
    has_ends = (lowers > 0).all(axis=1) & (uppers < base).all(axis=1)
    is_logit = (asked["measure"] == "proportion").fill_null(False).to_numpy() & has_ends
    y, low, high = (np.where(is_logit[:, None], _logit(x, base), x) for x in (values, lowers, uppers))
    errors = (high - low) / WIDTH_IN_ERRORS
    is_flat = np.asarray(~(errors > 0).all(axis=1) | ~np.isfinite(y).all(axis=1))
    y, errors = np.where(is_flat[:, None], 0.0, y), np.where(is_flat[:, None], 1.0, errors)
    slope, error = weighted_slopes(years, y, errors)
    in_unit = np.where(is_logit, _per_year(years, y, errors, slope) * np.nan_to_num(base[:, 0], nan=1.0), slope)
    is_counted = asked["measure"].is_in(["rate", "count"]).fill_null(False).to_numpy()
    events = columns["numerators"]
    exposure = np.where((asked["measure"] == "count").to_numpy()[:, None], 1.0, columns["denominators"])
    poisson = np.where(is_counted, poisson_trend_p(years, events, exposure), np.nan)
    return pl.DataFrame({
        "_row": asked["_row"],
        "slope_per_year": pl.Series(np.where(is_flat, np.nan, in_unit), dtype=pl.Float64).fill_nan(None),
        "chi_squared": pl.Series(np.where(is_flat, np.nan, (slope / error) ** 2), dtype=pl.Float64).fill_nan(None),
        "leave_one_out_agrees": pl.Series(leave_one_out_agrees(years, y, errors), dtype=pl.Boolean),
        "poisson_p_value": pl.Series(np.where(is_flat, np.nan, poisson), dtype=pl.Float64).fill_nan(None),
        "_flat": pl.select(pl.when(pl.Series(is_flat)).then(pl.lit(WITHOUT_WIDTH))).to_series(),
    })  # fmt: skip


def _per_year(years: Numbers, y: Numbers, errors: Numbers, slope: Numbers) -> Numbers:
    """Change a year of the shares on a line through logits, from its first point to its last."""
    weight = 1 / errors**2
    middle, year = ((weight * x).sum(axis=1) / weight.sum(axis=1) for x in (y, years))
    first, last = (
        1 / (1 + np.exp(-np.clip(middle + slope * (at - year), -500, 500))) for at in (years[:, 0], years[:, -1])
    )
    change: Numbers = (last - first) / (years[:, -1] - years[:, 0])
    return change


def _logit(value: Numbers, base: Numbers) -> Numbers:
    with np.errstate(invalid="ignore", divide="ignore"):
        share = value / base
        return np.log(share / (1 - share))


def _matrix(column: pl.Series) -> Numbers:
    """A list column as an array of (rows, POINTS); what is missing is NaN."""
    if column.is_empty():
        return np.empty((0, POINTS))
    wide = pl.DataFrame({f"_{at}": column.list.get(at, null_on_oob=True) for at in range(POINTS)})
    return wide.cast(pl.Float64).fill_null(np.nan).to_numpy()
