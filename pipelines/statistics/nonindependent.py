"""Rates of events that one child may have several times, such as offences per child: limits that allow for it."""

import numpy as np
import numpy.typing as npt

from pipelines.statistics.dsr import StandardisedRate, standardised_rate


def rate_of_repeated_events(
    children: npt.ArrayLike,
    times: npt.ArrayLike,
    population: npt.ArrayLike,
    standard: npt.ArrayLike,
    *,
    multiplier: float = 100_000,
    level: float = 0.95,
) -> StandardisedRate:
    """A directly standardised rate of events that come several to a child.

    Children are independent of each other and the events of a child are not: the number u of children with f events
    each varies as a Poisson count, so their f u events vary by f^2 u. Variance of the rate
    `sum(w^2 sum(f^2 u) / n^2) / sum(w)^2`, then Dobson's limits on all events (PHE Technical Guide: Calculating Public
    Health Statistics, non-independent events). One stratum gives a crude rate.

    Args:
        children: how many children had each number of events; strata along the last axis but one, numbers of events
            along the last.
        times: the numbers of events f, for the last axis of `children`.
        population: exposure, strata along the last axis.
        standard: weights of the strata.
        multiplier: what the rate is per.
        level: share of such intervals that should hold the truth, such as 0.95.

    Returns:
        Arrays without both axes; NaN under ten events in all.
    """
    u, f = np.asarray(children, dtype=np.float64), np.asarray(times, dtype=np.float64)
    return standardised_rate(
        (u * f).sum(axis=-1), (u * f**2).sum(axis=-1), population, standard, multiplier=multiplier, level=level
    )
