"""Makes files that are damaged or made to harm, and asks how they are refused."""

import io
import struct
import zipfile
from pathlib import Path

import pytest
import xlsxwriter

from pipelines.readers import RawSheet, UnreadableFile, open_file

ODS = "application/vnd.oasis.opendocument.spreadsheet"


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
