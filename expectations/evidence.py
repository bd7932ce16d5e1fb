"""How checks are declared: an evidence frame, and what is expected of its columns.

Only declarations: what a frame holds is written beside its SQL, and how it is examined in gate.py.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from expectations.results import Stage

if TYPE_CHECKING:
    import duckdb
    import polars as pl

# Failing keys that a result carries; enough to start looking, few enough to print.
KEYS_SHOWN = 20


@dataclass(frozen=True)
class Expected:
    """A core expectation of Great Expectations, by the name of its class, and its arguments."""

    expectation: str
    arguments: tuple[tuple[str, Any], ...]

    @property
    def columns(self) -> list[str]:
        """Columns of the evidence frame that the expectation reads."""
        return [value for name, value in self.arguments if name in {"column", "column_A", "column_B"}]


def equal(column: str, other: str) -> Expected:
    """Both columns say the same on every row; a row where both are null says nothing."""
    return Expected("ExpectColumnPairValuesToBeEqual", (("column_A", column), ("column_B", other)))


def at_least(column: str, other: str) -> Expected:
    """`column` is no less than `other` wherever both are there."""
    return Expected(
        "ExpectColumnPairValuesAToBeGreaterThanB",
        (("column_A", column), ("column_B", other), ("or_equal", True), ("ignore_row_if", "either_value_is_missing")),
    )


def between(column: str, least: float | None, most: float | None) -> Expected:
    """Every value that is there lies between `least` and `most`, both included."""
    return Expected("ExpectColumnValuesToBeBetween", (("column", column), ("min_value", least), ("max_value", most)))


def none(column: str) -> Expected:
    """A column of counts that should all be 0."""
    return between(column, 0, 0)


def present(column: str) -> Expected:
    """The column is nowhere null."""
    return Expected("ExpectColumnValuesToNotBeNull", (("column", column),))


@dataclass(frozen=True)
class Check:
    """One thing that must hold.

    `failing` is the column that says how many rows fail behind one row of evidence (None: the row itself), and `keys`
    the column that names them, as a text or a list of texts.
    """

    check_id: str
    title: str
    about: str
    expected: Expected
    failing: str | None = None
    keys: str = "subject"
    is_blocking: bool = True


@dataclass(frozen=True)
class Evidence:
    """A frame and the checks on it. `subjects` says in a word or two what a row of it is."""

    stage: Stage
    subjects: str
    collect: Callable[[duckdb.DuckDBPyConnection], pl.DataFrame]
    checks: tuple[Check, ...]
