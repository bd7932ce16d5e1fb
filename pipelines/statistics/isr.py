"""Indirectly standardised ratios: events observed over those expected at a standard's rates."""

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from pipelines.statistics.byar import SMALLEST_COUNT, byar_limits
from pipelines.statistics.poisson import exact_poisson_limits

Numbers = npt.NDArray[np.float64]


class StandardisedRatio(NamedTuple):
    """A ratio (1 at the standard's rates) and its limits; NaN, all three, where nothing is expected."""

    value: Numbers
    lower: Numbers
    upper: Numbers


def expected_events(
    population: npt.ArrayLike, standard_events: npt.ArrayLike, standard_population: npt.ArrayLike
) -> Numbers:
    """Events that a population would have at the standard's rates: `sum(n X / N)`, strata along the last axis."""
    rates = np.asarray(standard_events, dtype=np.float64) / np.asarray(standard_population, dtype=np.float64)
    expected: Numbers = (np.asarray(population, dtype=np.float64) * rates).sum(axis=-1)
    return expected


def indirectly_standardised_ratio(
    observed: npt.ArrayLike, expected: npt.ArrayLike, *, level: float = 0.95
) -> StandardisedRatio:
    """`O / E` and the limits of O over E: exact Poisson under ten events, Byar from ten on (APHO Technical Briefing 3).

    The expected number is taken as known, as is the custom: the standard is much larger than the place.

    Args:
        observed: counts O of at least 0.
        expected: E, above 0.
        level: share of such intervals that should hold the truth, such as 0.95.
    """
    count, base = np.broadcast_arrays(*(np.asarray(given, dtype=np.float64) for given in (observed, expected)))
    given = (count >= 0) & (base > 0)
    known = np.where(given, count, SMALLEST_COUNT)
    exact = exact_poisson_limits(np.minimum(known, SMALLEST_COUNT), level)
    byar = byar_limits(np.maximum(known, SMALLEST_COUNT), level)
    divisor = np.where(given, base, np.nan)
    limits = [np.where(known < SMALLEST_COUNT, low, high) / divisor for low, high in zip(exact, byar, strict=True)]
    return StandardisedRatio((known / divisor)[()], limits[0][()], limits[1][()])
