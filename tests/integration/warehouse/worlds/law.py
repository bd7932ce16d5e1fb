"""The balance law, counted in Python: for every typology, definition and period, rows, numerators and denominators.

In scope = attributed + explained by a gap that blocks. What is in scope is told by the oracle, the rest by the build.
"""

from collections import defaultdict
from collections.abc import Callable
from functools import cache
from typing import Any

from tests.integration.warehouse.worlds.facts import vocabulary
from tests.integration.warehouse.worlds.oracle import ATTRIBUTED, Verdict
from tests.integration.warehouse.worlds.packing import Said

Totals = dict[tuple[Any, ...], tuple[float, ...]]


def in_scope(said: Said) -> Totals:
    """Everything that must be accounted for."""
    return _totals(said, lambda verdict: True)


def accounted_for(said: Said) -> Totals:
    """What is attributed, and what a blocking gap explains."""
    return _totals(said, lambda verdict: _is_attributed(verdict) or _is_blocked(verdict))


def unexplained(said: Said) -> list[str]:
    """Rows that are attributed and blocked at once, or neither, or attributed to no model."""
    return [
        f"{key}: {verdict}"
        for key, verdict in said.verdicts.items()
        if _is_attributed(verdict) == _is_blocked(verdict) or _is_attributed(verdict) != (verdict.model is not None)
    ]


def _is_attributed(verdict: Verdict) -> bool:
    return verdict.attribution in ATTRIBUTED


def _is_blocked(verdict: Verdict) -> bool:
    return bool(verdict.kinds & _blocking())


@cache
def _blocking() -> frozenset[str]:
    return frozenset(row["kind"] for row in vocabulary()["gap_kinds"] if row["is_blocking"])


def _totals(said: Said, counts: Callable[[Verdict], bool]) -> Totals:
    found: dict[tuple[Any, ...], list[float]] = defaultdict(lambda: [0, 0.0, 0.0])
    for (key, typology), verdict in said.verdicts.items():
        if counts(verdict):
            _, numerator, denominator, _ = verdict.figure
            total = found[typology, *key[1:3], *key[5:7]]
            total[0] += 1
            total[1] += float(numerator or 0)
            total[2] += float(denominator or 0)
    return {group: tuple(round(part, 3) for part in total) for group, total in found.items()}
