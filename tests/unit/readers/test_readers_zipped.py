import io
import zipfile
from pathlib import Path

import polars as pl
import pytest

from pipelines.readers import UnreadableFile, read, zipped


def zip_of(path: Path, members: dict[str, bytes]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return path


def workbook() -> bytes:
    buffer = io.BytesIO()
    pl.DataFrame({"a": ["1"]}).write_excel(buffer, "Data")
    return buffer.getvalue()


def test_each_member_is_a_sheet_and_junk_is_none(tmp_path: Path) -> None:
    members = {
        "data/b.csv": b"a,b\n1,2\n",
        "a.CSV": b"x;y\n1;2\n",
        "__MACOSX/data/._b.csv": b"\0\1\2",
        "._a.csv": b"\0",
        ".DS_Store": b"\0",
        "data/": b"",
        "guide.pdf": b"%PDF",
        "Table.xlsx": workbook(),
    }
    found = read(zip_of(tmp_path / "x.zip", members))
    assert [sheet.sheet for sheet in found] == ["data/b.csv", "a.CSV", "Table.xlsx/Data"]
    assert found[1].cells.rows() == [(1, "x", "y"), (2, "1", "2")]


@pytest.mark.parametrize(
    ("members", "reason"),
    [
        ({"readme.txt": b"x", "picture.png": b"y"}, "holds no table (it holds readme.txt, picture.png)"),
        ({}, "holds no table (it holds nothing)"),
        ({"inner.zip": b"PK"}, "a zip inside the zip (inner.zip)"),
        ({"../../etc/a.csv": b"a,b\n"}, "named outside the zip (../../etc/a.csv)"),
        ({"/a.csv": b"a,b\n"}, "named outside the zip (/a.csv)"),
        ({"a\\..\\..\\b.csv": b"a,b\n"}, "named outside the zip"),
        ({"C:/a.csv": b"a,b\n"}, "named outside the zip"),
        ({"a.csv": b"a,b\n1,2\n", "bad.csv": b"a,b\n1,\0\n"}, "member bad.csv: it holds a NUL byte"),
        ({"empty.csv": b""}, "member empty.csv: the file is empty"),
    ],
)
def test_a_zip_is_refused(tmp_path: Path, members: dict[str, bytes], reason: str) -> None:
    path = zip_of(tmp_path / "x.zip", members)
    with pytest.raises(UnreadableFile) as refusal:
        read(path)
    assert reason in refusal.value.reason
    assert refusal.value.path == path


def test_a_zip_hidden_under_a_table_name_is_refused(tmp_path: Path) -> None:
    inner = zip_of(tmp_path / "inner", {"a.csv": b"a,b\n"}).read_bytes()
    with pytest.raises(UnreadableFile, match="a zip inside the zip"):
        read(zip_of(tmp_path / "x.zip", {"inner.csv": inner}))


def test_a_damaged_member_is_refused(tmp_path: Path) -> None:
    data = bytearray(zip_of(tmp_path / "x.zip", {"a.csv": b"a,b\n" * 50}).read_bytes())
    data[40] ^= 0xFF
    (tmp_path / "y.zip").write_bytes(data)
    with pytest.raises(UnreadableFile, match="the zip is damaged"):
        read(tmp_path / "y.zip")


def test_a_zip_that_unpacks_too_large_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(zipped, "MAX_MEMBER_BYTES", 10)
    with pytest.raises(UnreadableFile, match="unpacks to more than 10 bytes"):
        read(zip_of(tmp_path / "x.zip", {"a.csv": b"a,b\n1,2\n3,4\n"}))


def test_a_zip_with_a_password_is_refused(tmp_path: Path) -> None:
    data = zip_of(tmp_path / "x.zip", {"a.csv": b"a,b\n"}).read_bytes()
    at = data.index(b"PK\x01\x02")
    (tmp_path / "y.zip").write_bytes(data[: at + 8] + b"\x01" + data[at + 9 :])
    with pytest.raises(UnreadableFile, match="the zip is protected with a password"):
        read(tmp_path / "y.zip")
