"""XLSX and XLSM."""

import io
import posixpath
import re
from itertools import islice
from pathlib import Path
from typing import NamedTuple
from xml.etree import ElementTree

import numpy as np

from pipelines.readers import calamine
from pipelines.readers.limits import MAX_CELLS, MAX_COLUMNS, MAX_PART_BYTES, MAX_TEXT_BYTES, MAX_WORKBOOK_BYTES, MIB
from pipelines.readers.markup import checked_xml, parsed
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
_STRING = re.compile(rb"<(?:\w+:)?si[\s/>]")
_STRING_PLACE = re.compile(rb'<(?:\w+:)?c\b[^>]*?\bt=["\']s["\'][^>]*>\s*<(?:\w+:)?v[^>]*>(\d{1,9})<')
_RELATIONS = "{http://schemas.openxmlformats.org/package/2006/relationships}Relationship"
_NAME_ENDS = (b" ", b"/", b">", b"\t", b"\n", b"\r")
_IS_NAME_END, _IS_BEFORE_NAME, _IS_AFTER_NAME = (
    np.isin(np.arange(256), list(letters)) for letters in (b"".join(_NAME_ENDS), b" \t\n\r\"'", b" \t\n\r=")
)
_STEP, _LONGEST_TAG = 4 * MIB, 32
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
    try:
        packed, errors = _prepared(source.whole(MAX_WORKBOOK_BYTES, "a workbook", _SMALLER), path)
        return calamine.sheets(packed, path, lambda _, name: errors[name])
    except calamine.PACKAGE_DAMAGE as error:
        raise calamine.damaged(path, str(error)) from error


def _prepared(data: bytes, path: Path) -> tuple[bytes, dict[str, calamine.Errors]]:
    """The workbook with nothing but its cells, looked over for calamine, and each sheet's error cells by its name."""
    with Package(io.BytesIO(data), path) as package:
        parts = _parts(package, path)
    unpacked = _unpacked(data, set(parts.values()), path)
    strings = _string_sizes(unpacked.get(_STRINGS, b""), path)
    errors: dict[str, calamine.Errors] = {}
    for name, part in parts.items():
        if part in unpacked:
            xml = unpacked[part]
            _check_extent(xml, name, path)
            _check_text(xml, strings, name, path)
            errors[name] = _errors(xml) if any(mark in xml for mark in _ERROR_MARKS) else {}
    return packed_again(unpacked), errors


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
    found = (match.start() for match in islice(_STRING.finditer(xml), MAX_CELLS + 1))
    starts = np.fromiter(found, dtype=np.int64)
    if len(starts) > MAX_CELLS:
        raise UnreadableFile(path, f"it holds more than {MAX_CELLS:,} texts", _SMALLER)
    return np.diff(starts, append=len(xml))


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
    """The extent by the address each cell gives; None where one gives none, or where the XML is of an unusual make.

    It counts at least the cells there are: what looks like one inside a comment makes it larger, never smaller.
    """
    if b"\0" in xml or any(b":c" + end in xml for end in _NAME_ENDS):
        return None
    rows = columns = count = 0
    for start in range(0, len(xml), _STEP):
        found = _addresses(np.frombuffer(xml[start : start + _STEP + _LONGEST_TAG], dtype=np.uint8))
        if found is None:
            return None
        rows, columns, count = max(rows, found.rows), max(columns, found.columns), count + found.cells
    if _addresses_named(xml) != count + xml.count(b"<row r="):
        return None  # a cell may give two, of which calamine takes the last
    return _Extent(rows, columns, count)


def _addresses_named(xml: bytes) -> int:
    """How often there is what can be an attribute `r`."""
    count = 0
    for start in range(0, len(xml), _STEP):
        codes = np.frombuffer(xml[max(start - 1, 0) : start + _STEP + 1], dtype=np.uint8)
        at = np.flatnonzero(codes[1:-1] == ord("r")) + 1
        count += int((_IS_BEFORE_NAME[codes[at - 1]] & _IS_AFTER_NAME[codes[at + 1]]).sum())
    return count


def _addresses(codes: np.ndarray) -> _Extent | None:
    """The extent of the cells that begin in a step of the XML, all written `<c r="AB12"`; None where one is not."""
    padded = np.concatenate([codes, np.zeros(_LONGEST_TAG, dtype=np.uint8)])
    at = np.flatnonzero(codes[:_STEP] == ord("<"))
    at = at[(padded[at + 1] == ord("c")) & _IS_NAME_END[padded[at + 2]]]
    if any((padded[at + place] != letter).any() for place, letter in enumerate(b'<c r="')):
        return None
    at += 6
    columns = np.zeros(len(at), dtype=np.int64)
    rows = np.zeros(len(at), dtype=np.int64)
    for _ in range(3):
        letter = padded[at].astype(np.int64) - 64
        is_letter = (letter >= 1) & (letter <= 26)
        columns = np.where(is_letter, columns * 26 + letter, columns)
        at += is_letter
    for _ in range(7):
        digit = padded[at].astype(np.int64) - 48
        is_digit = (digit >= 0) & (digit <= 9)
        rows = np.where(is_digit, rows * 10 + digit, rows)
        at += is_digit
    if (padded[at] != ord('"')).any() or not (columns.all() and rows.all()):
        return None
    return _Extent(int(rows.max(initial=0)), int(columns.max(initial=0)), len(at))


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
            address = _PLACE.fullmatch(attributes.get("r", "-"))
            if address:
                row, column = int(address[2]), _column_number(address[1].encode())
            elif "r" in attributes:
                raise ValueError(f"there is no cell {attributes['r'][:20]}")
            else:
                column += 1
            cells += 1
            is_open = True
        elif is_open:  # a value, a formula or a text: the cell is filled
            lowest, furthest = max(lowest, (row, column)), max(furthest, (column, row))
            is_open = False

    def end(name: str) -> None:
        nonlocal is_open
        is_open = is_open and name.rpartition(":")[2] != "c"

    for _ in parsed(xml, begin, end):
        if cells > MAX_CELLS:
            break
    places = dict.fromkeys((lowest, furthest[::-1]))
    return _Extent(lowest[0], furthest[0], cells, " and ".join(f"{_letters(place[1])}{place[0]}" for place in places))


def _errors(xml: bytes) -> dict[tuple[int, int], str]:
    """The error cells of a sheet. A cell or row without a reference follows the one before it."""
    errors: dict[tuple[int, int], str] = {}
    row = column = -1
    is_error = is_value = False

    def begin(name: str, attributes: dict[str, str]) -> None:
        nonlocal row, column, is_error, is_value
        tag = name.rpartition(":")[2]
        if tag == "row":
            row, column = int(attributes.get("r", row + 2)) - 1, -1
        elif tag == "c":
            letters = attributes.get("r", "").rstrip("0123456789")
            column = _column_number(letters.encode()) - 1 if letters else column + 1
            is_error = attributes.get("t") == "e"
        is_value = is_error and tag == "v"

    def end(name: str) -> None:
        nonlocal is_error, is_value
        is_value = False
        is_error = is_error and name.rpartition(":")[2] != "c"

    def text(data: str) -> None:
        if is_value:
            errors[row, column] = errors.get((row, column), "") + data

    for _ in parsed(xml, begin, end, text):
        pass
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
