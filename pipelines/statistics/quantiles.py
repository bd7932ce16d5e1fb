"""Quartiles and ranks of places; a rank never stands without the ranks that chance alone would allow.

What belongs here: quartiles, ranks and their intervals. Which places are held beside each other is decided in the
warehouse.
"""

import numpy as np
import numpy.typing as npt
import polars as pl

from pipelines.statistics.normal import two_sided_deviate

Numbers = npt.NDArray[np.float64]

LEVEL = 0.95
LEAST_VALUES = 8
"""Under this many values a quarter of them is one place."""


def rank_intervals(
    value: npt.ArrayLike, lower: npt.ArrayLike, upper: npt.ArrayLike, level: float = LEVEL
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """First and last rank that each place may have; 1 is the greatest value.

    A place stands behind those that are greater beyond chance and before those that are less. Difference of two values
    by MOVER (Zou GY, Donner A, 2008, Stat Med 27:1693-1702), which takes uneven limits as they are; all differences of
    a place are judged together by Bonferroni (Mogstad M, Romano JP, Shaikh AM, Wilhelm D, 2024, Inference for ranks,
    Rev Econ Stud 91:476-518). No draws, so the same figures give the same ranks.

    Args:
        value: values, shape (places,).
        lower: their lower 95% limits.
        upper: their upper 95% limits.
        level: share of such intervals of one place that should hold its true rank, at least.
    """
    m, low, high = (np.asarray(column, np.float64) for column in (value, lower, upper))
    places = m.size
    if places < 2:
        return np.ones(places, np.int64), np.ones(places, np.int64)
    wider = two_sided_deviate(1 - (1 - level) / (places - 1)) / two_sided_deviate(0.95)
    below, above = wider * (m - low), wider * (high - m)
    # Row: the place; column: the other.
    is_less = m[None, :] - m[:, None] > np.sqrt(below[None, :] ** 2 + above[:, None] ** 2)
    is_greater = m[:, None] - m[None, :] > np.sqrt(below[:, None] ** 2 + above[None, :] ** 2)
    return 1 + is_less.sum(axis=1), places - is_greater.sum(axis=1)


def quartiles(value: npt.ArrayLike) -> npt.NDArray[np.int64]:
    """The quarter each value lies in, 1 the least; equal values lie in one. Leave out what is not given."""
    v = np.asarray(value, np.float64)
    return 1 + np.searchsorted(np.quantile(v, [0.25, 0.5, 0.75]), v, side="left")


def positions(units: pl.DataFrame) -> pl.DataFrame:
    """Quartile and rank of every place among those it is held beside.

    Args:
        units: columns set_id (places held beside each other), observation_id, value (given), lower_95, upper_95 (null
            where no interval can be formed).

    Returns:
        As many rows: set_id, observation_id, places, quartile, rank (1 the greatest), rank_lower, rank_upper. Quartile
        is null under LEAST_VALUES values; rank and its interval are null unless every place has an interval.
    """
    frame = units.sort("set_id", "observation_id")
    sets = frame["set_id"].rle().struct.field("len").to_list() if frame.height else []
    value, lower, upper = (
        frame[name].cast(pl.Float64).fill_null(np.nan).to_numpy() for name in ("value", "lower_95", "upper_95")
    )
    found = np.full((4, frame.height), np.nan)
    start = 0
    for places in sets:
        each = slice(start, start + places)
        start += places
        if places >= LEAST_VALUES:
            found[0, each] = quartiles(value[each])
        if places > 1 and np.isfinite(lower[each]).all() and np.isfinite(upper[each]).all():
            found[1, each] = (value[each][None, :] > value[each][:, None]).sum(axis=1) + 1
            found[2:, each] = rank_intervals(value[each], lower[each], upper[each])
    columns = dict(zip(("quartile", "rank", "rank_lower", "rank_upper"), found, strict=True))
    return frame.select("set_id", "observation_id", places=pl.len().over("set_id").cast(pl.Int64)).with_columns(
        **{name: pl.Series(numbers).fill_nan(None).cast(pl.Int64) for name, numbers in columns.items()}
    )
