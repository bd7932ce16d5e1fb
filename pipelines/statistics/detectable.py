"""The difference between two groups of services that a test would find four times in five."""

import numpy as np
import numpy.typing as npt

Numbers = npt.NDArray[np.float64]

POWER = 0.8
LEVEL = 0.05


def detectable_difference(
    spread: npt.ArrayLike,
    services_a: npt.ArrayLike,
    services_b: npt.ArrayLike,
    *,
    tests: npt.ArrayLike = 1,
    power: float = POWER,
    level: float = LEVEL,
) -> Numbers:
    """Difference in mean that a two-sided test of this level finds with this power.

    `(z(1 - level / (2 tests)) + z(power)) * spread * sqrt(1/n_a + 1/n_b)`: the normal approximation for two means of a
    common standard deviation (Cohen J (1988), Statistical Power Analysis, chapter 2). The noncentral t gives about
    2% more at these sizes, and methods.md 2.4 prints the normal form.

    Args:
        spread: standard deviation of service values inside a group, in the unit of the value.
        services_a: services in one group, above 0.
        services_b: services in the other.
        tests: how many tests share the level (Bonferroni).
        power: share of such tests that should find the difference.
        level: share of tests that may raise a false alarm.

    Returns:
        In the unit of `spread`.
    """
    from scipy.special import ndtri

    shared = level / np.asarray(tests, dtype=np.float64)
    reach = ndtri(1 - shared / 2) + ndtri(power)
    a, b = np.asarray(services_a, dtype=np.float64), np.asarray(services_b, dtype=np.float64)
    found: Numbers = reach * np.asarray(spread, dtype=np.float64) * np.sqrt(1 / a + 1 / b)
    return found
