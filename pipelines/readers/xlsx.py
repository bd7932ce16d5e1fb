"""XLSX and XLSM."""

import io
import posixpath
import re
from itertools import islice
from pathlib import Path
from typing import NamedTuple
from xml.etree import ElementTree
from xml.parsers import expat

import numpy as np

from pipelines.readers import calamine
from pipelines.readers.limits import MAX_CELLS, MAX_COLUMNS, MAX_PART_BYTES, MAX_TEXT_BYTES, MAX_WORKBOOK_BYTES, MIB
from pipelines.readers.markup import checked_xml
from pipelines.readers.package import Package, packed_again
from pipelines.readers.raw import RawSheet, UnreadableFile
from pipelines.readers.source import Source

_STRINGS = "xl/sharedStrings.xml"
_NEEDED = frozenset(
    name.lower()
    for name in (
        "[Content_Types].xml",
        "_rels/.rels",
        "xl/workbook.xml",
        "xl/_rels/workbook.xml.rels",
        _STRINGS,
        "xl/styles.xml",
    )
)
_MAX_INDEX = 16 * MIB
_SMALLER = "save the table alone, as CSV"
_CELL = re.compile(rb"<(?:[^\s<>/:]+:)?c[\s/>]")
_STRING = re.compile(rb"<(?:\w+:)?si[\s/>]")
_STRING_PLACE = re.compile(rb'<(?:\w+:)?c\b[^>]*?\bt=["\']s["\'][^>]*>\s*<(?:\w+:)?v[^>]*>(\d{1,9})<')
_RELATIONS = "{http://schemas.openxmlformats.org/package/2006/relationships}Relationship"
_ADDRESS = re.compile(rb'<(?:[^\s<>/:]+:)?c\s(?:[^>]*?\s)?r="([A-Za-z]{1,6})(\d{1,9})"')
_PLACE = re.compile(r"([A-Za-z]{1,6})(\d{1,9})")
_ERROR_MARKS = (b'="e"', b"='e'")


def sheets(source: Source) -> list[RawSheet]:
    """Every worksheet of the workbook.

    A formula is never worked out: its cell holds the value that was saved with it, and is empty where none was. Macros,
    links to other workbooks, pictures and everything else that is no cell is not unpacked, let alone followed.

    Raises:
        UnreadableFile: protected, damaged, too large, or a sheet with a stray cell so far out that the grid between
            would not fit in memory (calamine then ends the whole process, so it is looked for first).
    """
    path = source.path
    data = source.whole(MAX_WORKBOOK_BYTES, "a workbook", _SMALLER)
    try:
        with Package(io.BytesIO(data), path) as package:
            parts = _parts(package, path)
        unpacked = _unpacked(data, set(parts.values()), path)
        strings = _string_sizes(unpacked.get(_STRINGS, b""), path)

        def errors_of(place: int, name: str) -> calamine.Errors:  # noqa: ARG001 (names are unique here)
            xml = unpacked[parts[name]]
            return _errors(xml) if any(mark in xml for mark in _ERROR_MARKS) else {}

        # All before calamine: it reads every sheet's place in the file at once.
        for name, part in parts.items():
            if part in unpacked:
                _check_extent(unpacked[part], name, path)
                _check_text(unpacked[part], strings, name, path)
        return calamine.sheets(packed_again(unpacked), path, errors_of)
    except calamine.PACKAGE_DAMAGE as error:
        raise calamine.damaged(path, str(error)) from error


def _unpacked(data: bytes, sheet_parts: set[str], path: Path) -> dict[str, bytes]:
    """The parts that hold cells or say how to read them, within the limit for all of them together."""
    found: dict[str, bytes] = {}
    left = MAX_PART_BYTES
    with Package(io.BytesIO(data), path) as package:
        for name in sorted(package.names):
            is_wanted = name in sheet_parts or name.lower() in _NEEDED
            if is_wanted and name not in found:
                found[name] = checked_xml(package.part(name, left, _SMALLER), name, path)
                left -= len(found[name])
    return found


def _parts(package: Package, path: Path) -> dict[str, str]:
    """The part of the package that holds each sheet, by the sheet's name."""

    def tree(name: str) -> ElementTree.Element:
        return ElementTree.fromstring(checked_xml(package.part(name, _MAX_INDEX, _SMALLER), name, path))

    relations = tree("xl/_rels/workbook.xml.rels")
    targets = {relation.get("Id"): relation.get("Target", "") for relation in relations.iter(_RELATIONS)}
    parts = {}
    for element in tree("xl/workbook.xml").iter():
        if _local(element.tag) == "sheet":
            # The attribute is r:id; its namespace differs between the transitional and the strict format.
            identity = next((value for key, value in element.items() if key.endswith("}id")), None)
            target = targets.get(identity, "")
            parts[element.get("name", "")] = posixpath.normpath(posixpath.join("/xl", target)).lstrip("/")
    return parts


def _string_sizes(xml: bytes, path: Path) -> np.ndarray:
    """An upper bound of the length of each shared string."""
    starts = [match.start() for match in islice(_STRING.finditer(xml), MAX_CELLS + 1)]
    if len(starts) > MAX_CELLS:
        raise UnreadableFile(path, f"it holds more than {MAX_CELLS:,} texts", _SMALLER)
    return np.diff(np.array([*starts, len(xml)], dtype=np.int64)) if starts else np.zeros(0, dtype=np.int64)


def _check_text(xml: bytes, strings: np.ndarray, sheet: str, path: Path) -> None:
    """Refuse a sheet whose cells repeat one long text until it fills the memory: each cell gets a text of its own."""
    if xml.count(b"<v") * int(strings.max(initial=0)) <= MAX_TEXT_BYTES:
        return
    places = np.fromiter((int(place) for place in _STRING_PLACE.findall(xml)), dtype=np.int64)
    if int(strings[places[places < len(strings)]].sum()) > MAX_TEXT_BYTES:
        reason = f"the texts of sheet {sheet} take more than {MAX_TEXT_BYTES:,} bytes"
        raise UnreadableFile(path, reason, "save the table as CSV")


def _check_extent(xml: bytes, sheet: str, path: Path) -> None:
    """Refuse a grid of more than `MAX_CELLS`, counting filled cells only: a declared range costs nothing."""
    declared = _declared_extent(xml)
    extent = declared or _walked_extent(xml)
    if extent.rows * extent.columns <= MAX_CELLS and extent.columns <= MAX_COLUMNS and extent.cells <= MAX_CELLS:
        return
    extent = _walked_extent(xml) if declared else extent
    if extent.cells > MAX_CELLS:
        raise UnreadableFile(path, f"sheet {sheet} has more than {MAX_CELLS:,} cells", _SMALLER)
    if extent.rows * extent.columns > MAX_CELLS or extent.columns > MAX_COLUMNS:
        reason = f"sheet {sheet} has stray cells far from its table ({extent.where})"
        raise UnreadableFile(path, reason, "delete the rows below and the columns beside the table, and save it")


class _Extent(NamedTuple):
    """How far a sheet reaches: its last row and column, the cells that stand there, and how many cells it has."""

    rows: int
    columns: int
    cells: int
    where: str = ""


def _declared_extent(xml: bytes) -> _Extent | None:
    """The extent by the address each cell gives; None where one gives none, or where the XML is of an unusual make."""
    if b"'" in xml or b"<!" in xml or b"\0" in xml:
        return None
    rows: set[bytes] = set()
    columns: set[bytes] = set()
    count = 0
    for count, match in enumerate(islice(_ADDRESS.finditer(xml), MAX_CELLS + 1), start=1):  # noqa: B007
        columns.add(match[1])
        rows.add(match[2])
    if count > MAX_CELLS:
        return _Extent(0, 0, count)
    if count != sum(1 for _ in _CELL.finditer(xml)):
        return None
    return _Extent(max(map(int, rows), default=0), max(map(_column_number, columns), default=0), count)


def _walked_extent(xml: bytes) -> _Extent:
    """The extent of the filled cells, found by walking through them all; a cell without an address follows the last."""
    lowest = furthest = (0, 0)
    cells = row = column = 0
    is_open = False

    def begin(name: str, attributes: dict[str, str]) -> None:
        nonlocal lowest, furthest, cells, row, column, is_open
        tag = name.rpartition(":")[2]
        if tag == "row":
            row, column = int(attributes.get("r", row + 1)), 0
        elif tag == "c":
            address = _PLACE.fullmatch(attributes.get("r", ""))
            column = _column_number(address[1].encode()) if address else column + 1
            row = int(address[2]) if address else row
            cells += 1
            is_open = True
        elif is_open:  # a value, a formula or a text: the cell is filled
            lowest, furthest = max(lowest, (row, column)), max(furthest, (column, row))
            is_open = False

    def end(name: str) -> None:
        nonlocal is_open
        is_open = is_open and name.rpartition(":")[2] != "c"

    parser = expat.ParserCreate()
    parser.StartElementHandler, parser.EndElementHandler = begin, end
    try:
        for start in range(0, len(xml), MIB):
            parser.Parse(xml[start : start + MIB], start + MIB >= len(xml))
            if cells > MAX_CELLS:
                break
    except expat.ExpatError as error:
        raise ValueError(str(error)) from error
    places = dict.fromkeys((lowest, furthest[::-1]))
    return _Extent(lowest[0], furthest[0], cells, " and ".join(f"{_letters(place[1])}{place[0]}" for place in places))


def _errors(xml: bytes) -> dict[tuple[int, int], str]:
    """The error cells of a sheet. A cell or row without a reference follows the one before it."""
    errors = {}
    row = column = -1
    for event, element in ElementTree.iterparse(io.BytesIO(xml), events=("start", "end")):
        tag = _local(element.tag)
        if event == "start" and tag == "row":
            row = int(element.get("r", row + 2)) - 1
            column = -1
        elif event == "start" and tag == "c":
            letters = element.get("r", "").rstrip("0123456789")
            column = _column_number(letters.encode()) - 1 if letters else column + 1
        elif event == "end" and tag == "c" and element.get("t") == "e":
            value = next((child.text for child in element if _local(child.tag) == "v"), None)
            if value:
                errors[row, column] = value
        elif event == "end" and tag == "row":
            element.clear()
    return errors


def _column_number(letters: bytes) -> int:
    """1 for A, 16384 for XFD."""
    number = 0
    for letter in letters.upper():
        number = number * 26 + letter - 64
    return number


def _letters(column: int) -> str:
    """A for 1, XFD for 16384."""
    letters = ""
    while column:
        column, letter = divmod(column - 1, 26)
        letters = chr(65 + letter) + letters
    return letters


def _local(tag: str) -> str:
    return tag.rpartition("}")[2]
