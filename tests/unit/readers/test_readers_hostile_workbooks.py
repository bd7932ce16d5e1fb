"""Workbooks made to harm: entities, elements by the million, cells far away, formulas, macros; nothing is run."""

import tracemalloc
import zipfile
from pathlib import Path

import pytest

from pipelines.readers import read
from pipelines.readers.xlsx import _declared_extent
from tests.unit.readers.hostile_files import lied, ods, refused, rows_of, workbook, zip_of

FIXTURES = Path(__file__).parents[2] / "fixtures"
pytestmark = pytest.mark.usefixtures("soon")


LAUGHS = (
    '<!DOCTYPE x [<!ENTITY a "ha">'
    + "".join(f'<!ENTITY {b} "{f"&{a};" * 10}">' for a, b in zip("abcdefgh", "bcdefghi", strict=True))
    + "]>"
)
OUTSIDE = '<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]>'


@pytest.mark.parametrize("head", [LAUGHS, OUTSIDE, '<!DOCTYPE x SYSTEM "http://localhost/x.dtd">'])
@pytest.mark.parametrize(
    "part", ["xl/worksheets/sheet1.xml", "xl/sharedStrings.xml", "xl/workbook.xml", "xl/styles.xml"]
)
def test_a_workbook_with_entities_is_refused(tmp_path: Path, head: str, part: str) -> None:
    refused(workbook(tmp_path / "x.xlsx", head=head, part=part), f"its part {part} declares a document type")


@pytest.mark.parametrize("head", [LAUGHS, OUTSIDE])
def test_an_ods_with_entities_is_refused(tmp_path: Path, head: str) -> None:
    refused(ods(tmp_path / "x.ods", head=head), "its part content.xml declares a document type")


@pytest.mark.parametrize("encoding", ["UUTF-8", "utf-7", "shift_jis"])
def test_a_workbook_in_an_encoding_nobody_knows_is_refused(tmp_path: Path, encoding: str) -> None:
    path = workbook(tmp_path / "x.xlsx")
    with zipfile.ZipFile(path) as package:
        parts = {name: package.read(name) for name in package.namelist()}
    for name in ("xl/worksheets/sheet1.xml", "xl/workbook.xml"):
        changed = parts | {name: parts[name].replace(b"UTF-8", encoding.encode(), 1)}
        refused(zip_of(tmp_path / "y.xlsx", *changed.items()), "the workbook is damaged")


JUNK = 100_000


@pytest.mark.parametrize(
    ("kind", "where"),
    [
        ("xlsx", "before the rows"),
        ("xlsx", "in a row"),
        ("ods", "before the rows"),
        ("ods", "in a row"),
        ("ods", "in a cell"),
    ],
)
def test_elements_by_the_million_are_not_kept(tmp_path: Path, kind: str, where: str) -> None:
    """Kept as a tree, each of these four bytes would take some hundred."""
    junk = "<x/>" * JUNK
    before, inside, within = (junk if where == place else "" for place in ("before the rows", "in a row", "in a cell"))
    if kind == "xlsx":
        rows = f'{before}<row r="1">{inside}<c r="A1" t="e"><v>#N/A</v></c></row>'
        path = workbook(tmp_path / "x.xlsx", sheet=rows)
    else:
        cell = f"<table:table-cell><text:p>#N/A</text:p>{within}</table:table-cell>"
        path = ods(tmp_path / "x.ods", f"{before}<table:table-row>{inside}{cell}</table:table-row>")
    tracemalloc.start()
    try:
        found = rows_of(read(path))
        _, most = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert found == [(1, "#N/A")]
    assert most < 40 * JUNK


def test_a_row_inside_a_row_is_refused(tmp_path: Path) -> None:
    """The cells of the outer one would be lost."""
    row = "<table:table-row><table:table-cell><text:p>x</text:p></table:table-cell>{}</table:table-row>"
    refused(ods(tmp_path / "x.ods", row.format(row.format(""))), "there is a row inside a row")


def test_formulas_are_never_worked_out(tmp_path: Path) -> None:
    row = '<row r="1"><c r="A1"><f>1+1</f><v>7</v></c><c r="B1"><f>1+1</f></c><c r="C1"><v>3</v></c></row>'
    assert rows_of(read(workbook(tmp_path / "x.xlsx", sheet=row))) == [(1, "7", None, "3")]
    cells = (
        '<table:table-cell table:formula="of:=1+1" office:value-type="float" office:value="7"/>'
        '<table:table-cell table:formula="of:=1+1"/><table:table-cell office:value-type="float" office:value="3"/>'
    )
    assert rows_of(read(ods(tmp_path / "x.ods", f"<table:table-row>{cells}</table:table-row>"))) == [
        (1, "7", None, "3")
    ]


def test_macros_and_links_are_not_even_unpacked(tmp_path: Path) -> None:
    """What is no cell is damaged here on purpose: whoever unpacked it would fail."""
    more = "xl/vbaProject.bin xl/externalLinks/externalLink1.xml xl/media/image1.png xl/embeddings/oleObject1.bin"
    path = workbook(tmp_path / "x.xlsm", more=more)
    for name in more.split():
        lied(path, name.encode(), 0x7FFFFFFF)
    assert rows_of(read(path)) == [(1, "x", "1")]


@pytest.mark.parametrize(
    ("rows", "reason"),
    [
        ('<row r="1"><c r="XFD1048576"><v>1</v></c></row><row r="2"><c r="A2"><v>1</v></c></row>', "stray cells far"),
        ('<row r="1"><c r="A1048576"><v>1</v></c><c r="XFD1"><v>1</v></c></row>', "(A1048576 and XFD1)"),
        ('<row r="1048576"><c><v>1</v></c></row><row r="1"><c s=">" r="XFD1"><v>1</v></c></row>', "stray cells far"),
        ("<row r='1'><c s='r=\"A1\"' r='XFD1048576'><v>1</v></c></row>", "(XFD1048576)"),
        ('<row r="1"><c r="xfd1048576"><v>1</v></c></row>', "(XFD1048576)"),
        ('<row r="1"><!-- <c r="A1" --><c r="AAAAA1"><v>1</v></c></row>', "(AAAAA1)"),
        ('<row r="1">' + "<c><v>1</v></c>" * 1_000_000 + "</row>", "stray cells far from its table (BDWGN1)"),
    ],
)
def test_a_workbook_that_reaches_too_far_is_refused(tmp_path: Path, rows: str, reason: str) -> None:
    refused(workbook(tmp_path / "x.xlsx", sheet=rows), reason)


def test_the_addresses_of_a_plain_sheet_are_seen_without_walking(monkeypatch: pytest.MonkeyPatch) -> None:
    rows = (f'<row r="{n}"><c r="A{n}"><v>1</v></c><c r="AB{n}" t="s"><v>1</v></c></row>' for n in range(1, 120))
    xml = f'<worksheet xmlns:r="x"><sheetData>{"".join(rows)}<row r="121"><c r="XFD120"/></row></sheetData></worksheet>'
    for step in range(40, 64):
        monkeypatch.setattr("pipelines.readers.xlsx._STEP", step)
        assert _declared_extent(xml.encode()) == (120, 16_384, 239, "")


def test_a_file_of_more_bytes_than_its_format_may_have_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "x.json").write_text('[{"a": 1}]')
    (tmp_path / "x.xls").write_bytes((FIXTURES / "good" / "readers" / "error_cells.xls").read_bytes())
    paths = [workbook(tmp_path / "x.xlsx"), ods(tmp_path / "x.ods"), tmp_path / "x.xls", tmp_path / "x.json"]
    for path in paths:
        assert read(path)
    for limit in ("xlsx.MAX_WORKBOOK", "ods.MAX_WORKBOOK", "formats.MAX_WORKBOOK", "json_records.MAX_JSON"):
        monkeypatch.setattr(f"pipelines.readers.{limit}_BYTES", 9)
    for path in paths:
        refused(path, "of more than 9 bytes cannot be read whole")


def test_an_ods_that_unpacks_too_large_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pipelines.readers.ods.MAX_PART_BYTES", 4000)
    refused(ods(tmp_path / "x.ods", "<table:table-row/>" * 9000), "content.xml unpacks to more than 4,000 bytes")


@pytest.mark.parametrize(
    ("address", "reason"),
    [
        ('r="A1" r="XFD1048576"', "duplicate attribute"),
        ('r="A1"r="XFD1048576"', "not well-formed"),
        ('r="A1" r = "XFD1048576"', "duplicate attribute"),
        ("r=\"A1\"\tr='XFD1048576'", "duplicate attribute"),
        ('r="XFD0000000001048576"', "there is no cell XFD0000000001048576"),
    ],
)
def test_an_address_that_can_be_read_in_two_ways_is_refused(tmp_path: Path, address: str, reason: str) -> None:
    """calamine takes the far one, and ends the whole process where there is a near cell too."""
    refused(workbook(tmp_path / "x.xlsx", sheet=f'<row r="1"><c {address}><v>1</v></c></row>'), reason)


def test_a_range_declared_to_the_end_costs_nothing(tmp_path: Path) -> None:
    rows = '<row r="1" spans="1:16384"><c r="A1"><v>1</v></c></row><row r="1048576"><c r="XFD1048576" s="0"/></row>'
    assert rows_of(read(workbook(tmp_path / "x.xlsx", sheet=rows))) == [(1, "1")]


def test_one_long_text_in_very_many_cells_is_refused(tmp_path: Path) -> None:
    cells = "".join(f'<row r="{row}"><c r="A{row}" t="s"><v>0</v></c></row>' for row in range(1, 60_001))
    path = workbook(tmp_path / "x.xlsx", sheet=cells)
    with zipfile.ZipFile(path) as package:
        parts = {name: package.read(name) for name in package.namelist()}
    text = parts["xl/sharedStrings.xml"]
    parts["xl/sharedStrings.xml"] = text.replace(b"<t>x</t>", b"<t>" + b"x" * 32_000 + b"</t>")
    refused(zip_of(tmp_path / "y.xlsx", *parts.items()), "the texts of sheet S take more than")


FILLED = '<table:table-cell {} office:value-type="float" office:value="1"/>'


@pytest.mark.parametrize(
    ("rows", "reason"),
    [
        ([FILLED.format('table:number-columns-repeated="1000000000"')], "row 1 reaches column 1,000,000,000"),
        (['<table:table-cell table:number-columns-repeated="99999"/>' + FILLED.format("")], "reaches column 100,000"),
    ],
)
def test_an_ods_row_that_reaches_too_far_is_refused(tmp_path: Path, rows: list[str], reason: str) -> None:
    refused(ods(tmp_path / "x.ods", *(f"<table:table-row>{row}</table:table-row>" for row in rows)), reason)


@pytest.mark.parametrize("times", [(10**12,), (9_000_000, 9_000_000, 9_000_000)])
def test_filled_rows_repeated_by_the_million_are_refused(tmp_path: Path, times: tuple[int, ...]) -> None:
    rows = (f'<table:table-row table:number-rows-repeated="{n}">{FILLED.format("")}</table:table-row>' for n in times)
    refused(ods(tmp_path / "x.ods", *rows), "stray cells far from its table")


def test_ods_texts_repeated_into_gigabytes_are_refused(tmp_path: Path) -> None:
    cell = f'<table:table-cell office:value-type="string"><text:p>{"x" * 100_000}</text:p></table:table-cell>'
    row = f'<table:table-row table:number-rows-repeated="1000000">{cell}</table:table-row>'
    refused(ods(tmp_path / "x.ods", row), "its texts take more than")
    spaces = "<table:table-cell><text:p>a<text:s text:c='999999999999'/></text:p></table:table-cell>"
    (sheet,) = read(ods(tmp_path / "y.ods", f"<table:table-row>{spaces}</table:table-row>"))
    assert len(sheet.cells["1"][0]) < 40_000
    negative = '<table:table-row table:number-rows-repeated="-1"><table:table-cell/></table:table-row>'
    refused(ods(tmp_path / "z.ods", negative), "the workbook is damaged")
