"""Exact Poisson limits of a count."""

import numpy as np
import numpy.typing as npt

Numbers = npt.NDArray[np.float64]


def exact_poisson_limits(count: npt.ArrayLike, level: float) -> tuple[Numbers, Numbers]:
    """Lower and upper limit of the expected number of events where `count` were observed.

    Garwood F (1936), Biometrika 28:437-442, through the chi-squared link of APHO Technical Briefing 3:
    `chi2inv(a/2, 2x) / 2` and `chi2inv(1 - a/2, 2x + 2) / 2` with a = 1 - level. A chi-squared of 2k degrees of
    freedom is twice a gamma of shape k, so both are inverse incomplete gamma functions.

    Args:
        count: counts x of at least 0; the lower limit of 0 is 0.
        level: share of such intervals that should hold the truth, such as 0.95.

    Raises:
        ValueError: when `level` does not lie between 0 and 1.
    """
    from scipy.special import gammainccinv, gammaincinv

    if not 0 < level < 1:
        raise ValueError(f"a confidence level lies between 0 and 1, and this one is {level}")
    x = np.asarray(count, dtype=np.float64)
    tail = (1 - level) / 2
    # Shape 0 has no distribution; where() picks the limit of 0, and any shape will do beside it.
    lower = np.where(x == 0, 0.0, gammaincinv(np.where(x == 0, 1.0, x), tail))
    upper = gammainccinv(x + 1, tail)
    return lower[()], upper[()]  # scalars give scalars
