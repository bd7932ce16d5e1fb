"""Reading a file: find its format, hand it to that format's reader."""

from pathlib import Path

from pipelines.readers import csv, json_records, ods, parquet, xls, xlsx, zipped
from pipelines.readers.formats import sniff
from pipelines.readers.raw import RawSheet, UnreadableFile


def read(path: Path) -> list[RawSheet]:
    """Read a file into raw sheets of text, in the file's order, going by its content and not by its name.

    Args:
        path: A CSV (or other delimited text), XLSX, XLSM, ODS, XLS, Parquet or JSON file, or a zip of these.

    Returns:
        One sheet for each sheet of a workbook or member of a zip, else one. A sheet without any cell has no rows.

    Raises:
        UnreadableFile: the file cannot be read whole; the message says why and what to do.
    """
    try:
        data = path.read_bytes()
    except OSError as error:
        reason = f"the file cannot be opened ({error.strerror or error})"
        raise UnreadableFile(path, reason, "check the path and its permissions") from error
    return _read(data, path)


def _read(data: bytes, path: Path) -> list[RawSheet]:
    match sniff(data, path):
        case "csv":
            return csv.sheets(data, path)
        case "xlsx":
            return xlsx.sheets(data, path)
        case "ods":
            return ods.sheets(data, path)
        case "xls":
            return xls.sheets(data, path)
        case "parquet":
            return parquet.sheets(data, path)
        case "json":
            return json_records.sheets(data, path)
        case "zip":
            return zipped.sheets(data, path, _read_member)


def _read_member(data: bytes, path: Path) -> list[RawSheet]:
    if sniff(data, path) == "zip":
        raise UnreadableFile(path, "there is a zip inside the zip", "unpack it and zip the files")
    return _read(data, path)
