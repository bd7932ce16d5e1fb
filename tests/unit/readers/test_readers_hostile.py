"""Files made to harm: each is refused with a reason and a remedy, or read as the data it holds, and nothing is run."""

import io
import os
import random
import socket
import stat
import struct
import time
import tracemalloc
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path

import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import xlsxwriter

from pipelines.readers import Pieces, RawSheet, UnreadableFile, open_file, read
from pipelines.readers.limits import MAX_COLUMNS
from pipelines.readers.source import on_disk
from pipelines.readers.xlsx import _declared_extent

ODS = "application/vnd.oasis.opendocument.spreadsheet"
SECONDS = 20
FIXTURES = Path(__file__).parents[2] / "fixtures"


@pytest.fixture(autouse=True)
def _soon() -> Iterator[None]:
    """Whatever a file holds, its answer comes soon."""
    began = time.process_time()  # of the processor's, so that a busy machine makes nothing look slow
    yield
    assert time.process_time() - began < SECONDS


def refused(path: Path, reason: str) -> UnreadableFile:
    with pytest.raises(UnreadableFile) as refusal:
        list(open_file(path).further)
    assert reason in refusal.value.reason
    assert refusal.value.remedy
    return refusal.value


def zip_of(path: Path, *members: tuple[str | zipfile.ZipInfo, bytes], packed: int = zipfile.ZIP_DEFLATED) -> Path:
    with zipfile.ZipFile(path, "w", packed) as archive:
        for name, data in members:
            archive.writestr(name, data, packed)
    return path


def workbook(path: Path, **changed: str) -> Path:
    """A plain workbook with some of its parts changed: `sheet="<row/>"` stands for the rows of its sheet."""
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, {"in_memory": True}) as book:
        book.add_worksheet("S").write_row(0, 0, ["x", 1])
    parts = {}
    with zipfile.ZipFile(buffer) as package:
        for name in package.namelist():
            text = package.read(name).decode()
            if "sheet" in changed and name == "xl/worksheets/sheet1.xml":
                head, rest = text.split("<sheetData>")
                text = f"{head}<sheetData>{changed['sheet']}</sheetData>{rest.split('</sheetData>')[1]}"
            if "head" in changed and name == changed.get("part", "xl/worksheets/sheet1.xml"):
                text = text.replace("?>", "?>" + changed["head"], 1)
            parts[name] = text.encode()
    return zip_of(path, *parts.items(), *((name, b"\xff") for name in changed.get("more", "").split()))


def ods(path: Path, *rows: str, head: str = "") -> Path:
    names = " ".join(f'xmlns:{n}="urn:oasis:names:tc:opendocument:xmlns:{n}:1.0"' for n in ("office", "table", "text"))
    content = (
        f'<?xml version="1.0"?>{head}<office:document-content {names}><office:body><office:spreadsheet>'
        f'<table:table table:name="S">{"".join(rows)}</table:table>'
        "</office:spreadsheet></office:body></office:document-content>"
    )
    return zip_of(path, ("mimetype", ODS.encode()), ("content.xml", content.encode()))


def rows_of(sheets: list[RawSheet]) -> list[tuple]:
    return sheets[0].cells.rows()


# ---------------------------------------------------------------------------------------------------- what is no file


def test_a_pipe_a_socket_a_device_and_a_folder_are_refused_at_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    os.mkfifo(tmp_path / "pipe.csv")
    refused(tmp_path / "pipe.csv", "it is a pipe, not a file")
    monkeypatch.chdir(tmp_path)  # the path of a socket is short by law
    with socket.socket(socket.AF_UNIX) as served:
        served.bind("socket.csv")
        refused(Path("socket.csv"), "it is a socket, not a file")
    refused(Path("/dev/zero"), "it is a device, not a file")
    refused(tmp_path, "it is a folder, not a file")


def test_a_pipe_put_in_the_place_of_a_file_does_not_hold_us_up(tmp_path: Path) -> None:
    path = tmp_path / "x.csv"
    path.write_text("a,b\n")
    source = on_disk(path)
    path.unlink()
    os.mkfifo(path)
    with pytest.raises(UnreadableFile, match="changed while it was read"):
        source.start()


def test_a_name_that_a_terminal_would_obey_is_shown(tmp_path: Path) -> None:
    path = tmp_path / "\x1b[2Jx\udce9\u202e.csv"
    path.write_bytes(b"")
    assert str(refused(path, "empty")).startswith(r"\x1b[2Jx\udce9\u202e.csv: the file is empty")


def test_links(tmp_path: Path) -> None:
    inside, outside = tmp_path / "in", tmp_path / "out"
    inside.mkdir()
    outside.mkdir()
    (inside / "x.csv").write_text("a,b\n1,2\n")
    (outside / "y.csv").write_text("secret\n")
    (inside / "good.csv").symlink_to("x.csv")
    (inside / "out.csv").symlink_to(outside / "y.csv")
    (inside / "passwd.csv").symlink_to("/etc/passwd")
    (inside / "lost.csv").symlink_to("nowhere.csv")
    (inside / "circle.csv").symlink_to("circle.csv")
    assert rows_of(read(inside / "good.csv")) == [(1, "a", "b"), (2, "1", "2")]
    refused(inside / "out.csv", "a link that leads out of its folder")
    refused(inside / "passwd.csv", "a link that leads out of its folder")
    refused(inside / "lost.csv", "a link to a file that is not there")
    refused(inside / "circle.csv", "cannot be opened")


def test_a_file_that_changes_while_it_is_read_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "x.csv"
    path.write_text("a,b\n1,2\n")
    source = on_disk(path)
    blocks = source.blocks(4)
    next(blocks)
    os.utime(path, ns=(1, 1))
    with pytest.raises(UnreadableFile, match="changed while it was read"):
        list(blocks)


# --------------------------------------------------------------------------------------------------------------- zips


def test_a_zip_bomb_is_unpacked_no_further_than_its_limit(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pipelines.readers.zipped.MAX_MEMBER_BYTES", 2**20)
    bomb = zip_of(tmp_path / "x.zip", ("a.csv", b"1,2\n" * 500_000), ("b.csv", b"a,b\n"))
    refused(bomb, "a.csv unpacks to more than 1,048,576 bytes")
    several = zip_of(tmp_path / "y.zip", *((f"{number}.csv", b"1,2\n" * 100_000) for number in range(4)))
    refused(several, "2.csv unpacks to more than")


def lied(path: Path, name: bytes, claimed: int) -> Path:
    """The zip with another unpacked size claimed for a member, in both of its headers."""
    data = bytearray(path.read_bytes())
    for mark, at_size, at_name in ((b"PK\x03\x04", 22, 30), (b"PK\x01\x02", 24, 46)):
        at = data.find(mark)
        while at >= 0:
            if data[at + at_name : at + at_name + len(name)] == name:
                data[at + at_size : at + at_size + 4] = struct.pack("<I", claimed)
            at = data.find(mark, at + 4)
    path.write_bytes(data)
    return path


def test_a_size_that_lies_is_not_believed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    small = lied(zip_of(tmp_path / "x.zip", ("a.csv", b"a,b\n" * 5000), ("b.csv", b"a\n")), b"a.csv", 8)
    refused(small, "the zip is damaged")
    large = lied(zip_of(tmp_path / "y.zip", ("a.csv", b"a,b\n" * 5000), ("b.csv", b"a\n")), b"a.csv", 2**31)
    assert read(large)[0].cells.height == 5000, "a claim that is too large costs nothing"
    sheet = "xl/worksheets/sheet1.xml"
    refused(lied(workbook(tmp_path / "z.xlsx"), sheet.encode(), 8), "the workbook is damaged")
    monkeypatch.setattr("pipelines.readers.xlsx.MAX_PART_BYTES", 4000)
    refused(workbook(tmp_path / "w.xlsx", sheet="<row/>" * 9000), "unpacks to more than")


def test_a_workbook_whose_sheet_is_a_bomb_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A deflate stream of zeros, a thousandfold: written by hand so that the test itself stays small."""
    monkeypatch.setattr("pipelines.readers.xlsx.MAX_PART_BYTES", 2**24)
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    packed = b"".join(packer.compress(b"\0" * 2**24) for _ in range(4)) + packer.flush()
    plain = workbook(tmp_path / "plain.xlsx")
    name = "xl/worksheets/sheet1.xml"
    path = tmp_path / "bomb.xlsx"
    with zipfile.ZipFile(plain) as package, zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as bomb:
        for part in package.namelist():
            bomb.writestr(part, packed if part == name else package.read(part), zipfile.ZIP_STORED)
    data = bytearray(path.read_bytes())
    for mark, at_method, at_size, at_name in ((b"PK\x03\x04", 8, 22, 30), (b"PK\x01\x02", 10, 24, 46)):
        at = data.find(mark)
        while at >= 0:
            if data[at + at_name : at + at_name + len(name)] == name.encode():
                data[at + at_method : at + at_method + 2] = struct.pack("<H", zipfile.ZIP_DEFLATED)
                data[at + at_size : at + at_size + 4] = struct.pack("<I", 4 * 2**24)
            at = data.find(mark, at + 4)
    path.write_bytes(data)
    refused(path, "sheet1.xml unpacks to more than")


def test_members_that_overlap_count_each_time(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """One packed text under two names: the header of the second passes the first one's off as a field of its own."""
    monkeypatch.setattr("pipelines.readers.zipped.MAX_MEMBER_BYTES", 50_000)
    data = zip_of(tmp_path / "x.zip", ("a.csv", b"a,b\n" * 10_000)).read_bytes()
    at, end = data.index(b"PK\x01\x02"), data.index(b"PK\x05\x06")
    header, packed, entry = data[:35], data[35:at], data[at:end]
    outer = header[:28] + struct.pack("<H", len(header)) + b"b.csv"
    first = entry[:42] + struct.pack("<I", len(outer)) + entry[46:]
    directory = first + entry.replace(b"a.csv", b"b.csv")
    where = len(outer + header + packed)
    tail = struct.pack("<4s4H2IH", b"PK\x05\x06", 0, 0, 2, 2, len(directory), where, 0)
    (tmp_path / "y.zip").write_bytes(outer + header + packed + directory + tail)
    refused(tmp_path / "y.zip", "b.csv unpacks to more than 10,000 bytes")
    monkeypatch.setattr("pipelines.readers.zipped.MAX_MEMBER_BYTES", 100_000)
    assert [sheet.cells.height for sheet in read(tmp_path / "y.zip")] == [10_000, 10_000]


def test_the_one_text_of_a_zip_is_unpacked_no_further_than_its_limit(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("pipelines.readers.zipped.MAX_STREAMED_MEMBER_BYTES", 2**20)
    path = zip_of(tmp_path / "x.zip", ("a.csv", b"1,2\n" * 500_000))
    with pytest.raises(UnreadableFile, match="the zip unpacks to more than 1,048,576 bytes"):
        list(open_file(path, Pieces(whole_bytes=2**16, piece_bytes=2**16)).further)


def test_a_part_of_any_packed_size_is_read(tmp_path: Path) -> None:
    """What zipfile may take of the directory at once is limited, but not what it may take of a part."""
    numbers = random.Random(14).randbytes(5 * 2**20).hex().encode()
    text = b"a,b\n" + b"".join(numbers[at : at + 4000] + b",2\n" for at in range(0, len(numbers), 4000))
    first, second = read(zip_of(tmp_path / "x.zip", ("a.csv", text), ("b.csv", b"a,b\n1,2\n")))
    assert (first.cells.height, second.cells.height) == (1 + -(-len(numbers) // 4000), 2)


def test_a_zip_of_far_too_many_members_is_refused(tmp_path: Path) -> None:
    members = ((f"{number}.csv", b"") for number in range(10_001))
    refused(zip_of(tmp_path / "x.zip", *members), "the zip holds more than 10,000 files")
    end = struct.pack("<4s4H2IH", b"PK\x05\x06", 0, 0, 9, 9, 0x7FFFFFF, 30, 0)
    (tmp_path / "y.zip").write_bytes(b"PK\x03\x04" + b"\0" * (0x7FFFFFF + 26) + end)
    refused(tmp_path / "y.zip", "the zip holds more than 10,000 files")


def link() -> zipfile.ZipInfo:
    member = zipfile.ZipInfo("link.csv")
    member.create_system = 3
    member.external_attr = (stat.S_IFLNK | 0o777) << 16
    return member


@pytest.mark.parametrize(
    ("members", "packed", "reason"),
    [
        ([(link(), b"/etc/passwd")], zipfile.ZIP_DEFLATED, "a member is a link to another file (link.csv)"),
        ([("..\\a.csv", b"a,b\n")], zipfile.ZIP_DEFLATED, "named outside the zip"),
        ([("c:a.csv", b"a,b\n")], zipfile.ZIP_DEFLATED, "named outside the zip"),
        ([("\x1b[2Ja.csv", b"a,b\n")], zipfile.ZIP_DEFLATED, r"characters that cannot be printed (\x1b[2Ja.csv)"),
        ([("a.csv", b"a,b\n"), ("a.csv", b"c,d\n")], zipfile.ZIP_DEFLATED, "two members have one name (a.csv)"),
        ([("a.csv", b"a,b\n" * 99)], zipfile.ZIP_BZIP2, "packed in a way that is not read here"),
        ([("a.csv", b"a,b\n" * 99)], zipfile.ZIP_LZMA, "packed in a way that is not read here"),
    ],
)
@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_a_member_is_refused(tmp_path: Path, members: list, packed: int, reason: str) -> None:
    refused(zip_of(tmp_path / "x.zip", *members, packed=packed), reason)


def test_a_member_without_a_name_is_refused(tmp_path: Path) -> None:
    path = zip_of(tmp_path / "x.zip", ("a", b"1"), ("b.csv", b"a,b\n"))
    data = bytearray(path.read_bytes())
    at = data.index(b"PK\x01\x02")
    data[at + 28 : at + 34] = struct.pack("<HHH", 0, 0, 1)  # the name's one letter now stands in the comment
    path.write_bytes(data)
    refused(path, "damaged")


def test_a_name_that_is_markup_is_a_name(tmp_path: Path) -> None:
    (sheet,) = read(zip_of(tmp_path / "x.zip", ("<script>alert(1)<!--script>.csv", b"a<script>,b\n1,2\n")))
    assert sheet.sheet == "<script>alert(1)<!--script>.csv"
    assert rows_of([sheet])[0] == (1, "a<script>", "b")


# ---------------------------------------------------------------------------------------------------------- workbooks

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


# --------------------------------------------------------------------------------------------------------------- text


def test_a_million_columns_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "x.csv"
    path.write_text(",".join(map(str, range(1_000_000))) + "\n" + "1," * 999_999 + "1\n")
    refused(path, "columns")
    path.write_text("a,b\n" * 300_000 + "1," * 999_999 + "1\n")
    refused(path, "has 1,000,000 columns, more than 16,384")
    path.write_text('a,"b\n"\n' + '5" x,' * 20_000 + '"1"\n')
    refused(path, "columns")
    (tmp_path / "x.json").write_text("[{" + ",".join(f'"{number}":1' for number in range(1_000_000)) + "}]")
    refused(tmp_path / "x.json", "have 1,000,000 names")
    wide = pa.table({str(number): [1] for number in range(MAX_COLUMNS + 1)})
    pq.write_table(wide, tmp_path / "x.parquet")
    refused(tmp_path / "x.parquet", "it has 16,385 columns")


def test_one_wide_record_among_millions_is_not_laid_out(tmp_path: Path) -> None:
    path = tmp_path / "x.csv"
    path.write_text("," * 9_999 + "x\n" + "1\n" * 3_000_000)
    refused(path, "nearly every cell is blank")


def test_a_line_without_end_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "x.csv"
    with path.open("wb") as file:
        file.write(b"a,b\n1,2\n")
        for _ in range(60):
            file.write(b"x" * 2**20)
    refused(path, "the record that starts on line 3 is longer than 16,777,216 bytes")


def test_gigabytes_of_nothing_are_refused_from_their_head(tmp_path: Path) -> None:
    path = tmp_path / "x.csv"
    with path.open("wb") as file:
        file.truncate(10 * 2**30)
    refused(path, "a NUL byte (byte 1)")


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("[" * 100_000 + "]" * 100_000, "nested too deeply"),
        ('[{"a":' * 50_000, "nested too deeply"),
        ('[{"a":1,"a":2}]', "repeats the name a"),
        ('[{"a":"\\ud800"}]', "half a character"),
        ('[{"\\udfff":1}]', "half a character"),
        ("[" + "[]," * 5_000_000 + "[]]", "more than 5,000,000 values"),
    ],
)
def test_json_is_refused(tmp_path: Path, text: str, reason: str) -> None:
    (tmp_path / "x.json").write_text(text)
    refused(tmp_path / "x.json", reason)


def test_numbers_that_json_does_not_have_stay_what_they_are(tmp_path: Path) -> None:
    path = tmp_path / "x.json"
    path.write_text(
        '[{"a":NaN,"b":-Infinity,"c":' + "9" * 5000 + ',"d":1e999,"e":12345678901234567890,"f":"\\ud83d\\ude00"}]'
    )
    assert rows_of(read(path)) == [(1, "NaN", "-Infinity", "9" * 5000, "1e999", "12345678901234567890", "😀")]


# ------------------------------------------------------------------------------------------------------------ parquet


def parquet(frame: pl.DataFrame, **settings: int) -> bytes:
    buffer = io.BytesIO()
    frame.write_parquet(buffer, **settings)  # type: ignore[arg-type]
    return buffer.getvalue()


def test_nested_columns_become_their_json(tmp_path: Path) -> None:
    (tmp_path / "x.parquet").write_bytes(
        parquet(pl.DataFrame({"a": [[1, None], None], "b": [{"x": 1.5}, {"x": None}]}))
    )
    assert rows_of(read(tmp_path / "x.parquet")) == [(1, "[1,null]", '{"x":1.5}'), (2, None, '{"x":null}')]


def test_two_parquet_columns_may_share_a_name(tmp_path: Path) -> None:
    pq.write_table(pa.table([pa.array([1]), pa.array(["x"])], names=["a", "a"]), tmp_path / "x.parquet")
    assert rows_of(read(tmp_path / "x.parquet")) == [(1, "1", "x")]


def test_a_parquet_that_claims_more_records_than_it_holds_is_refused(tmp_path: Path) -> None:
    data = parquet(pl.DataFrame({"a": list(range(100))}), row_group_size=100)
    claimed = pq.read_metadata(io.BytesIO(data)).serialized_size
    footer = bytearray(data[-8 - claimed :])
    changed: list[str] = []
    for at in range(len(footer) - 2):
        if footer[at : at + 2] == b"\xc8\x01":  # 100 as Thrift writes it
            broken = bytes(footer[:at]) + b"\xfe\x7f" + bytes(footer[at + 2 :])  # 8,191
            (tmp_path / "x.parquet").write_bytes(data[: -8 - claimed] + broken)
            changed.append(outcome(tmp_path / "x.parquet"))
    assert set(changed) <= {"100", "damaged"}, "a count on which nothing depends may be wrong"
    assert "damaged" in changed


def outcome(path: Path) -> str:
    try:
        return str(read(path)[0].cells.height)
    except UnreadableFile as error:
        return "damaged" if "the Parquet file is damaged" in error.reason else error.reason


def test_a_parquet_column_of_bytes_is_refused(tmp_path: Path) -> None:
    (tmp_path / "x.parquet").write_bytes(parquet(pl.DataFrame({"a": [b"\xff\xfe"]})))
    refused(tmp_path / "x.parquet", "column a holds bytes, not text")
