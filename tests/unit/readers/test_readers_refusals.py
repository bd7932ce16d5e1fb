import io
import random
import zipfile
from pathlib import Path

import polars as pl
import pytest

from pipelines.readers import UnreadableFile, read

FIXTURES = Path(__file__).parents[2] / "fixtures"
BROKEN = FIXTURES / "broken" / "readers"
XLS = (FIXTURES / "good" / "readers" / "error_cells.xls").read_bytes()


def workbook(sheet: str = "Data") -> bytes:
    buffer = io.BytesIO()
    pl.DataFrame({"a": [str(number) for number in range(500)]}).write_excel(buffer, sheet)
    return buffer.getvalue()


def parquet() -> bytes:
    buffer = io.BytesIO()
    pl.DataFrame({"a": range(500), "b": [str(number) for number in range(500)]}).write_parquet(buffer)
    return buffer.getvalue()


def package(**parts: str) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, text in parts.items():
            archive.writestr(name.replace("__", "/").replace("_xml", ".xml").replace("_bin", ".bin"), text)
    return buffer.getvalue()


def ole(stream: str) -> bytes:
    return b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 504 + stream.encode("utf-16-le") + b"\0" * 600


def without_relations() -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(workbook())) as whole, zipfile.ZipFile(buffer, "w") as part:
        for name in whole.namelist():
            if not name.endswith("workbook.xml.rels"):
                part.writestr(name, whole.read(name))
    return buffer.getvalue()


def with_broken_sheet() -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(workbook())) as whole, zipfile.ZipFile(buffer, "w") as part:
        for name in whole.namelist():
            data = whole.read(name)
            part.writestr(name, data[: len(data) // 2] if name.endswith("sheet1.xml") else data)
    return buffer.getvalue()


ODS = "application/vnd.oasis.opendocument.spreadsheet"
CASES = [
    ("empty.csv", b"", "the file is empty (0 bytes)"),
    ("cut.xlsx", workbook()[:3000], "cut short or damaged"),
    ("locked.xlsx", ole("EncryptedPackage"), "protected with a password"),
    ("letter.doc", ole("WordDocument"), "an older Office document but no workbook"),
    ("cut.xls", XLS[:2000], "the file is cut short"),
    ("lost_its_end.xls", XLS[:1024] + XLS[-512:], "the workbook is damaged"),
    ("no_relations.xlsx", without_relations(), "the workbook is damaged"),
    ("broken_sheet.xlsx", with_broken_sheet(), "the workbook is damaged"),
    ("letter.docx", package(**{"[Content_Types]_xml": "x"}), "an Office document but no workbook"),
    ("book.xlsb", package(xl__workbook_bin="x"), "a binary workbook (XLSB)"),
    ("letter.odt", package(mimetype=ODS.replace("spreadsheet", "text")), "an OpenDocument file but no spreadsheet"),
    (
        "locked.ods",
        package(mimetype=ODS, **{"META-INF__manifest_xml": "<encryption-data/>"}),
        "protected with a password",
    ),
    ("no_content.ods", package(mimetype=ODS), "the workbook is damaged"),
    ("broken.ods", package(mimetype=ODS, content_xml="<a><b></a>"), "the workbook is damaged"),
    ("picture.csv", b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "it is a PNG picture, not a table"),
    ("guide.pdf", b"%PDF-1.7\n", "it is a PDF document, not a table"),
    ("data.csv.gz", b"\x1f\x8b\x08\0", "it is a gzip archive, not a table"),
    ("area.shp", b"\0\0\x27\x0a" + b"\0" * 20, "part of a shapefile"),
    ("noise.csv", bytes(range(1, 32)) * 4, "a binary file, not a table"),
    ("book.xml", b"<?xml version='1.0'?><Workbook/>", "it is XML, not a table"),
    ("page.csv", b"\xef\xbb\xbf\r\n<!DOCTYPE html>\n<p>Not found</p>", "a web page (HTML) saved as .csv"),
    ("cut.parquet", parquet()[:-200], "the Parquet file is cut short"),
    ("hollow.parquet", b"PAR1" + b"\0" * 40 + b"PAR1", "the Parquet file is damaged"),
    ("cut.json", b'[{"a": 1}, {"a"', "it is not valid JSON (line 1"),
    ("scalars.json", b"[1, 2]", "the JSON does not hold records"),
    ("none.json", b"[]", "the JSON does not hold records"),
    ("two.json", b'{"a": [{"x": 1}], "b": [{"x": 2}]}', "the JSON does not hold records"),
    ("deep.json", b"[" * 100_000, "the JSON"),
]


@pytest.mark.parametrize(("name", "data", "reason"), CASES, ids=[case[0] for case in CASES])
def test_a_file_is_refused_in_one_line(tmp_path: Path, name: str, data: bytes, reason: str) -> None:
    (tmp_path / name).write_bytes(data)
    refused(tmp_path / name, reason)


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("web_page_saved_as.xls", "it is a web page (HTML) saved as .xls, not a table"),
        ("white_space_only.csv", "nothing but white space"),
        ("json_not_records.json", "the JSON does not hold records"),
        ("json_half_a_character.json", "a text in the JSON holds half a character"),
        ("xls_sheet_ends_before_it_begins.xls", "the workbook is damaged"),
        ("xls_sheet_without_its_beginning.xls", "the workbook is damaged"),
        ("xls_extent_begins_after_its_end.xls", "the workbook is damaged"),
        ("xls_sector_table_outside.xls", "the workbook is damaged"),
        ("xls_sector_table_in_a_circle.xls", "the workbook is damaged"),
        ("xlsx_cell_with_two_addresses.xlsx", "the workbook is damaged (duplicate attribute"),
        ("ods_part_ends_too_soon.ods", "the workbook is damaged (it ends too soon)"),
        ("json_repeated_name.json", "an object in the JSON repeats the name rate"),
        ("quote_never_closed.csv", "a quote opened in the record that starts on line 3 is never closed"),
    ],
)
def test_a_broken_fixture_is_refused(name: str, reason: str) -> None:
    refused(BROKEN / name, reason)


def test_every_broken_fixture_is_refused() -> None:
    for path in BROKEN.iterdir():
        with pytest.raises(UnreadableFile):
            read(path)


@pytest.mark.parametrize(
    ("whole", "format_"), [(XLS, "xls"), (workbook(), "xlsx"), (parquet(), "parquet")], ids=["xls", "xlsx", "parquet"]
)
def test_damage_anywhere_is_refused_or_harmless(tmp_path: Path, whole: bytes, format_: str) -> None:
    """No damage may end in another error, and none may end the process (calamine aborts on a far cell)."""
    chance = random.Random(14)
    refusals = 0
    for _ in range(30):
        data = bytearray(whole)
        for _ in range(20):
            data[chance.randrange(len(data))] = chance.randrange(256)
        path = tmp_path / f"damaged.{format_}"
        path.write_bytes(data)
        try:
            read(path)
        except UnreadableFile:
            refusals += 1
    assert refusals > 10


def test_an_xls_cell_at_an_impossible_address_is_refused(tmp_path: Path) -> None:
    label = XLS.index(b"\xfd\x00\x0a\x00\x00\x00\x00\x00")
    path = tmp_path / "far.xls"
    path.write_bytes(XLS[: label + 4] + b"\xff\xff\xff\xff" + XLS[label + 8 :])
    refused(path, "the workbook is damaged")


def test_a_file_that_is_not_there_is_refused(tmp_path: Path) -> None:
    refused(tmp_path / "absent.csv", "cannot be opened")


def refused(path: Path, reason: str) -> None:
    with pytest.raises(UnreadableFile) as refusal:
        read(path)
    error = refusal.value
    assert reason in error.reason
    assert error.path == path
    assert error.remedy
    line = str(error)
    assert line.startswith(f"{path.name}: ")
    assert line.endswith(f"; {error.remedy}")
    assert "\n" not in line


@pytest.mark.parametrize("name", ["table.csv", "table", "table.xls", "table.json"])
def test_content_decides_and_not_the_extension(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_bytes(workbook("Kept"))
    assert [sheet.sheet for sheet in read(tmp_path / name)] == ["Kept"]
