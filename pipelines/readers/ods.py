"""ODS, read from its own XML.

calamine drops the text of error cells, of untyped cells and of line breaks, and ends the whole process on a stray
cell far from the table, so the format is read here; it says plainly what each cell holds.
"""

import io
import re
from pathlib import Path

from pipelines.readers.calamine import PACKAGE_DAMAGE, damaged
from pipelines.readers.gathered import Gathered
from pipelines.readers.limits import MAX_CELLS, MAX_COLUMNS, MAX_PART_BYTES, MAX_TEXT_BYTES, MAX_WORKBOOK_BYTES
from pipelines.readers.markup import checked_xml, parsed
from pipelines.readers.package import Package
from pipelines.readers.raw import RawSheet, UnreadableFile, trimmed
from pipelines.readers.source import Source

_NAMESPACES = "urn:oasis:names:tc:opendocument:xmlns:{}:1.0 "
_OFFICE, _TABLE, _TEXT, _STYLE = map(_NAMESPACES.format, ("office", "table", "text", "style"))
_EXTENDED = "urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0 "
_SHEET, _ROW, _CELLS = _TABLE + "table", _TABLE + "table-row", (_TABLE + "table-cell", _TABLE + "covered-table-cell")
_PARAGRAPH, _SPACES, _COMMENT = _TEXT + "p", _TEXT + "s", _OFFICE + "annotation"
_KIND, _VALUE, _STRING = _OFFICE + "value-type", _OFFICE + "value", _OFFICE + "string-value"
_EXTENDED_KIND = _EXTENDED + "value-type"
_ROW_TIMES, _CELL_TIMES = _TABLE + "number-rows-repeated", _TABLE + "number-columns-repeated"
_DURATION = re.compile(r"(-?)PT(\d+)H(\d+)M(\d+)(?:[.,]\d+)?S")
_SMALLER = "save the table alone, as CSV"
_MAX_SPACES = 32_767
_BREAKS = {_TEXT + "tab": "\t", _TEXT + "line-break": "\n"}

Attributes = dict[str, str]


def sheets(source: Source) -> list[RawSheet]:
    """Every sheet of the document, hidden ones too.

    A formula is never worked out: its cell holds the value that was saved with it, and is empty where none was.

    Raises:
        UnreadableFile: damaged, too large, or a sheet with a stray cell so far out that the grid between would not fit
            in memory.
    """
    path = source.path
    data = source.whole(MAX_WORKBOOK_BYTES, "a workbook", _SMALLER)
    content = _Content(path)
    try:
        with Package(io.BytesIO(data), path) as package:
            xml = checked_xml(package.part("content.xml", MAX_PART_BYTES, _SMALLER), "content.xml", path)
        for _ in parsed(xml, content.begin, content.end, content.text, has_namespaces=True):
            pass
    except PACKAGE_DAMAGE as error:
        raise damaged(path, str(error)) from error
    return content.sheets


class _Content:
    """What has been met of the document so far; its handlers are called with what comes next."""

    def __init__(self, path: Path) -> None:
        self.sheets: list[RawSheet] = []
        self._path = path
        self._hidden_styles: set[str | None] = set()
        self._style: str | None = None
        self._depth = 0  # of tables: one inside a cell or a drawing is no sheet
        self._sheet: Attributes = {}
        self._rows = Gathered()
        self._row = self._first = 0
        self._laid_out = self._texts = 0
        self._cells: list[str | float | None] | None = None
        self._row_times = self._blanks = 0
        self._cell: Attributes | None = None
        self._level = 0  # of elements inside the cell
        self._shown: list[str] = []
        self._paragraph: list[str] | None = None
        self._comment = 0

    def begin(self, name: str, attributes: Attributes) -> None:
        """An element begins."""
        if self._cell is not None:
            self._level += 1
            self._begin_inside(name, attributes)
        elif name in _CELLS:
            if self._cells is not None:
                self._cell, self._shown = attributes, []
        elif name == _ROW and self._depth == 1:
            if self._cells is not None:
                raise ValueError("there is a row inside a row")
            self._cells, self._blanks = [], 0
            self._row_times = _times(attributes, _ROW_TIMES)
        elif name == _SHEET:
            self._depth += 1
            if self._depth == 1:
                self._sheet, self._rows, self._row = attributes, Gathered(), 1
        elif name == _STYLE + "style":
            self._style = attributes.get(_STYLE + "name")
        elif name == _STYLE + "table-properties" and attributes.get(_TABLE + "display") == "false":
            self._hidden_styles.add(self._style)

    def end(self, name: str) -> None:
        """An element ends."""
        if self._cell is not None:
            if self._level:
                self._end_inside()
                self._level -= 1
            else:
                self._end_cell(self._cell)
                self._cell = None
        elif name == _ROW and self._depth == 1:
            self._end_row()
        elif name == _SHEET:
            self._depth -= 1
            if self._depth == 0:
                is_hidden = self._sheet.get(_TABLE + "style-name") in self._hidden_styles
                frame = self._rows.frame()
                self.sheets.append(trimmed(frame, sheet=self._sheet.get(_TABLE + "name", ""), is_hidden=is_hidden))

    def text(self, data: str) -> None:
        """A text, or part of one."""
        if self._paragraph is not None and not self._comment:
            self._paragraph.append(data)

    def _begin_inside(self, name: str, attributes: Attributes) -> None:
        """The paragraphs of a cell are its text, one a line; a comment on the cell is no part of it."""
        if self._comment:
            return
        if self._level == 1:
            self._paragraph = [] if name == _PARAGRAPH else None
        elif self._paragraph is not None:
            if name == _SPACES:
                self._paragraph.append(" " * min(int(attributes.get(_TEXT + "c", "1")), _MAX_SPACES))
            elif name in _BREAKS:
                self._paragraph.append(_BREAKS[name])
            elif name == _COMMENT:
                self._comment = self._level

    def _end_inside(self) -> None:
        if self._level == self._comment:
            self._comment = 0
        elif self._level == 1 and self._paragraph is not None:
            self._shown.append("".join(self._paragraph))
            self._paragraph = None

    def _end_cell(self, cell: Attributes) -> None:
        """Cells are kept up to the last filled one of their row."""
        times = _times(cell, _CELL_TIMES)
        value = _value(cell, "\n".join(self._shown) or None)
        if value is None:
            self._blanks += times
        elif self._cells is not None:
            last = len(self._cells) + self._blanks + times
            if last > MAX_COLUMNS:
                raise self._too_far(f"row {self._row} reaches column {last:,}")
            self._cells += [None] * self._blanks + [value] * times
            self._blanks = 0

    def _end_row(self) -> None:
        cells, times = self._cells or [], self._row_times
        self._cells = None
        if cells:
            self._laid_out += times * (len(cells) + 1)
            self._texts += times * sum(len(cell) for cell in cells if isinstance(cell, str))
            if self._laid_out > MAX_CELLS:
                raise self._too_far(f"row {self._row}, repeated {times:,} times")
            if self._texts > MAX_TEXT_BYTES:
                raise UnreadableFile(self._path, f"its texts take more than {MAX_TEXT_BYTES:,} bytes", _SMALLER)
            if not self._rows.count:
                self._first = self._row
            last = self._row + times - 1
            if (last - self._first + 1) * max(self._rows.widest, len(cells)) > MAX_CELLS:
                raise self._too_far(f"sheet {self._sheet.get(_TABLE + 'name', '')} reaches row {last:,}")
            next_ = self._first + self._rows.count
            self._rows.repeat(next_, [], self._row - next_)
            self._rows.repeat(self._row, cells, times)
        self._row += times

    def _too_far(self, detail: str) -> UnreadableFile:
        remedy = "delete the rows below and the columns beside the table, and save it"
        return UnreadableFile(self._path, f"it has stray cells far from its table ({detail})", remedy)


def _times(attributes: Attributes, name: str) -> int:
    """How often a row or cell stands there."""
    if name not in attributes:
        return 1
    times = int(attributes[name])
    if times < 1:
        raise ValueError(f"something stands there {times} times")
    return times


def _value(cell: Attributes, shown: str | None) -> str | float | None:
    """The stored value where the cell has one, else the text shown. An error cell shows what it is."""
    kind = cell.get(_KIND)
    if kind is None or kind == "string" or cell.get(_EXTENDED_KIND) == "error":
        return cell.get(_STRING) or shown
    if kind == "boolean":
        return cell.get(_OFFICE + "boolean-value", "").capitalize() or shown
    if kind == "date":
        return cell.get(_OFFICE + "date-value", "").removesuffix("T00:00:00") or shown
    if kind == "time":
        duration = cell.get(_OFFICE + "time-value", "")
        parts = _DURATION.fullmatch(duration)
        return f"{parts[1]}{parts[2]:0>2}:{parts[3]:0>2}:{parts[4]:0>2}" if parts else duration or shown
    value = cell.get(_VALUE)
    return shown if value is None else float(value)
