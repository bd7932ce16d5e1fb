"""Rows gathered into a frame bit by bit, so that few of them are ever held as Python's own values."""

from collections.abc import Sequence

import polars as pl

from pipelines.readers.raw import ROW, stacked, wide_frame

_ROWS = 20_000
_CELLS = 2_000_000


class Gathered:
    """Rows of stored values on their way into a frame.

    Attributes:
        count: How many rows were added.
        widest: How many cells the longest has.
    """

    def __init__(self) -> None:
        self.count = self.widest = 0
        self._frames: list[pl.DataFrame] = []
        self._rows: list[Sequence[object]] = []
        self._numbers: list[int] = []
        self._width = 0

    def add(self, number: int, row: Sequence[object]) -> None:
        """One more row, of any length, and its number in the file."""
        if len(row) > self._width:
            # Before it is among them: one wide row would widen all the short ones that wait with it.
            if len(row) * len(self._rows) > _CELLS:
                self._flush()
            self._width = len(row)
            self.widest = max(self.widest, self._width)
        self._rows.append(row)
        self._numbers.append(number)
        self.count += 1
        if len(self._rows) == _ROWS or self._width * len(self._rows) > _CELLS:
            self._flush()

    def repeat(self, number: int, row: Sequence[str | float | None], times: int) -> None:
        """One row as often as it stands there, its first number given."""
        if times < _ROWS:
            for again in range(number, number + times):
                self.add(again, row)
            return
        self._flush()
        one = wide_frame([row], [number])
        numbers = pl.int_range(number, number + times, dtype=pl.Int64).alias(ROW)
        texts = (pl.repeat(one[name][0], times, dtype=pl.String).alias(name) for name in one.columns[1:])
        self._frames.append(pl.select(numbers, *texts))
        self.count += times
        self.widest = max(self.widest, len(row))

    def frame(self) -> pl.DataFrame:
        """All rows: `__row` and columns "1" to "n" of text, short rows padded with null."""
        self._flush()
        return stacked(self._frames)

    def _flush(self) -> None:
        self._frames.append(wide_frame(self._rows, self._numbers))
        self._rows, self._numbers, self._width = [], [], 0
