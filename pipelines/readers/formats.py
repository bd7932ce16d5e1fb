"""Which format a file is in, by its content. Its extension only breaks a tie between kinds of text."""

import io
import json
import re
import struct
import zipfile
from pathlib import Path
from typing import Literal

from pipelines.readers.calamine import protected
from pipelines.readers.encoding import decode
from pipelines.readers.raw import UnreadableFile

Format = Literal["csv", "xlsx", "ods", "xls", "parquet", "json", "zip"]

_AGAIN = "open it in a spreadsheet program and save it as CSV or XLSX"
_NOT_TABLES = (
    (b"\x89PNG", "a PNG picture"),
    (b"\xff\xd8\xff", "a JPEG picture"),
    (b"GIF8", "a GIF picture"),
    (b"%PDF", "a PDF document"),
    (b"{\\rtf", "a rich text document"),
    (b"\x1f\x8b", "a gzip archive"),
    (b"7z\xbc\xaf", "a 7-Zip archive"),
    (b"Rar!", "a RAR archive"),
    (b"SQLite format 3", "an SQLite database"),
    (b"ARROW1", "an Arrow file"),
    (b"\x00\x00\x27\x0a", "part of a shapefile (boundaries)"),
)
_HTML = re.compile(r"<(?:!doctype\s+html|html|head|body|table|meta|style|script|div)\b", re.IGNORECASE)
_XML = re.compile(r"<(?:\?xml|\w+:?Workbook)\b", re.IGNORECASE)
_CONTROLS = bytes(code for code in range(1, 32) if code not in b"\t\n\v\f\r\x1a\x1b")


def sniff(data: bytes, path: Path) -> Format:
    """The format of a file.

    Raises:
        UnreadableFile: empty, or of a kind that holds no table we can read; the reason says which kind.
    """
    if not data:
        raise UnreadableFile(path, "the file is empty (0 bytes)", "download or export it again")
    if data.startswith(b"PK\x03\x04") or data.startswith(b"PK\x05\x06"):
        return _sniff_zip(data, path)
    if data.startswith(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"):
        return _sniff_ole(data, path)
    if data.startswith(b"PAR1"):
        return "parquet"
    for magic, kind in _NOT_TABLES:
        if data.startswith(magic):
            raise UnreadableFile(path, f"it is {kind}, not a table", "give the table itself, as CSV, XLSX or ODS")
    return _sniff_text(data, path)


def _sniff_zip(data: bytes, path: Path) -> Format:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as package:
            names = set(package.namelist())
            mimetype = package.read("mimetype").strip() if "mimetype" in names else b""
            manifest = package.read("META-INF/manifest.xml") if "META-INF/manifest.xml" in names else b""
    except Exception as error:  # zipfile raises many kinds on damage
        reason = "the file is cut short or damaged: as a zip container (XLSX, ODS or zip) it cannot be opened"
        raise UnreadableFile(path, reason, "download it again") from error
    if mimetype.startswith(b"application/vnd.oasis.opendocument."):
        if b"encryption-data" in manifest:
            raise protected(path)
        if b"spreadsheet" not in mimetype:
            raise UnreadableFile(path, "it is an OpenDocument file but no spreadsheet", _AGAIN)
        return "ods"
    if "xl/workbook.xml" in names:
        return "xlsx"
    if "xl/workbook.bin" in names:
        raise UnreadableFile(path, "it is a binary workbook (XLSB)", _AGAIN)
    if "[Content_Types].xml" in names:
        raise UnreadableFile(path, "it is an Office document but no workbook", _AGAIN)
    return "zip"


def _sniff_ole(data: bytes, path: Path) -> Format:
    if "EncryptedPackage".encode("utf-16-le") in data:
        raise protected(path)
    if any(f"{name}\0".encode("utf-16-le") in data for name in ("Workbook", "Book")):
        return "xls"
    if (
        len(data) < 512
        or len(data) < struct.unpack_from("<I", data, 48)[0] + 1 << struct.unpack_from("<H", data, 30)[0]
    ):
        raise UnreadableFile(path, "the file is cut short: its directory is missing", "download it again")
    raise UnreadableFile(path, "it is an older Office document but no workbook", _AGAIN)


def _sniff_text(data: bytes, path: Path) -> Format:
    start = data[:4096]
    if b"\0" not in start and len(start) - len(start.translate(None, _CONTROLS)) > len(start) // 20:
        raise UnreadableFile(path, "it is a binary file, not a table", "give the table itself, as CSV, XLSX or ODS")
    text = decode(data, path).lstrip()
    if not text:
        raise UnreadableFile(path, "the file holds nothing but white space", "download or export it again")
    if _HTML.match(text) or (_XML.match(text) and _HTML.search(text[:2000])):
        kept = f" saved as {path.suffix.lower()}" if path.suffix else ""
        raise UnreadableFile(path, f"it is a web page (HTML){kept}, not a table", _AGAIN)
    if _XML.match(text):
        raise UnreadableFile(path, "it is XML, not a table", _AGAIN)
    if path.suffix.lower().endswith("json"):
        return "json"
    return "json" if text[0] in "[{" and _is_json(text) else "csv"


def _is_json(text: str) -> bool:
    """Whether text without a JSON extension is JSON that holds an object: `[x]` may well begin a CSV."""
    try:
        whole = json.loads(text)
    except (ValueError, RecursionError):
        return False
    return isinstance(whole, dict) or any(isinstance(value, dict) for value in whole)
