"""Which method gives an observation its limits, and where none does.

| measure    | method                                         | limits of                          |
|------------|------------------------------------------------|------------------------------------|
| proportion | Wilson                                         | unit_base * numerator / denominator |
| rate       | exact Poisson under 10 events, Byar from 10 on | unit_base * numerator / denominator |
| count      | exact Poisson under 10 events, Byar from 10 on | numerator                          |
| other      | none                                           |                                    |

Limits are refused (null), and never guessed, where a count they need is missing, not finite or negative; where a
denominator or unit base is not above 0; where a proportion's numerator exceeds its denominator; and where a number of
events, or the denominator of a proportion, is not whole. All three methods describe counted events: a fraction of an
event has been averaged, apportioned or estimated on the way, so its noise is not the noise these formulas describe.
The denominator of a rate is exposure, not events, and may be a fraction (person-years). Counts a publisher rounded to
tens look whole and pass: the limits then belong to the rounded count, and the published value stands beside them.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import polars as pl

from pipelines.statistics.byar import SMALLEST_COUNT, byar_limits
from pipelines.statistics.poisson import exact_poisson_limits
from pipelines.statistics.wilson import wilson_limits

Numbers = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]

COMPARISON_LEVEL = 0.95  # for setting two figures side by side
CONTROL_LEVEL = 0.998  # for control limits and trend (methods.md 2.1)
NOT_WHOLE = 1e-9

# Rows worked on at once: some 15 arrays of this length are alive together, about 30 MB.
ROWS_AT_ONCE = 250_000

LIMITS = {
    "observation_id": pl.String,
    "lower_95": pl.Float64,
    "upper_95": pl.Float64,
    "lower_998": pl.Float64,
    "upper_998": pl.Float64,
    "interval_method": pl.String,
}


def limits_for(frame: pl.DataFrame) -> pl.DataFrame:
    """Limits at 95% and 99.8% for every observation, in the order given.

    Args:
        frame: columns observation_id, measure, numerator, denominator, unit_base; further columns are ignored.

    Returns:
        As many rows, with the columns of `LIMITS`; limits and method are null where they are refused.
    """
    pieces = [_limits_of_slice(rows) for rows in frame.iter_slices(ROWS_AT_ONCE)]
    return pl.concat(pieces) if pieces else pl.DataFrame(schema=LIMITS)


def confidence_limits(
    measure: pl.Series | Sequence[str | None] | npt.NDArray[Any],
    numerator: npt.ArrayLike,
    denominator: npt.ArrayLike,
    unit_base: npt.ArrayLike,
    level: float,
) -> tuple[Numbers, Numbers, npt.NDArray[np.object_]]:
    """Lower limits, upper limits and methods at one level, in the unit of the value.

    Returns:
        Three arrays of the length given: limits are NaN and the method None where they are refused.
    """
    usable = _Usable.of(measure, numerator, denominator, unit_base)
    lower, upper = usable.limits(level)
    return lower, upper, usable.methods()


class _Usable:
    """The rows that each method may be used on, and the clean numbers it needs."""

    def __init__(self, events: Numbers, base: Numbers, scale: Numbers, wilson: Flags, byar: Flags, exact: Flags):
        self.events, self.base, self.scale = events, base, scale
        self.wilson, self.byar, self.exact = wilson, byar, exact

    @classmethod
    def of(cls, measure: Any, numerator: Any, denominator: Any, unit_base: Any) -> "_Usable":
        kinds = measure if isinstance(measure, pl.Series) else pl.Series(list(measure), dtype=pl.String)
        is_proportion, is_rate, is_count = (
            kinds.eq(kind).fill_null(False).to_numpy() for kind in ("proportion", "rate", "count")
        )
        x, n, unit = (_numbers(column) for column in (numerator, denominator, unit_base))
        whole = np.rint(x)
        # A comparison with NaN is false, so a missing number falls out of every line below.
        has_events = (x >= 0) & (np.abs(x - whole) <= NOT_WHOLE)
        has_base = (n > 0) & (unit > 0)
        whole_base = np.abs(n - np.rint(n)) <= NOT_WHOLE
        counted = has_events & (is_count | (is_rate & has_base))
        per_event = np.divide(unit, n, out=np.full_like(n, np.nan), where=n > 0)
        return cls(
            events=whole,
            base=n,
            # What turns a limit into the unit of the value: Wilson's is of the proportion, the others' of the events.
            scale=np.select([is_proportion, is_rate], [unit, per_event], 1.0),
            wilson=is_proportion & has_events & has_base & whole_base & (whole <= np.rint(n)),
            byar=counted & (whole >= SMALLEST_COUNT),
            exact=counted & (whole < SMALLEST_COUNT),
        )

    def limits(self, level: float) -> tuple[Numbers, Numbers]:
        lower, upper = np.full_like(self.events, np.nan), np.full_like(self.events, np.nan)
        events, rows = self.events, self.wilson
        lower[rows], upper[rows] = wilson_limits(events[rows], np.rint(self.base[rows]), level)
        rows = self.byar
        lower[rows], upper[rows] = byar_limits(events[rows], level)
        rows = self.exact
        # Ten counts are possible here: look them up.
        low, high = exact_poisson_limits(np.arange(SMALLEST_COUNT), level)
        small = events[rows].astype(np.intp)
        lower[rows], upper[rows] = low[small], high[small]
        return lower * self.scale, upper * self.scale

    def methods(self) -> npt.NDArray[np.object_]:
        methods = np.full(self.events.shape, None, dtype=object)
        methods[self.wilson] = "wilson"
        methods[self.byar] = "byar"
        methods[self.exact] = "exact_poisson"
        return methods


def _numbers(column: Any) -> Numbers:
    """As an array of numbers; what is missing or without end is NaN."""
    if isinstance(column, pl.Series):
        numbers = column.cast(pl.Float64).fill_null(np.nan).to_numpy()
    else:
        numbers = np.asarray(column, dtype=np.float64)
    return np.where(np.isfinite(numbers), numbers, np.nan)


def _limits_of_slice(rows: pl.DataFrame) -> pl.DataFrame:
    usable = _Usable.of(rows["measure"], rows["numerator"], rows["denominator"], rows["unit_base"])
    columns = {"observation_id": rows["observation_id"]}
    for suffix, level in (("95", COMPARISON_LEVEL), ("998", CONTROL_LEVEL)):
        lower, upper = usable.limits(level)
        columns[f"lower_{suffix}"] = pl.Series(lower).fill_nan(None)
        columns[f"upper_{suffix}"] = pl.Series(upper).fill_nan(None)
    columns["interval_method"] = pl.Series(usable.methods().tolist(), dtype=pl.String)
    return pl.DataFrame(columns).cast(LIMITS)  # type: ignore[arg-type]
