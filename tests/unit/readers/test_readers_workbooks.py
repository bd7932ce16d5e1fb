import datetime as dt
import zipfile
from pathlib import Path

import pytest
import xlsxwriter

from pipelines.readers import UnreadableFile, read

GOOD = Path(__file__).parents[2] / "fixtures" / "good" / "readers"

VALUES = [
    ("00012", "00012"),
    ("E08000016 ", "E08000016 "),
    (2.6, "2.6"),
    (301.0, "301"),
    (-0.4, "-0.4"),
    (1234567890123.0, "1234567890123"),
    (0.1 + 0.2 - 0.3 + 0.7, "0.7"),
    (True, "True"),
    (False, "False"),
    (dt.datetime(2024, 5, 1), "2024-05-01"),
    (dt.datetime(2024, 5, 1, 10, 30), "2024-05-01T10:30:00"),
    (dt.time(10, 30), "10:30:00"),
    ("line one\nline two", "line one\nline two"),
    ("#N/A", "#N/A"),
    ("2024-05-01 00:00:00", "2024-05-01 00:00:00"),
]


@pytest.fixture
def book(tmp_path: Path) -> xlsxwriter.Workbook:
    return xlsxwriter.Workbook(tmp_path / "book.xlsx", {"default_date_format": "yyyy-mm-dd hh:mm"})


def sheets_of(book: xlsxwriter.Workbook) -> list:
    book.close()
    return read(Path(book.filename))


def with_last_cell(book: xlsxwriter.Workbook, cell: str) -> list:
    """The sheets, after a last row is put into the workbook's only one: xlsxwriter takes seconds to get there."""
    book.close()
    far = Path(book.filename).with_name("far.xlsx")
    with zipfile.ZipFile(book.filename) as package, zipfile.ZipFile(far, "w") as changed:
        for name in package.namelist():
            text = package.read(name).decode()
            text = text.replace("</sheetData>", f'<row r="1048576">{cell}</row></sheetData>')
            changed.writestr(name, text.replace('<dimension ref="A1"/>', '<dimension ref="A1:XFD1048576"/>'))
    return read(far)


@pytest.mark.parametrize(("value", "text"), VALUES)
def test_xlsx_values_become_text(book: xlsxwriter.Workbook, value: object, text: str) -> None:
    book.add_worksheet("S").write(0, 0, value)
    assert sheets_of(book)[0].cells.rows() == [(1, text)]


@pytest.mark.parametrize("error", ["#N/A", "#REF!", "#DIV/0!", "#VALUE!", "#NAME?", "#NUM!", "#NULL!"])
def test_xlsx_error_cells_keep_their_text(book: xlsxwriter.Workbook, error: str) -> None:
    sheet = book.add_worksheet("S")
    sheet.write(1, 1, "x")
    sheet.write_formula(3, 28, "=1/0", None, error)
    cells = sheets_of(book)[0].cells
    assert cells["29"].to_list() == [None, None, error]
    assert cells["2"].to_list() == ["x", None, None]


def test_xlsx_sheet_of_nothing_but_an_error(book: xlsxwriter.Workbook) -> None:
    book.add_worksheet("S").write_formula(4, 2, "=NA()", None, "#N/A")
    (sheet,) = sheets_of(book)
    assert (sheet.first_row, sheet.cells.rows()) == (5, [(5, None, None, "#N/A")])


def test_places_hidden_sheets_and_blank_rows(book: xlsxwriter.Workbook) -> None:
    shown, hidden, very, _ = (book.add_worksheet(name) for name in ("Shown", "Hidden", "Very hidden", "Blank"))
    chart = book.add_chartsheet("Chart")
    line = book.add_chart({"type": "line"})
    line.add_series({"values": "=Shown!$A$1:$A$2"})
    chart.set_chart(line)
    hidden.hide()
    very.very_hidden()
    hidden.write(0, 0, "kept")
    very.write(0, 0, "kept too")
    shown.write(2, 1, "title")
    shown.set_row(4, None, None, {"hidden": True})
    shown.write(4, 2, "in a hidden row")
    found = sheets_of(book)
    assert [(sheet.sheet, sheet.is_hidden) for sheet in found] == [
        ("Shown", False),
        ("Hidden", True),
        ("Very hidden", True),
        ("Blank", False),
    ]
    assert found[0].first_row == 3
    assert found[0].cells.rows() == [
        (3, None, "title", None),
        (4, None, None, None),
        (5, None, None, "in a hidden row"),
    ]
    assert found[1].cells.rows() == [(1, "kept")]
    assert found[3].cells.rows() == []


def test_a_merged_cell_keeps_its_value_in_the_corner(book: xlsxwriter.Workbook) -> None:
    sheet = book.add_worksheet("S")
    sheet.merge_range(0, 0, 1, 1, "merged")
    sheet.write(2, 2, "x")
    assert sheets_of(book)[0].cells.rows() == [
        (1, "merged", None, None),
        (2, None, None, None),
        (3, None, None, "x"),
    ]


def test_a_range_formatted_to_the_last_cell_costs_nothing(book: xlsxwriter.Workbook) -> None:
    book.add_worksheet("S").write(0, 0, "x")
    assert with_last_cell(book, '<c r="XFD1048576" s="0"/>')[0].cells.rows() == [(1, "x")]


def test_a_stray_value_in_the_last_cell_is_refused_not_laid_out(book: xlsxwriter.Workbook) -> None:
    book.add_worksheet("S").write(0, 0, "x")
    with pytest.raises(UnreadableFile, match=r"sheet S has stray cells far from its table \(XFD1048576\)"):
        with_last_cell(book, '<c r="XFD1048576"><v>1</v></c>')


def test_xls_errors_dates_codes_and_hidden_sheets() -> None:
    """The file was written once with xlwt 1.3.0, which nothing else here needs."""
    shown, hidden = read(GOOD / "error_cells.xls")
    assert shown.cells.rows() == [
        (1, "code", "rate", "note", "date"),
        (2, "00012", "2.6", "#N/A", "2024-05-01"),
        (3, "00013", "301", "#REF!", "True"),
        (4, None, "12345678", None, None),
    ]
    assert (shown.is_hidden, hidden.is_hidden, hidden.sheet) == (False, True, "Kept back")
    assert hidden.cells.rows() == [(1, "#DIV/0!", None), (2, None, "x")]


NAMESPACES = " ".join(
    f'xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"' for name in ("office", "table", "text", "style")
)
EXTENDED = 'xmlns:calcext="urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0"'


def ods(path: Path, *tables: str, styles: str = "") -> Path:
    content = (
        f"<office:document-content {NAMESPACES} {EXTENDED}><office:automatic-styles>{styles}</office:automatic-styles>"
        f"<office:body><office:spreadsheet>{''.join(tables)}</office:spreadsheet></office:body>"
        "</office:document-content>"
    )
    with zipfile.ZipFile(path, "w") as package:
        package.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        package.writestr("content.xml", content)
    return path


def ods_row(*cells: str) -> str:
    return f"<table:table-row>{''.join(cells)}</table:table-row>"


def ods_table(*rows: str, name: str = "S", style: str = "plain") -> str:
    return f'<table:table table:name="{name}" table:style-name="{style}">{"".join(rows)}</table:table>'


def typed(kind: str, attribute: str, value: str, shown: str) -> str:
    return (
        f'<table:table-cell office:value-type="{kind}" office:{attribute}="{value}">'
        f"<text:p>{shown}</text:p></table:table-cell>"
    )


TEXT = '<table:table-cell office:value-type="string">{}</table:table-cell>'
ODS_CELLS = [
    (TEXT.format("<text:p>00012</text:p>"), "00012"),
    (typed("float", "value", "2.6", "2.60"), "2.6"),
    (typed("float", "value", "301", "301"), "301"),
    (typed("percentage", "value", "0.25", "25%"), "0.25"),
    (typed("currency", "value", "5", "£5.00"), "5"),
    (typed("date", "date-value", "2024-05-01", "01/05/24"), "2024-05-01"),
    (typed("date", "date-value", "2024-05-01T00:00:00", "01/05/24"), "2024-05-01"),
    (typed("date", "date-value", "2024-05-01T10:30:00", "01/05/24"), "2024-05-01T10:30:00"),
    (typed("time", "time-value", "PT10H30M00S", "10:30"), "10:30:00"),
    (typed("boolean", "boolean-value", "true", "TRUE"), "True"),
    (TEXT.format("<text:p>a<text:s text:c='2'/>b<text:tab/>c<text:line-break/>d</text:p>"), "a  b\tc\nd"),
    (
        TEXT.format("<text:p>one <text:span>bold</text:span> &amp; all</text:p><text:p>two</text:p>"),
        "one bold & all\ntwo",
    ),
    (TEXT.format("<office:annotation><text:p>a comment</text:p></office:annotation><text:p>x</text:p>"), "x"),
    ("<table:table-cell><text:p>untyped</text:p></table:table-cell>", "untyped"),
    (
        '<table:table-cell office:value-type="string" office:string-value="" calcext:value-type="error">'
        "<text:p>#N/A</text:p></table:table-cell>",
        "#N/A",
    ),
    (
        '<table:table-cell office:value-type="float" office:value="0" calcext:value-type="error">'
        "<text:p>#DIV/0!</text:p></table:table-cell>",
        "#DIV/0!",
    ),
]


@pytest.mark.parametrize(("cell", "text"), ODS_CELLS)
def test_ods_values_become_text(tmp_path: Path, cell: str, text: str) -> None:
    assert read(ods(tmp_path / "book.ods", ods_table(ods_row(cell))))[0].cells.rows() == [(1, text)]


def test_ods_repeats_merges_and_hidden_sheets(tmp_path: Path) -> None:
    x = TEXT.format("<text:p>x</text:p>")
    blank = '<table:table-cell table:number-columns-repeated="{}"/>'
    rows = [
        f'<table:table-row table:number-rows-repeated="2">{blank.format(16384)}</table:table-row>',
        ods_row(
            x, blank.format(2), x.replace("<table:table-cell", '<table:table-cell table:number-columns-repeated="2"')
        ),
        f'<table:table-row-group><table:table-row table:number-rows-repeated="2">{x}</table:table-row>',
        "</table:table-row-group>",
        ods_row(blank.format(1), "<table:covered-table-cell><text:p>under</text:p></table:covered-table-cell>"),
        f'<table:table-row table:number-rows-repeated="1048570">{blank.format(16384)}</table:table-row>',
    ]
    hide = '<style:style style:name="hide"><style:table-properties table:display="false"/></style:style>'
    first, second = read(
        ods(tmp_path / "b.ods", ods_table(*rows), ods_table(ods_row(x), name="T", style="hide"), styles=hide)
    )
    assert (first.is_hidden, first.first_row, second.is_hidden, second.sheet) == (False, 3, True, "T")
    assert first.cells.rows() == [
        (3, "x", None, None, "x", "x"),
        (4, "x", None, None, None, None),
        (5, "x", None, None, None, None),
        (6, None, "under", None, None, None),
    ]


def test_ods_table_in_a_drawing_or_in_a_cell_is_no_part_of_the_sheet(tmp_path: Path) -> None:
    x = TEXT.format("<text:p>x</text:p>")
    inner = ods_table(ods_row(TEXT.format("<text:p>drawn</text:p>")), name="T")
    rows = f"<table:shapes>{inner}</table:shapes>", ods_row(x, TEXT.format(f"{inner}<text:p>y</text:p>")), ods_row(x)
    (sheet,) = read(ods(tmp_path / "x.ods", ods_table(*rows)))
    assert sheet.cells.rows() == [(1, "x", "y"), (2, "x", None)]


def test_ods_rows_repeated_by_the_thousand(tmp_path: Path) -> None:
    x, number = TEXT.format("<text:p>x</text:p>"), typed("float", "value", "2.50", "2.5")
    repeated = '<table:table-row table:number-rows-repeated="{}">{}</table:table-row>'.format
    rows = ods_row(x), repeated(30_000, "<table:table-cell/>"), repeated(40_000, x + number), ods_row(number)
    (sheet,) = read(ods(tmp_path / "x.ods", ods_table(*rows)))
    assert sheet.cells["__row"].to_list() == list(range(1, 70_003))
    assert sheet.cells["1"].to_list() == ["x", *[None] * 30_000, *["x"] * 40_000, "2.5"]
    assert sheet.cells["2"].to_list() == [*[None] * 30_001, *["2.5"] * 40_000, None]


def test_ods_stray_value_far_out_is_refused(tmp_path: Path) -> None:
    x = TEXT.format("<text:p>x</text:p>")
    gap = '<table:table-row table:number-rows-repeated="1048574"><table:table-cell/></table:table-row>'
    far = ods_row('<table:table-cell table:number-columns-repeated="16383"/>', x)
    with pytest.raises(UnreadableFile, match="stray cells far from its table"):
        read(ods(tmp_path / "far.ods", ods_table(ods_row(x), gap, far)))
