"""The partially pooled mean of services: a random-effects average with its spread, for many groups at once.

Belongs here: Paule-Mandel's variance between services, the interval of the mean, I squared and the prediction interval,
and the scale on which counts are averaged. The same numbers as statsmodels `combine_effects` (method_re="iterated",
use_t=True), which does one group at a time.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import polars as pl

Numbers = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]

LEVEL = 0.95
ROUNDS = 200
CLOSE = 1e-11
NOT_WHOLE = 1e-9
KEY = ["comparison_id", "model_id"]
SCALES = {"rate": "log", "proportion": "logit"}

COLUMNS = {
    "comparison_id": pl.String,
    "model_id": pl.String,
    "random_effects_mean": pl.Float64,
    "random_effects_lower_95": pl.Float64,
    "random_effects_upper_95": pl.Float64,
    "prediction_lower_95": pl.Float64,
    "prediction_upper_95": pl.Float64,
    "tau": pl.Float64,
    "i_squared": pl.Float64,
    "effects_scale": pl.String,
}


@dataclass(frozen=True)
class Average:
    """Random-effects averages, one entry a group; NaN where a group is too small for it.

    Attributes:
        mean: average effect, on the scale of the effects.
        lower, upper: its 95% interval, t with k - 1 degrees of freedom.
        prediction_lower, prediction_upper: where the effect of one further service would lie, t with k - 2.
        tau: standard deviation between services.
        i_squared: share (0 to 100) of the spread that counting noise does not explain.
    """

    mean: Numbers
    lower: Numbers
    upper: Numbers
    prediction_lower: Numbers
    prediction_upper: Numbers
    tau: Numbers
    i_squared: Numbers


def random_effects(effects: Numbers, variances: Numbers, held: Flags) -> Average:
    """Average the effects of each group, with services differing by more than their own noise.

    Mean: inverse-variance weights 1 / (v + tau^2). Interval: mean -/+ t(k-1) / sqrt(sum w). At Paule-Mandel's tau the
    scale of Hartung and Knapp (2001, Stat Med 20:3875) is 1, so this is their interval; where tau is 0 their scale
    falls under 1 and is held at 1 (Rover C et al. (2015), BMC Med Res Methodol 15:99). I squared: Higgins JPT,
    Thompson SG (2002), Stat Med 21:1539, from the fixed-effect Q. Prediction: mean -/+ t(k-2) sqrt(tau^2 + 1 / sum w)
    (Higgins, Thompson, Spiegelhalter (2009), J R Stat Soc A 172:137).

    Args:
        effects: shape (groups, most services of a group), any number where `held` is false.
        variances: of the same shape: the sampling variance of each effect, above 0.
        held: which cells hold a service.

    Returns:
        Arrays of length groups: NaN under two services, and for the prediction under three.
    """
    from scipy.stats import t

    y = np.where(held, effects, 0.0)
    v = np.where(held, variances, 1.0)
    services = held.sum(axis=1)
    k = np.where(services >= 2, services, np.nan)
    tau_squared = _paule_mandel(y, v, held)
    weights = np.where(held, 1 / (v + tau_squared[:, None]), 0.0)
    total = weights.sum(axis=1)
    with np.errstate(invalid="ignore", divide="ignore"):
        mean = np.where(services >= 2, (weights * y).sum(axis=1) / total, np.nan)
        error = 1 / np.sqrt(total)
        q, _ = _excess(y, v, held, np.zeros(len(y)))
        i_squared = np.where(services >= 2, 100 * np.maximum(0, 1 - (k - 1) / q), np.nan)
        reach = t.isf((1 - LEVEL) / 2, k - 1) * error
        further = t.isf((1 - LEVEL) / 2, np.where(services >= 3, k - 2, np.nan)) * np.sqrt(tau_squared + error**2)
    tau = np.where(services >= 2, np.sqrt(tau_squared), np.nan)
    i_squared = np.where((services >= 2) & (q == 0), 0.0, i_squared)
    return Average(mean, mean - reach, mean + reach, mean - further, mean + further, tau, i_squared)


def _excess(y: Numbers, v: Numbers, held: Flags, tau_squared: Numbers) -> tuple[Numbers, Numbers]:
    """Weighted sum of squares about the weighted mean, and its slope in tau squared."""
    weights = np.where(held, 1 / (v + tau_squared[:, None]), 0.0)
    with np.errstate(invalid="ignore"):
        mean = (weights * y).sum(axis=1) / weights.sum(axis=1)
    squares = weights * np.where(held, y - np.nan_to_num(mean)[:, None], 0.0) ** 2
    return squares.sum(axis=1), -(weights * squares).sum(axis=1)


def _paule_mandel(y: Numbers, v: Numbers, held: Flags) -> Numbers:
    """Tau squared at which the weighted sum of squares is k - 1, or 0 where it is less already at 0.

    Paule RC, Mandel J (1982), J Res Natl Bur Stand 87:377-385, by Newton's steps of DerSimonian R, Kacker R (2007),
    Contemp Clin Trials 28:105-114. From 0 they never pass the root: (y - m)^2 / (v + t) is convex in m and t together,
    so its least sum over m is convex in t, and it falls.
    """
    k = held.sum(axis=1)
    aim = np.maximum(k - 1, 1).astype(np.float64)
    tau_squared = np.zeros(len(y))
    found, _ = _excess(y, v, held, tau_squared)
    left = np.flatnonzero((found > aim) & (k >= 2))
    for _ in range(ROUNDS):
        if left.size == 0:
            break
        found, slope = _excess(y[left], v[left], held[left], tau_squared[left])
        above = found - aim[left]
        tau_squared[left] -= above / slope
        left = left[above > CLOSE * aim[left]]
    return tau_squared


def random_effects_means(services: pl.DataFrame) -> pl.DataFrame:
    """The partially pooled mean of each structural model, in the unit of the value.

    Rates are averaged as log((x + 1/2) / n) with variance 1 / (x + 1/2), proportions as
    log((x + 1/2) / (n - x + 1/2)) with variance 1 / (x + 1/2) + 1 / (n - x + 1/2) (Haldane JBS (1956), Ann Hum Genet
    20:309-311), and turned back. Other measures carry no counting noise that is known, and counts without a population
    say how large a service is: both get nulls, and so does a group in which one service lacks a usable count. `tau` is
    on the scale named in `effects_scale`.

    Args:
        services: comparison_id, model_id, measure, numerator, denominator, unit_base; the rows of a group share measure
            and unit base.

    Returns:
        The columns of `COLUMNS`, one row per comparison and model.
    """
    keyed = services.select(*KEY, "measure", "numerator", "denominator", "unit_base").sort(KEY, maintain_order=True)
    groups = keyed.group_by(KEY, maintain_order=True).agg(
        pl.col("measure").first(), pl.col("unit_base").first(), pl.len().alias("n")
    )
    if groups.is_empty():
        return pl.DataFrame(schema=COLUMNS)
    sizes = groups["n"].to_numpy().astype(np.int64)
    row = np.repeat(np.arange(groups.height), sizes)
    column = np.arange(keyed.height) - np.repeat(np.cumsum(sizes) - sizes, sizes)
    effect, variance, usable = _effects(keyed)
    shape = (groups.height, int(sizes.max()))
    y, v, held = np.zeros(shape), np.ones(shape), np.zeros(shape, dtype=bool)
    y[row, column], v[row, column], held[row, column] = effect, variance, True
    complete = np.ones(groups.height, dtype=bool)
    np.logical_and.at(complete, row, usable)
    average = random_effects(y, v, held & complete[:, None])
    measure = groups["measure"].replace_strict(SCALES, default=None, return_dtype=pl.String)
    is_logit = measure.eq("logit").fill_null(False).to_numpy()
    base = groups["unit_base"].cast(pl.Float64).fill_null(np.nan).to_numpy()
    shown = groups.select(KEY).with_columns(
        _series(name, _turned_back(values, is_logit) * base)
        for name, values in {
            "random_effects_mean": average.mean,
            "random_effects_lower_95": average.lower,
            "random_effects_upper_95": average.upper,
            "prediction_lower_95": average.prediction_lower,
            "prediction_upper_95": average.prediction_upper,
        }.items()
    )
    has_mean = shown["random_effects_mean"].is_not_null()
    return (
        shown.with_columns(
            _series("tau", average.tau),
            _series("i_squared", average.i_squared),
            measure.alias("effects_scale"),
        )
        .with_columns(
            pl.when(has_mean).then(pl.col(name)).alias(name) for name in ("tau", "i_squared", "effects_scale")
        )
        .cast(pl.Schema(COLUMNS))
    )


def _effects(rows: pl.DataFrame) -> tuple[Numbers, Numbers, Flags]:
    """Effect, its variance and whether it can be used, for each service."""
    x, n = (rows[name].cast(pl.Float64).fill_null(np.nan).to_numpy() for name in ("numerator", "denominator"))
    is_rate, is_proportion = (rows["measure"].eq(name).fill_null(False).to_numpy() for name in SCALES)
    counted = (x >= 0) & (n > 0) & np.isfinite(x) & np.isfinite(n) & (np.abs(x - np.rint(x)) <= NOT_WHOLE)
    usable = counted & (is_rate | (is_proportion & (x <= n)))
    x, n = np.where(usable, x, 0.0), np.where(usable, n, 1.0)
    others = np.where(is_proportion, n - x + 0.5, n)
    return (
        np.log((x + 0.5) / others),
        1 / (x + 0.5) + np.where(is_proportion, 1 / others, 0.0),
        usable,
    )


def _turned_back(values: Numbers, is_logit: Flags) -> Numbers:
    from scipy.special import expit

    back: Numbers = np.where(is_logit, expit(values), np.exp(np.where(is_logit, 0.0, values)))
    return back


def _series(name: str, values: Numbers) -> pl.Series:
    return pl.Series(name, np.where(np.isfinite(values), values, np.nan)).fill_nan(None)
