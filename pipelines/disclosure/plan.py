"""Which rows a public build hides: those with small counts, and as few others as keep them from being worked out.

A row is hidden whole (numerator, denominator, value), under its key, so in every file and vintage that states it.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl

from pipelines.disclosure.audit import by_subtraction, intervals, open_unknowns
from pipelines.disclosure.figures import KEY, Figures
from pipelines.disclosure.system import System
from pipelines.workspace import Disclosure

WHOLE = 5
"""What the loss of a row for all children weighs against that of a row for a part of them."""


@dataclass(frozen=True)
class Plan:
    """What is hidden.

    Attributes:
        hidden: KEY and why (primary: a small count; secondary: so that a primary one cannot be worked out).
        rows: rows in all.
        unprotected: figures that could still be worked out and for which nothing more can be hidden.
    """

    hidden: pl.DataFrame
    rows: int
    unprotected: int

    @property
    def primary(self) -> int:
        """Rows hidden for what they say."""
        return self.hidden.filter(pl.col("why") == "primary").height

    @property
    def secondary(self) -> int:
        """Rows hidden for what could be worked out from them."""
        return self.hidden.height - self.primary


def protected(system: System, disclosure: Disclosure) -> np.ndarray:
    """Which unknowns nobody may learn: small counts, small rests of shares, what the publisher suppressed."""
    number = np.nan_to_num(system.number, nan=-1)
    least = np.where((system.kind == 0) & disclosure.suppress_zero, 0, 1)
    return system.is_masked | ((number >= least) & (number < disclosure.threshold))


def plan(figures: Figures, systems: Sequence[System], disclosure: Disclosure) -> Plan:
    """Choose what to hide, vintage by vintage, until nothing that may not be known can be worked out in any."""
    searches = [_Search(system, figures, disclosure) for system in systems]
    is_primary = np.zeros(figures.rows.height, bool)
    for search in searches:
        is_primary[search.primary_rows()] = True
    is_hidden = is_primary.copy()
    hidden_before, unprotected = -1, 0
    while int(is_hidden.sum()) > hidden_before:
        hidden_before = int(is_hidden.sum())
        unprotected = sum(len(search.protect(is_hidden)) for search in searches)
    why = np.where(is_primary, "primary", "secondary")
    hidden = figures.rows.select(KEY).with_columns(why=pl.Series(why)).filter(pl.Series(is_hidden))
    return Plan(hidden, figures.rows.height, unprotected)


class _Search:
    """One vintage: what is to be protected in it, what has been shown to be, and what could be hidden beside."""

    def __init__(self, system: System, figures: Figures, disclosure: Disclosure) -> None:
        self.system, self.threshold = system, disclosure.threshold
        self.protected = protected(system, disclosure)
        self._is_shown_safe = np.zeros(len(system.number), bool)
        self._weight = np.where(figures.rows["breakdown_id"].to_numpy() == "all", WHOLE, 1)
        self._rows_of = _Lists(system.of, system.row, len(system.number))
        relation_of = np.repeat(np.arange(len(system.is_equation)), np.diff(system.starts))
        self._relations_of = _Lists(system.unknowns, relation_of, len(system.number))

    def primary_rows(self) -> np.ndarray:
        """Rows that state a figure to protect, or both counts of a share whose rest is to be protected."""
        rows = [self._rows_of[unknown] for unknown in _each(self.protected & (self.system.kind == 0))]
        for unknown in _each(self.protected & (self.system.kind == 1)):
            for relation in self._relations_of[unknown]:
                others = [set(self._rows_of[other]) for other in self._members(relation) if other != unknown]
                rows.append(np.array(sorted(set.intersection(*others)), np.int64))
        return np.unique(np.concatenate(rows)) if rows else np.array([], np.int64)

    def protect(self, is_hidden: np.ndarray) -> list[int]:
        """Hide more rows until no protected figure can be worked out or bounded closer than the rule; those left."""
        while True:
            is_open = open_unknowns(self.system, is_hidden)
            known = by_subtraction(self.system, is_open)
            leaks = np.flatnonzero(self.protected & known.is_known)
            found = {self._of_equation(int(u), is_open, known.by, is_hidden) for u in leaks}
            if self._hide(found, is_hidden):
                continue
            asked = np.flatnonzero(self.protected & ~known.is_known & ~self._is_shown_safe)
            lower, upper = intervals(self.system, known.is_known, asked, self.threshold)
            is_safe = (lower <= 0.5) & (upper >= self.threshold - 0.5)
            self._is_shown_safe[asked[is_safe]] = True
            bounded = asked[~is_safe]
            if not self._hide({self._of_any_relation(int(u), is_open, is_hidden) for u in bounded}, is_hidden):
                return [int(u) for u in (*leaks, *bounded)]

    def _members(self, relation: int) -> np.ndarray:
        return self.system.unknowns[self.system.starts[relation] : self.system.starts[relation + 1]]

    def _of_equation(self, unknown: int, is_open: np.ndarray, by: np.ndarray, is_hidden: np.ndarray) -> int | None:
        """The open figure to hide in the equation that gave a figure away, or in one that helped it to."""
        relation = int(by[unknown])
        if relation < 0:
            return unknown  # stated openly by a row of another name
        seen, waiting = {relation}, [relation]
        while waiting:
            at = waiting.pop(0)
            others = [int(u) for u in self._members(at) if u != unknown]
            found = [u for u in others if is_open[u] and self._cost(u, is_hidden) > 0]
            if found:
                return min(found, key=lambda u: self._preference(u, is_hidden))
            for other in others:
                if by[other] >= 0 and int(by[other]) not in seen:
                    seen.add(int(by[other]))
                    waiting.append(int(by[other]))
        return None

    def _of_any_relation(self, unknown: int, is_open: np.ndarray, is_hidden: np.ndarray) -> int | None:
        """The open figure to hide where a figure is bounded: in its tightest relation that still has one."""
        found = [
            (int((~is_open[self._members(relation)]).sum()), *self._preference(int(other), is_hidden))
            for relation in self._relations_of[unknown]
            for other in self._members(relation)
            if other != unknown and is_open[other]
        ]
        if found:
            return int(min(found)[-1])
        near = (
            int(other)
            for relation in self._relations_of[unknown]
            for neighbour in self._members(relation)
            if neighbour != unknown
            for further in self._relations_of[int(neighbour)]
            for other in self._members(further)
            if is_open[other]
        )
        return min(set(near), key=lambda u: self._preference(u, is_hidden), default=None)

    def _preference(self, unknown: int, is_hidden: np.ndarray) -> tuple[bool, int, float, int]:
        """Best first: large enough to hide behind, few and partial rows lost, a small number, the first of equals."""
        number = float(self.system.number[unknown])
        return number < self.threshold, self._cost(unknown, is_hidden), number, unknown

    def _cost(self, unknown: int, is_hidden: np.ndarray) -> int:
        rows = self._rows_of[unknown]
        return int(self._weight[rows[~is_hidden[rows]]].sum())

    def _hide(self, unknowns: set[int | None], is_hidden: np.ndarray) -> bool:
        """Hide every row that states one of them; whether any was open."""
        before = int(is_hidden.sum())
        for unknown in unknowns - {None}:
            is_hidden[self._rows_of[unknown]] = True  # type: ignore[index]
        return int(is_hidden.sum()) > before


def _each(chosen: np.ndarray) -> list[int]:
    return [int(unknown) for unknown in np.flatnonzero(chosen)]


class _Lists:
    """For each of a range of numbers, the values that go with it."""

    def __init__(self, keys: np.ndarray, values: np.ndarray, size: int) -> None:
        order = np.argsort(keys, kind="stable")
        self._values = values[order]
        self._starts = np.searchsorted(keys[order], np.arange(size + 1))

    def __getitem__(self, key: int) -> np.ndarray:
        return self._values[self._starts[key] : self._starts[key + 1]]
