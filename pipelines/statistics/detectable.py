"""The difference between two groups of services that a test would find four times in five."""

import numpy as np
import numpy.typing as npt

Numbers = npt.NDArray[np.float64]

POWER = 0.8
LEVEL = 0.05


def shared_services(services_a: npt.ArrayLike, services_b: npt.ArrayLike) -> Numbers:
    """How much two groups can tell of each other: `n_a n_b / (n_a + n_b)`, and 0 where both are empty.

    Groups whose labels are exchanged within strata tell the sum of this over the strata, which is the less the more
    unevenly the strata hold them: a stratum of one group tells nothing.
    """
    a, b = np.asarray(services_a, dtype=np.float64), np.asarray(services_b, dtype=np.float64)
    told: Numbers = a * b / np.maximum(a + b, 1)
    return told


def detectable_difference(
    spread: npt.ArrayLike,
    shared: npt.ArrayLike,
    *,
    tests: npt.ArrayLike = 1,
    power: float = POWER,
    level: float = LEVEL,
) -> Numbers:
    """Difference in mean that a two-sided test of this level finds with this power.

    `(z(1 - level / (2 tests)) + z(power)) * spread / sqrt(shared)`: the normal approximation for two means of a common
    standard deviation (Cohen J (1988), Statistical Power Analysis, chapter 2), where `shared` is n_a n_b / (n_a + n_b).
    The noncentral t gives about 2% more at these sizes, and methods.md 2.4 prints the normal form.

    Args:
        spread: standard deviation of service values inside a group, in the unit of the value.
        shared: as of `shared_services`, summed over strata.
        tests: how many tests share the level (Bonferroni).
        power: share of such tests that should find the difference.
        level: share of tests that may raise a false alarm.

    Returns:
        In the unit of `spread`; NaN where nothing is shared.
    """
    from scipy.special import ndtri

    each = level / np.asarray(tests, dtype=np.float64)
    reach = ndtri(1 - each / 2) + ndtri(power)
    told = np.asarray(shared, dtype=np.float64)
    found: Numbers = reach * np.asarray(spread, dtype=np.float64) / np.sqrt(np.where(told > 0, told, np.nan))
    return found
