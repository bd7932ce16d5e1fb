"""The audit: attacks the rows that were written, not the plan they were written from."""

from dataclasses import dataclass

import numpy as np
import polars as pl

from pipelines.disclosure.audit import by_subtraction, intervals, open_unknowns
from pipelines.disclosure.figures import KEY
from pipelines.disclosure.plan import protected
from pipelines.disclosure.survey import Survey
from pipelines.workspace import Disclosure

KEYS_SHOWN = 20


@dataclass(frozen=True)
class Proof:
    """What the attack came to: figures that were tried, how many gave way, and some of their keys."""

    protected: int
    failing: int
    keys: tuple[str, ...]


def prove(found: Survey, disclosure: Disclosure, public: pl.DataFrame) -> Proof:
    """Try to work out every figure that must stay hidden from the landed rows of the public build.

    Args:
        found: the figures and relations of the restricted rows.
        disclosure: the rule.
        public: landed observations as the public build holds them.
    """
    numbers = pl.any_horizontal(pl.col("numerator", "denominator", "value").is_not_null())
    shown = public.filter(numbers).select(KEY).unique()
    is_shown = found.figures.rows.join(shown.with_columns(shown=True), on=KEY, how="left", nulls_equal=True).sort("row")
    is_hidden = ~is_shown["shown"].fill_null(False).to_numpy()
    tried, failing, keys = 0, 0, []
    for system in found.systems:
        known = by_subtraction(system, open_unknowns(system, is_hidden))
        secret = protected(system, disclosure)
        targets = np.flatnonzero(secret & ~known.is_known)
        lower, upper = intervals(system, known.is_known, targets, disclosure.threshold)
        bounded = targets[(lower > 0.5) | (upper < disclosure.threshold - 0.5)]
        gave_way = np.concatenate([np.flatnonzero(secret & known.is_known), bounded])
        tried += int(secret.sum())
        failing += len(gave_way)
        rows = system.row[np.isin(system.of, gave_way)][:KEYS_SHOWN]
        keys += [_key(row) for row in found.figures.rows[np.unique(rows)].iter_rows(named=True)]
    return Proof(tried, failing, tuple(keys[:KEYS_SHOWN]))


def _key(row: dict[str, object]) -> str:
    names = ("indicator_id", "breakdown_id", "area_code", "period_start", "period_end")
    return ", ".join(f"{name}={row[name]}" for name in names)
