"""Reading a file: find its format, hand it to that format's reader, which alone is loaded."""

from dataclasses import replace
from pathlib import Path

from pipelines.readers.formats import sniff
from pipelines.readers.limits import Pieces
from pipelines.readers.opened import Opened
from pipelines.readers.raw import RawSheet, UnreadableFile, stacked
from pipelines.readers.source import Source, on_disk


def open_file(path: Path, pieces: Pieces | None = None) -> Opened:
    """Open a file as raw sheets of text, in the file's order, going by its content and not by its name.

    A large CSV or Parquet file is handed out in pieces, so that it needs the same memory whatever its size. It is gone
    through once before the first piece comes, so that a file that cannot be read whole is refused here.

    Args:
        path: A CSV (or other delimited text), XLSX, XLSM, ODS, XLS, Parquet or JSON file, or a zip of these.
        pieces: When a file is read in pieces, and how large these are.

    Returns:
        One sheet for each sheet of a workbook or member of a zip, else one, and the further pieces of that one. A sheet
        without any cell has no rows.

    Raises:
        UnreadableFile: the file cannot be read whole; the message says why and what to do.
    """
    source = on_disk(path)
    opened = _opened(source, pieces or Pieces(), is_member=False)
    source.check()
    return opened


def read(path: Path) -> list[RawSheet]:
    """Read a whole file into memory, whatever its size; `open_file` says what is read and what it raises.

    Returns:
        The sheets, as `open_file` gives them. Of a file large enough to be read in pieces, blank lines may be left out.
    """
    opened = open_file(path)
    if not opened.is_in_pieces:
        return opened.sheets
    first = opened.sheets[0]
    cells = stacked([first.cells, *(piece.cells for piece in opened.further)])
    return [replace(first, cells=cells, later=frozenset())]


def _opened(source: Source, pieces: Pieces, *, is_member: bool) -> Opened:
    match sniff(source):
        case "csv":
            from pipelines.readers import csv

            return csv.opened(source, pieces)
        case "parquet":
            from pipelines.readers import parquet

            return parquet.opened(source, pieces)
        case "xlsx":
            from pipelines.readers import xlsx

            return Opened(xlsx.sheets(source))
        case "ods":
            from pipelines.readers import ods

            return Opened(ods.sheets(source))
        case "xls":
            from pipelines.readers import xls

            return Opened(xls.sheets(source))
        case "json":
            from pipelines.readers import json_records

            return Opened(json_records.sheets(source))
        case "zip" if is_member:
            raise UnreadableFile(source.path, "there is a zip inside the zip", "unpack it and zip the files")
        case "zip":
            from pipelines.readers import zipped

            return zipped.opened(source, pieces, _opened_member)


def _opened_member(source: Source, pieces: Pieces) -> Opened:
    return _opened(source, pieces, is_member=True)
