"""XLSX and XLSM."""

import io
import posixpath
import re
import zipfile
from pathlib import Path
from xml.etree import ElementTree

from pipelines.readers import calamine
from pipelines.readers.raw import MAX_CELLS, RawSheet, UnreadableFile

_RELATIONS = "{http://schemas.openxmlformats.org/package/2006/relationships}Relationship"
_OPENING_ROW = re.compile(rb'<(?:\w+:)?row\b[^>]*?\br=["\'](\d+)')
_COLUMN = re.compile(rb'<(?:\w+:)?c\b[^>]*?\br=["\']([A-Z]+)')
_FILLED = re.compile(rb'<(?:\w+:)?c\b[^>]*?\br=["\']([A-Z]+)(\d+)["\'][^>]*(?<!/)>(?!\s*</)')
_ERROR_MARKS = (b'="e"', b"='e'")


def sheets(data: bytes, path: Path) -> list[RawSheet]:
    """Every worksheet of the workbook.

    Raises:
        UnreadableFile: protected, damaged, or a sheet with a stray cell so far out that the grid between would not
            fit in memory (calamine then ends the whole process, so it is looked for first).
    """
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as package:
            parts = _parts(package)

            def errors_of(place: int, name: str) -> calamine.Errors:  # noqa: ARG001 (names are unique here)
                xml = package.read(parts[name])
                _check_extent(xml, name, path)
                return _errors(xml) if any(mark in xml for mark in _ERROR_MARKS) else {}

            return calamine.sheets(data, path, errors_of)
    except calamine.PACKAGE_DAMAGE as error:
        raise calamine.damaged(path, str(error)) from error


def _parts(package: zipfile.ZipFile) -> dict[str, str]:
    """The part of the package that holds each sheet, by the sheet's name."""
    relations = ElementTree.fromstring(package.read("xl/_rels/workbook.xml.rels"))
    targets = {relation.get("Id"): relation.get("Target", "") for relation in relations.iter(_RELATIONS)}
    parts = {}
    for element in ElementTree.fromstring(package.read("xl/workbook.xml")).iter():
        if _local(element.tag) == "sheet":
            # The attribute is r:id; its namespace differs between the transitional and the strict format.
            identity = next((value for key, value in element.items() if key.endswith("}id")), None)
            target = targets.get(identity, "")
            parts[element.get("name", "")] = posixpath.normpath(posixpath.join("/xl", target)).lstrip("/")
    return parts


def _check_extent(xml: bytes, sheet: str, path: Path) -> None:
    """Refuse a grid of more than `MAX_CELLS`, counting filled cells only: a declared range costs nothing."""
    rows = max(map(int, _OPENING_ROW.findall(xml)), default=0)
    columns = max(map(_column_number, set(_COLUMN.findall(xml))), default=0)
    if rows * columns <= MAX_CELLS:
        return
    filled = {(int(row), _column_number(column)): column + row for column, row in _FILLED.findall(xml)}
    rows = max((row for row, _ in filled), default=0)
    columns = max((column for _, column in filled), default=0)
    if rows * columns > MAX_CELLS:
        lowest = max(filled)
        furthest = max(filled, key=lambda place: (place[1], place[0]))
        where = " and ".join(dict.fromkeys(filled[place].decode() for place in (lowest, furthest)))
        reason = f"sheet {sheet} has stray cells far from its table ({where})"
        raise UnreadableFile(path, reason, "delete the rows below and the columns beside the table, and save it")


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
    for letter in letters:
        number = number * 26 + letter - 64
    return number


def _local(tag: str) -> str:
    return tag.rpartition("}")[2]
