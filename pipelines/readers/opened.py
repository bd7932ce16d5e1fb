"""A file that has been opened: its sheets, and the further pieces of one that is too large to hold."""

from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass, field, replace

import polars as pl

from pipelines.readers.raw import ROW, RawSheet, trimmed, wide_frame


@dataclass(frozen=True)
class Opened:
    """What a file holds.

    Attributes:
        sheets: Every sheet; of a file read in pieces the one sheet there is, with its first piece only.
        further: The further pieces of that sheet, in order, each read when it is asked for. `__row` goes on, columns
            are named alike, and a piece may have more or fewer of them. Empty for a file read whole. It can be gone
            through once, and raises `UnreadableFile` where the file changed meanwhile.
        is_in_pieces: Whether there is more than `sheets`.
    """

    sheets: list[RawSheet]
    further: Iterator[RawSheet] = field(default_factory=lambda: iter(()))
    is_in_pieces: bool = False


def opened_in_pieces(frames: Callable[[], Iterator[pl.DataFrame]]) -> Opened:
    """A file of one sheet, gone through once to learn which places hold text further down, then piece by piece.

    Args:
        frames: Starts to read the file: untrimmed frames of `__row` and columns "1" to "n".
    """
    count = 0
    first: RawSheet | None = None
    later: set[int] = set()
    for frame in frames():
        if first is None:
            piece = trimmed(frame)
            count += 1
            first = piece if piece.cells.height else None
        else:
            later |= filled_places(frame, later)
    if first is None:
        return Opened([trimmed(wide_frame([], []))])
    cells = widened(first.cells, max(later, default=0))

    def further() -> Iterator[RawSheet]:
        for place, frame in enumerate(frames()):
            if place >= count and (piece := trimmed(frame)).cells.height:
                yield piece

    return Opened([replace(first, cells=cells, later=frozenset(later))], further(), True)


def filled_places(frame: pl.DataFrame, known: Collection[int] = ()) -> set[int]:
    """The columns of a frame that hold anything but white space, by their place; those already known left out."""
    unknown = [name for name in frame.columns if name != ROW and int(name) not in known]
    filled = frame.select(pl.col(unknown).str.contains(r"\S").any())
    return {int(name) for name in unknown if filled[name][0]}


def widened(cells: pl.DataFrame, width: int) -> pl.DataFrame:
    """Cells with at least `width` columns, those that were not there blank."""
    missing = range(cells.width, width + 1)
    return cells.with_columns(pl.lit(None, pl.String).alias(str(place)) for place in missing)
