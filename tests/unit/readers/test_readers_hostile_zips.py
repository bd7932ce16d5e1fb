"""Zips made to harm: nothing is unpacked beyond its limit, no member leaves the zip, no claim is believed."""

import random
import stat
import struct
import zipfile
import zlib
from pathlib import Path

import pytest

from pipelines.readers import Pieces, UnreadableFile, open_file, read
from tests.unit.readers.hostile_files import lied, refused, rows_of, workbook, zip_of

pytestmark = pytest.mark.usefixtures("soon")


def test_a_zip_bomb_is_unpacked_no_further_than_its_limit(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pipelines.readers.zipped.MAX_MEMBER_BYTES", 2**20)
    bomb = zip_of(tmp_path / "x.zip", ("a.csv", b"1,2\n" * 500_000), ("b.csv", b"a,b\n"))
    refused(bomb, "a.csv unpacks to more than 1,048,576 bytes")
    several = zip_of(tmp_path / "y.zip", *((f"{number}.csv", b"1,2\n" * 100_000) for number in range(4)))
    refused(several, "2.csv unpacks to more than")


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
