"""Indicator definitions as the release holds them, and a value printed the way its definition asks."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from reports.language import _
from reports.numbers import interval, measured, number, signed, with_marker
from reports.release import SMALL_DENOMINATOR, Release, Row


@dataclass(frozen=True)
class Definition:
    """One version of an indicator's definition.

    Attributes:
        facts: its row of the table `indicators`.
        small_base: a percentage of fewer than this is said to stand on a small base.
    """

    facts: Row
    small_base: int = SMALL_DENOMINATOR

    def __getattr__(self, name: str) -> Any:
        try:
            return self.facts[name]
        except KeyError:
            raise AttributeError(name) from None

    @property
    def key(self) -> tuple[str, str]:
        """Indicator and version."""
        return self.facts["indicator_id"], self.facts["definition_version"]

    def value(self, value: float | None, marker: str | None = None, decimals: int | None = None) -> str:
        """A value of this indicator, with its marker; `decimals` where it was published with fewer than usual."""
        return with_marker(value, marker, self.decimals if decimals is None else decimals, self.unit_base)

    def plain(self, value: float | None) -> str:
        """A computed value of this indicator; empty for None."""
        return measured(value, self.decimals, self.unit_base)

    def interval(self, lower: float | None, upper: float | None) -> str:
        """An interval of this indicator."""
        return interval(lower, upper, self.decimals, self.unit_base)

    def difference(self, value: float | None) -> str:
        """A difference of two values, with its sign; empty for None."""
        return signed(value, self.decimals)

    def apart(self, value: float | None) -> str:
        """A distance between two values with its unit, without a sign; empty for None."""
        return "" if value is None else f"{number(abs(value), self.decimals)} {self.difference_unit}"

    @property
    def difference_unit(self) -> str:
        """The unit of a difference: per cents differ by percentage points."""
        return _("percentage points") if self.facts["unit_base"] == 100 else str(self.facts["unit_label"])

    @property
    def has_counts(self) -> bool:
        """Whether a value stands on a numerator and a denominator."""
        return bool(self.facts["measure"] in ("proportion", "rate", "ratio"))

    def is_on_small_base(self, row: Row) -> bool:
        """Whether a value is a percentage of fewer than `small_base`, which never stands without that being said."""
        of = row["denominator"]
        return self.unit_base == 100 and row["value"] is not None and of is not None and bool(of < self.small_base)

    @property
    def number(self) -> str:
        """Programme and official number in one phrase."""
        return ": ".join(part for part in (self.facts["programme"], self.facts["official_number"]) if part)


def load(release: Release) -> dict[tuple[str, str], Definition]:
    """Every definition of the release, by indicator and version, in the order of programme, number and title."""
    rows = release.rows("select * from indicators order by title, definition_version")
    rows.sort(key=lambda row: (row["programme"] or "", _by_number(row["official_number"])))
    return {definition.key: definition for definition in (Definition(row, release.small_denominator) for row in rows)}


def _by_number(official: str | None) -> tuple[bool, list[tuple[int, str]]]:
    """Sorts KPI 2 before KPI 10, and what has no number last."""
    parts = re.findall(r"\d+|\D+", official or "")
    return official is None, [(int(part) if part.isdigit() else -1, part) for part in parts]
