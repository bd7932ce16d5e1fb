"""The partially pooled mean of services: a random-effects average with its spread, for many groups at once.

Belongs here: Paule-Mandel's variance between services, the interval of the mean, I squared and the prediction interval,
and the sampling variance of a service's rate. The same numbers as statsmodels `combine_effects` (method_re="iterated",
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

    The effect of a service is its rate x / n, and its sampling variance what counting gives a service of its size at
    the pooled rate m of the group: m / n for rates, m (1 - m) / n for proportions (Marshall RJ (1991), Appl Stat
    40:283, the noise that the stabilised values rest on too). Taken from its own count instead, the weight of a
    service would follow that count, and where counts are few the mean would be pulled away from the services: on the
    logarithm scale with one half added, services of two expected events each come out a third too high. Other measures
    carry no counting noise that is known, and counts without a population say how large a service is: both get nulls,
    and so does a group in which one service lacks a usable count, or in which nobody or everybody has the event.
    Limits stop where no rate can be. `tau` is in the unit of the value.

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
    x, n, usable = _counts(keyed)
    is_proportion = groups["measure"].eq("proportion").fill_null(False).to_numpy()
    events, base = np.bincount(row, x), np.bincount(row, n)
    pooled = np.divide(events, base, out=np.zeros_like(events), where=base > 0)
    complete = (pooled > 0) & ~(is_proportion & (pooled >= 1))
    np.logical_and.at(complete, row, usable)
    # Relative to the pooled rate, so that what is close enough does not depend on the unit.
    shape = (groups.height, int(sizes.max()))
    y, v, held = np.zeros(shape), np.ones(shape), np.zeros(shape, dtype=bool)
    m = np.where(complete, pooled, 0.5)[row]
    y[row, column] = x / n / m
    v[row, column] = np.where(is_proportion[row], 1 - m, 1.0) / (n * m)
    held[row, column] = True
    average = random_effects(y, v, held & complete[:, None])
    unit = groups["unit_base"].cast(pl.Float64).fill_null(np.nan).to_numpy()
    most = np.where(is_proportion, unit, np.inf)
    shown = groups.select(KEY).with_columns(
        _series(name, np.clip(values * pooled * unit, 0, most))
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
            _series("tau", average.tau * pooled * unit),
            _series("i_squared", average.i_squared),
        )
        .with_columns(pl.when(has_mean).then(pl.col(name)).alias(name) for name in ("tau", "i_squared"))
        .cast(pl.Schema(COLUMNS))
    )


def _counts(rows: pl.DataFrame) -> tuple[Numbers, Numbers, Flags]:
    """Events, base and whether they can be used, for each service."""
    x, n = (rows[name].cast(pl.Float64).fill_null(np.nan).to_numpy() for name in ("numerator", "denominator"))
    is_rate, is_proportion = (rows["measure"].eq(name).fill_null(False).to_numpy() for name in ("rate", "proportion"))
    counted = (x >= 0) & (n > 0) & np.isfinite(x) & np.isfinite(n) & (np.abs(x - np.rint(x)) <= NOT_WHOLE)
    usable = counted & (is_rate | (is_proportion & (x <= n)))
    return np.where(usable, x, 0.0), np.where(usable, n, 1.0), usable


def _series(name: str, values: Numbers) -> pl.Series:
    return pl.Series(name, np.where(np.isfinite(values), values, np.nan)).fill_nan(None)
