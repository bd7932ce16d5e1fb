"""Wilson score limits of a proportion."""

import numpy as np
import numpy.typing as npt

from pipelines.statistics.normal import two_sided_deviate

Numbers = npt.NDArray[np.float64]


def wilson_limits(numerator: npt.ArrayLike, denominator: npt.ArrayLike, level: float) -> tuple[Numbers, Numbers]:
    """Lower and upper limit of `numerator / denominator`, each between 0 and 1.

    Wilson EB (1927), J Am Stat Assoc 22:209-212, in the form of APHO Technical Briefing 3:
    `(2x + z^2 -/+ z sqrt(z^2 + 4x(1 - x/n))) / (2(n + z^2))`, for any n, also at 0 of n and at n of n.

    Args:
        numerator: counts x, from 0 to n.
        denominator: counts n, above 0.
        level: share of such intervals that should hold the truth, such as 0.95.
    """
    x = np.asarray(numerator, dtype=np.float64)
    n = np.asarray(denominator, dtype=np.float64)
    z = two_sided_deviate(level)
    middle = 2 * x + z**2
    half_width = z * np.sqrt(z**2 + 4 * x * (1 - x / n))
    divisor = 2 * (n + z**2)
    # Exact at both ends, where the formula gives 0 and 1 only up to rounding.
    lower = np.where(x == 0, 0.0, (middle - half_width) / divisor)
    upper = np.where(x == n, 1.0, (middle + half_width) / divisor)
    return lower[()], upper[()]  # scalars give scalars
