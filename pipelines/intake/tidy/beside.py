"""Finds the metadata file of a tidy data file: in the same zip, or beside it in the folder."""

from pathlib import Path, PurePath

from pipelines.intake.layouts.tidy import Pair
from pipelines.intake.tidy.writing import writing_of
from pipelines.readers import RawSheet, Table, open_file, tabulate

SUFFIX = ".meta.csv"
LARGEST_WRITING = 64 * 1024**2
"""Bytes of a data file whose writing is still looked at whole."""


def meta_name_of(data_name: str) -> str:
    """The name that the standard gives the metadata file of a data file."""
    return data_name.removesuffix(PurePath(data_name).suffix) + SUFFIX


def pair_of(path: Path, sheet: str | None, sheets: list[RawSheet]) -> Pair:
    """The pair that a data file (or member of a zip) makes with its metadata file, where there is one.

    Raises:
        UnreadableFile: the metadata file is there and cannot be read.
    """
    if sheet is not None:
        name = PurePath(sheet).name
        other = next((s for s in sheets if s.sheet and PurePath(s.sheet).name == meta_name_of(name)), None)
        return Pair(name, meta_name_of(name) if other else None, _table(other) if other else None)
    beside = path.with_name(meta_name_of(path.name))
    if not beside.is_file():
        return Pair(path.name)
    metas = [sheet for sheet in open_file(beside).sheets if sheet.cells.height]
    table = _table(metas[0]) if metas else None
    small = path.stat().st_size <= LARGEST_WRITING
    writings = (writing_of(path.read_bytes(), path), writing_of(beside.read_bytes(), beside)) if small else None
    return Pair(path.name, beside.name, table, writings)


def _table(sheet: RawSheet) -> Table:
    return tabulate(sheet, sheet.first_row)
