"""Writes a described workbook as ODS. How it looks, and nothing of what it says.

odfpy makes the document, its styles and its package; the rows of a table, which it would take seconds over, are written
as text into its tree.
"""

from __future__ import annotations

import zipfile
from html import escape
from io import BytesIO, StringIO
from pathlib import Path

from odf import dc, element, meta, namespaces, number, style, table
from odf.opendocument import OpenDocument, OpenDocumentSpreadsheet

from reports.numbers import number as shown_number
from reports.spreadsheets.book import Book, Cell, Link, Number, Sheet

_LONG_AGO = (1980, 1, 1, 0, 0, 0)
# A character of the font at 12 points, in centimetres.
_CHARACTER = 0.21


def write(book: Book, to: Path) -> None:
    """Write a workbook; the same description gives the same bytes."""
    # odfpy declares the namespaces that this process has used so far: all of them, so that every file is the same.
    for namespace in sorted(namespaces.nsdict):
        element.Element.namespaces.setdefault(namespace, namespaces.nsdict[namespace])
    document = OpenDocumentSpreadsheet()
    document.meta.addElement(dc.Title(text=book.title))
    document.meta.addElement(meta.CreationDate(text=f"{book.created:%Y-%m-%dT%H:%M:%S}"))
    sheets = book.worksheets
    _add_styles(document, sheets)
    ranges = table.DatabaseRanges()
    for sheet in sheets:
        document.spreadsheet.addElement(_table(sheet))
        if sheet.has_table:
            ranges.addElement(_marked(sheet))
    document.spreadsheet.addElement(ranges)
    to.write_bytes(_package(document))


class _Rows(element.Node):
    """Rows of a table that are already XML, as a node of odfpy's tree."""

    nodeType = element.Node.TEXT_NODE  # noqa: N815

    def __init__(self, rows: str) -> None:
        self._rows = rows
        self.childNodes: list[element.Node] = []

    def toXml(self, _level: int, file: StringIO) -> None:  # noqa: N802
        file.write(self._rows)


def _package(document: OpenDocument) -> bytes:
    """The file, with a fixed time on every member."""
    written = BytesIO()
    document.write(written)
    packed = BytesIO()
    with zipfile.ZipFile(written) as made, zipfile.ZipFile(packed, "w") as again:
        for member in made.infolist():
            info = zipfile.ZipInfo(member.filename, _LONG_AGO)
            info.compress_type = member.compress_type
            again.writestr(info, made.read(member))
    return packed.getvalue()


def _add_styles(document: OpenDocument, sheets: list[Sheet]) -> None:
    # As styles of the document: of the others odfpy writes those that it sees used, and it sees no row.
    default = style.DefaultStyle(family="table-cell")
    default.addElement(
        style.TextProperties(fontname="Arial", fontfamily="Arial", fontsize="12pt", language="en", country="GB")
    )
    document.styles.addElement(default)
    document.fontfacedecls.addElement(style.FontFace(name="Arial", fontfamily="Arial"))
    for name, wraps, size, is_bold in (
        ("title", False, 16, True),
        ("heading", True, 14, True),
        ("line", False, 12, False),
        ("text", True, 12, False),
        ("column", True, 12, True),
    ):
        made = style.Style(name=name, family="table-cell")
        border = {"borderbottom": "0.05pt solid #000000"} if name == "column" else {}
        made.addElement(
            style.TableCellProperties(wrapoption="wrap" if wraps else "no-wrap", verticalalign="top", **border)
        )
        made.addElement(style.TextProperties(fontsize=f"{size}pt", **({"fontweight": "bold"} if is_bold else {})))
        document.styles.addElement(made)
    _add_number_styles(document, sheets)
    for width in sorted({width for sheet in sheets for width in sheet.widths}):
        made = style.Style(name=f"width{width}", family="table-column")
        made.addElement(style.TableColumnProperties(columnwidth=f"{width * _CHARACTER:.2f}cm"))
        document.automaticstyles.addElement(made)


def _add_number_styles(document: OpenDocument, sheets: list[Sheet]) -> None:
    used = {cell.decimals for sheet in sheets for row in sheet.rows for cell in row if isinstance(cell, Number)}
    for decimals in sorted(used):
        form = number.NumberStyle(name=f"form{decimals}")
        form.addElement(number.Number(decimalplaces=decimals, minintegerdigits=1, grouping="true"))
        document.styles.addElement(form)
        document.styles.addElement(_aligned(f"number{decimals}", f"form{decimals}"))
    form = number.DateStyle(name="formdate")
    form.addElement(number.Year(style="long"))
    form.addElement(number.Text(text="-"))
    form.addElement(number.Month(style="long"))
    form.addElement(number.Text(text="-"))
    form.addElement(number.Day(style="long"))
    document.styles.addElement(form)
    document.styles.addElement(_aligned("date", "formdate"))


def _aligned(name: str, form: str) -> style.Style:
    made = style.Style(name=name, family="table-cell", datastylename=form)
    made.addElement(style.TableCellProperties(verticalalign="top"))
    made.addElement(style.ParagraphProperties(textalign="end"))
    return made


def _table(sheet: Sheet) -> table.Table:
    made = table.Table(name=sheet.name)
    for width in sheet.widths:
        made.addElement(table.TableColumn(stylename=f"width{width}"))
    # On a sheet without a table the text wraps in its column; above a table it runs on over the empty cells beside it.
    plain = "line" if sheet.has_table else "text"
    rows = [_row(_text(sheet.title, "title"))]
    rows += [_row(_text(line.text, "heading" if line.is_heading else plain)) for line in sheet.lines]
    if sheet.has_table:
        heading = _row("".join(_text(column.label, "column") for column in sheet.columns))
        rows.append(f"<table:table-header-rows>{heading}</table:table-header-rows>")
        rows += [_row("".join(map(_cell, cells))) for cells in sheet.rows]
    made.appendChild(_Rows("".join(rows)))
    return made


def _marked(sheet: Sheet) -> table.DatabaseRange:
    """What marks the cells as a table, under its name."""
    first = 2 + len(sheet.lines)
    last = first + len(sheet.rows)
    address = f"{sheet.name}.A{first}:{sheet.name}.{_letters(len(sheet.columns))}{last}"
    return table.DatabaseRange(
        name=sheet.table_name, targetrangeaddress=address, containsheader="true", displayfilterbuttons="false"
    )


def _letters(column: int) -> str:
    """The name of a column, from 1 on: A, B, …, Z, AA."""
    name = ""
    while column:
        column, rest = divmod(column - 1, 26)
        name = chr(65 + rest) + name
    return name


def _row(cells: str) -> str:
    return f"<table:table-row>{cells}</table:table-row>"


def _cell(cell: Cell) -> str:
    if isinstance(cell, str):
        return _text(cell, "text")
    if isinstance(cell, Number):
        shown = shown_number(cell.value, cell.decimals)
        return (
            f'<table:table-cell table:style-name="number{cell.decimals}" office:value-type="float"'
            f' office:value="{cell.value!r}"><text:p>{shown}</text:p></table:table-cell>'
        )
    if isinstance(cell, Link):
        return (
            '<table:table-cell table:style-name="text" office:value-type="string"><text:p>'
            f'<text:a xlink:type="simple" xlink:href="#{cell.sheet}.A1">{_escaped(cell.words)}</text:a>'
            "</text:p></table:table-cell>"
        )
    return (
        f'<table:table-cell table:style-name="date" office:value-type="date" office:date-value="{cell.isoformat()}">'
        f"<text:p>{cell.isoformat()}</text:p></table:table-cell>"
    )


def _text(words: str, name: str) -> str:
    paragraphs = "".join(f"<text:p>{_escaped(line)}</text:p>" for line in words.split("\n"))
    return f'<table:table-cell table:style-name="{name}" office:value-type="string">{paragraphs}</table:table-cell>'


def _escaped(words: str) -> str:
    escaped = escape(words, quote=False)
    # A run of blanks is one blank in the format, unless each is written as itself.
    return escaped.replace(" ", "<text:s/>") if "  " in escaped or escaped[:1] == " " else escaped
