"""Which code and name belong together at a geographic level, as the caller's registers know it.

What belongs here: holding and asking those lists. What does not: any list.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

import polars as pl

from sources.models.tidy import GeographicLevel


@dataclass(frozen=True)
class References:
    """Accepted areas by geographic level.

    Attributes:
        areas: For each level that a register holds, a frame with that level's columns of the standard (for a local
            authority new_la_code, la_name and old_la_code), all text, one row for each accepted combination, those of
            abolished areas too. A list may lack the second code.
    """

    areas: Mapping[str, pl.DataFrame] = field(default_factory=dict)

    def columns(self, level: GeographicLevel) -> tuple[str, ...]:
        """The level's columns that its list has; none where there is no list, or it lacks the code or the name."""
        if level.level not in self.areas:
            return ()
        known = tuple(column for column in level.columns if column in self.areas[level.level].columns)
        return known if {level.code, level.name} <= set(known) else ()

    def combinations(self, level: str, columns: tuple[str, ...]) -> frozenset[tuple[str, ...]]:
        """Every accepted combination of these columns, "" where the register has no code."""
        return frozenset(self.areas[level].select(pl.col(columns).fill_null("")).iter_rows())
