"""Judged observations on their way to landing: held in memory while they are few, on disk when they are many."""

import tempfile
from collections.abc import Iterator
from pathlib import Path

import polars as pl

IN_MEMORY = 1_500_000
"""Rows kept in memory; a delivery with more is spilled, so that memory does not grow with it."""


class Candidates:
    """Observations in pieces, each with `nth` (its place among all), `__index` (its row) and `spec` (its measure)."""

    def __init__(self) -> None:
        """Begin with none."""
        self.rows = 0
        self._held: list[pl.DataFrame] = []
        self._spilled: list[Path] = []
        self._folder: tempfile.TemporaryDirectory[str] | None = None

    def add(self, frame: pl.DataFrame) -> None:
        """Take a piece."""
        if frame.is_empty():
            return
        self._held.append(frame.with_row_index("nth", offset=self.rows).with_columns(pl.col("nth").cast(pl.Int64)))
        self.rows += frame.height
        if self._spilled or self.rows > IN_MEMORY:
            self._spill()

    def _spill(self) -> None:
        if self._folder is None:
            self._folder = tempfile.TemporaryDirectory(prefix="dovetail-intake-")
        for frame in self._held:
            path = Path(self._folder.name) / f"{len(self._spilled):06d}.parquet"
            frame.write_parquet(path, compression="lz4", statistics=False)
            self._spilled.append(path)
        self._held = []

    def pieces(self) -> Iterator[pl.DataFrame]:
        """The pieces in order."""
        for path in self._spilled:
            yield pl.read_parquet(path, memory_map=False)
        yield from self._held

    def lazy(self) -> pl.LazyFrame | None:
        """All pieces, to be gone through without being loaded; None when there is no observation."""
        if self._spilled:
            return pl.scan_parquet(self._spilled)
        return pl.concat(self._held).lazy() if self._held else None
