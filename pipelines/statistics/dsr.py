"""Directly standardised rates: what a place's rate would be if its population had the standard's make-up."""

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from pipelines.statistics.byar import byar_limits

Numbers = npt.NDArray[np.float64]

# Below this many events in all, no rate is given (PHE Technical Guide: Calculating Public Health Statistics).
FEWEST_EVENTS = 10


class StandardisedRate(NamedTuple):
    """A rate per `multiplier` and its limits; NaN, all three, where it is refused."""

    value: Numbers
    lower: Numbers
    upper: Numbers


def directly_standardised_rate(
    events: npt.ArrayLike,
    population: npt.ArrayLike,
    standard: npt.ArrayLike,
    *,
    multiplier: float = 100_000,
    level: float = 0.95,
) -> StandardisedRate:
    """Rates of the strata weighted by a standard population, with Dobson's limits; refused under ten events in all.

    `sum(w x / n) / sum(w)`, variance `sum(w^2 x / n^2) / sum(w)^2`, limits as of `dobson_limits`: Dobson AJ et al
    (1991), Stat Med 10:457-462, in the form of APHO Technical Briefing 3.

    Args:
        events: counts x, strata along the last axis.
        population: of the same shape, above 0.
        standard: weights w of the strata, in any unit.
        multiplier: what the rate is per.
        level: share of such intervals that should hold the truth, such as 0.95.

    Returns:
        Arrays without the last axis; NaN where there are fewer than ten events, or a population is not above 0 or a
        number is missing.
    """
    x = np.asarray(events, dtype=np.float64)
    return standardised_rate(x, x, population, standard, multiplier=multiplier, level=level)


def standardised_rate(
    events: Numbers,
    variances: Numbers,
    population: npt.ArrayLike,
    standard: npt.ArrayLike,
    *,
    multiplier: float,
    level: float,
) -> StandardisedRate:
    """As `directly_standardised_rate`, for events whose variance in each stratum is given.

    Args:
        events: counts, strata along the last axis.
        variances: of the same shape: the variance of each count (the count itself where events are independent).
        population: of the same shape, above 0.
        standard: weights of the strata.
        multiplier: what the rate is per.
        level: as above.
    """
    n, weights = (np.asarray(numbers, dtype=np.float64) for numbers in (population, standard))
    usable = (n > 0) & (events >= 0) & (weights >= 0)
    share = weights / weights.sum(axis=-1, keepdims=True)
    per_head = np.divide(share, n, out=np.full(np.broadcast_shapes(share.shape, n.shape), np.nan), where=usable)
    value, variance = (per_head * events).sum(axis=-1), (per_head**2 * variances).sum(axis=-1)
    total = np.asarray(events.sum(axis=-1))
    given = (total >= FEWEST_EVENTS) & np.isfinite(value) & np.isfinite(variance)
    value, variance, total = (
        np.where(given, value, np.nan),
        np.where(given, variance, np.nan),
        np.where(given, total, np.nan),
    )
    lower, upper = dobson_limits(value, variance, total, level)
    return StandardisedRate((value * multiplier)[()], (lower * multiplier)[()], (upper * multiplier)[()])


def dobson_limits(
    value: npt.ArrayLike, variance: npt.ArrayLike, events: npt.ArrayLike, level: float
) -> tuple[Numbers, Numbers]:
    """Byar's limits of the total count, brought to the scale of a weighted rate: `value + sqrt(var / O) (O_lim - O)`.

    Args:
        value: weighted rate.
        variance: its variance, in the unit of the rate squared.
        events: all events O, at least ten.
        level: share of such intervals that should hold the truth.
    """
    rate, total = np.asarray(value, dtype=np.float64), np.asarray(events, dtype=np.float64)
    scale = np.sqrt(np.asarray(variance, dtype=np.float64) / total)
    lower, upper = byar_limits(total, level)
    return rate + scale * (lower - total), rate + scale * (upper - total)
