"""The normal deviate behind a confidence level. Limits themselves live in a module per method."""


def two_sided_deviate(level: float) -> float:
    """Standard normal deviate z with `level` of the distribution between -z and z (0.95 gives 1.959964).

    Raises:
        ValueError: when `level` does not lie between 0 and 1.
    """
    from scipy.special import ndtri

    if not 0 < level < 1:
        raise ValueError(f"a confidence level lies between 0 and 1, and this one is {level}")
    return float(ndtri((1 + level) / 2))
