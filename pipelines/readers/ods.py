"""ODS, read from its own XML.

calamine drops the text of error cells, of untyped cells and of line breaks, and ends the whole process on a stray
cell far from the table, so the format is read here; it says plainly what each cell holds.
"""

import io
import re
from collections.abc import Iterator
from pathlib import Path
from xml.etree import ElementTree
from xml.etree.ElementTree import Element

from pipelines.readers.calamine import PACKAGE_DAMAGE, damaged
from pipelines.readers.limits import MAX_CELLS, MAX_COLUMNS, MAX_PART_BYTES, MAX_TEXT_BYTES, MAX_WORKBOOK_BYTES
from pipelines.readers.markup import checked_xml
from pipelines.readers.package import Package
from pipelines.readers.raw import RawSheet, UnreadableFile, grid, text_of
from pipelines.readers.source import Source

_NAMESPACES = "urn:oasis:names:tc:opendocument:xmlns:{}:1.0"
_OFFICE = "{" + _NAMESPACES.format("office") + "}"
_TABLE = "{" + _NAMESPACES.format("table") + "}"
_TEXT = "{" + _NAMESPACES.format("text") + "}"
_STYLE = "{" + _NAMESPACES.format("style") + "}"
_EXTENDED = "{urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0}"
_DURATION = re.compile(r"(-?)PT(\d+)H(\d+)M(\d+)(?:[.,]\d+)?S")
_SMALLER = "save the table alone, as CSV"
_MAX_SPACES = 32_767
_BREAKS = {_TEXT + "tab": "\t", _TEXT + "line-break": "\n"}

Cells = list[str | None]


def sheets(source: Source) -> list[RawSheet]:
    """Every sheet of the document, hidden ones too.

    A formula is never worked out: its cell holds the value that was saved with it, and is empty where none was.

    Raises:
        UnreadableFile: damaged, too large, or a sheet with a stray cell so far out that the grid between would not fit
            in memory.
    """
    path = source.path
    data = source.whole(MAX_WORKBOOK_BYTES, "a workbook", _SMALLER)
    try:
        with Package(io.BytesIO(data), path) as package:
            content = checked_xml(package.part("content.xml", MAX_PART_BYTES, _SMALLER), "content.xml", path)
        return list(_sheets(content, path))
    except PACKAGE_DAMAGE as error:
        raise damaged(path, str(error)) from error


def _sheets(content: bytes, path: Path) -> Iterator[RawSheet]:
    hidden_styles: set[str | None] = set()
    filled: list[tuple[int, int, Cells]] = []
    row, depth = 1, 0
    laid_out = text = 0
    for event, element in ElementTree.iterparse(io.BytesIO(content), events=("start", "end")):
        if element.tag == _TABLE + "table":
            depth += 1 if event == "start" else -1
            if event == "start" and depth == 1:
                filled, row = [], 1
            elif event == "end" and depth == 0:
                name = element.get(_TABLE + "name", "")
                yield _laid_out(filled, name, element.get(_TABLE + "style-name") in hidden_styles, path)
                element.clear()
        elif event == "end" and element.tag == _TABLE + "table-row" and depth == 1:
            times = _times(element, "number-rows-repeated")
            cells = _row(element, row, path)
            laid_out += times * (len(cells) + 1) if cells else 0
            text += times * sum(len(cell) for cell in cells if cell)
            if laid_out > MAX_CELLS:
                raise _too_far(f"row {row}, repeated {times:,} times", path)
            if text > MAX_TEXT_BYTES:
                raise UnreadableFile(path, f"its texts take more than {MAX_TEXT_BYTES:,} bytes", _SMALLER)
            if cells:
                filled.append((row, times, cells))
            row += times
            element.clear()
        elif event == "end" and element.tag == _STYLE + "style":
            properties = element.find(_STYLE + "table-properties")
            if properties is not None and properties.get(_TABLE + "display") == "false":
                hidden_styles.add(element.get(_STYLE + "name"))


def _laid_out(filled: list[tuple[int, int, Cells]], name: str, is_hidden: bool, path: Path) -> RawSheet:
    """The sheet with its blank rows between filled ones put back."""
    if not filled:
        return grid([], [], sheet=name, is_hidden=is_hidden)
    first, last = filled[0][0], filled[-1][0] + filled[-1][1] - 1
    if (last - first + 1) * max(len(cells) for *_, cells in filled) > MAX_CELLS:
        raise _too_far(f"sheet {name} reaches row {last:,}", path)
    rows: list[Cells] = [[] for _ in range(first, last + 1)]
    for row, times, cells in filled:
        rows[row - first : row - first + times] = [cells] * times
    return grid(rows, range(first, last + 1), sheet=name, is_hidden=is_hidden)


def _too_far(detail: str, path: Path) -> UnreadableFile:
    remedy = "delete the rows below and the columns beside the table, and save it"
    return UnreadableFile(path, f"it has stray cells far from its table ({detail})", remedy)


def _row(row: Element, number: int, path: Path) -> Cells:
    """The cells of a row up to the last filled one."""
    cells: Cells = []
    blanks = 0
    for cell in row:
        if cell.tag not in (_TABLE + "table-cell", _TABLE + "covered-table-cell"):
            continue
        times = _times(cell, "number-columns-repeated")
        text = _value(cell)
        if text is None:
            blanks += times
        else:
            if len(cells) + blanks + times > MAX_COLUMNS:
                raise _too_far(f"row {number} reaches column {len(cells) + blanks + times:,}", path)
            cells += [None] * blanks + [text] * times
            blanks = 0
    return cells


def _times(element: Element, attribute: str) -> int:
    """How often a row or cell stands there."""
    times = int(element.get(_TABLE + attribute, "1"))
    if times < 1:
        raise ValueError(f"something stands there {times} times")
    return times


def _value(cell: Element) -> str | None:
    """The stored value where the cell has one, else the text shown. An error cell shows what it is."""
    kind = cell.get(_OFFICE + "value-type")
    if kind is None or kind == "string" or cell.get(_EXTENDED + "value-type") == "error":
        return cell.get(_OFFICE + "string-value") or _shown(cell)
    if kind == "boolean":
        return cell.get(_OFFICE + "boolean-value", "").capitalize() or _shown(cell)
    if kind == "date":
        return cell.get(_OFFICE + "date-value", "").removesuffix("T00:00:00") or _shown(cell)
    if kind == "time":
        duration = cell.get(_OFFICE + "time-value", "")
        parts = _DURATION.fullmatch(duration)
        return f"{parts[1]}{parts[2]:0>2}:{parts[3]:0>2}:{parts[4]:0>2}" if parts else duration or _shown(cell)
    value = cell.get(_OFFICE + "value")
    return _shown(cell) if value is None else text_of(float(value))


def _shown(cell: Element) -> str | None:
    """The paragraphs of a cell, one a line; a comment on the cell is no part of it."""
    return "\n".join(_text(paragraph) for paragraph in cell.findall(_TEXT + "p")) or None


def _text(element: Element) -> str:
    pieces = [element.text or ""]
    for child in element:
        if child.tag == _TEXT + "s":
            pieces.append(" " * min(int(child.get(_TEXT + "c", "1")), _MAX_SPACES))
        elif child.tag != _OFFICE + "annotation":
            pieces.append(_BREAKS.get(child.tag) or _text(child))
        pieces.append(child.tail or "")
    return "".join(pieces)
