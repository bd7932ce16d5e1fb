"""Byar's approximation to the exact Poisson limits of a count."""

import numpy as np
import numpy.typing as npt

from pipelines.statistics.normal import two_sided_deviate

Numbers = npt.NDArray[np.float64]

# Below this count the approximation is not used (APHO Technical Briefing 3).
SMALLEST_COUNT = 10


def byar_limits(count: npt.ArrayLike, level: float) -> tuple[Numbers, Numbers]:
    """Lower and upper limit of the expected number of events where `count` were observed.

    Breslow NE, Day NE (1987), Statistical Methods in Cancer Research II, page 69, in the form of APHO Technical
    Briefing 3: `x (1 - 1/(9x) - z/(3 sqrt x))^3` and `(x+1) (1 - 1/(9(x+1)) + z/(3 sqrt(x+1)))^3`.

    Args:
        count: counts x of at least `SMALLEST_COUNT`.
        level: share of such intervals that should hold the truth, such as 0.95.
    """
    x = np.asarray(count, dtype=np.float64)
    z = two_sided_deviate(level)
    lower = x * (1 - 1 / (9 * x) - z / (3 * np.sqrt(x))) ** 3
    upper = (x + 1) * (1 - 1 / (9 * (x + 1)) + z / (3 * np.sqrt(x + 1))) ** 3
    return lower, upper
