"""Which code and name belong together at a geographic level, as the caller's registers know it.

What belongs here: holding and asking those lists. What does not: any list.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

import polars as pl


@dataclass(frozen=True)
class References:
    """Accepted areas by geographic level.

    Attributes:
        areas: For each level that a register holds, a frame with that level's columns of the standard (for a local
            authority new_la_code, la_name and old_la_code), all text, one row for each accepted combination, those of
            abolished areas too.
    """

    areas: Mapping[str, pl.DataFrame] = field(default_factory=dict)

    def knows(self, level: str, columns: tuple[str, ...]) -> bool:
        """Whether there is a list for this level, with these columns."""
        return level in self.areas and set(columns) <= set(self.areas[level].columns)

    def combinations(self, level: str, columns: tuple[str, ...]) -> frozenset[tuple[str, ...]]:
        """Every accepted combination of these columns, "" where the register has no code."""
        return frozenset(self.areas[level].select(pl.col(columns).fill_null("")).iter_rows())
