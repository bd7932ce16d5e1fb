"""Which format a file is in, by its content. Its extension only breaks a tie between kinds of text."""

import re
import struct
from pathlib import Path
from typing import Literal

from pipelines.readers import json_records
from pipelines.readers.calamine import protected
from pipelines.readers.encoding import MARKS, decode
from pipelines.readers.limits import HEAD_BYTES, MAX_JSON_BYTES, MAX_WORKBOOK_BYTES, MIB
from pipelines.readers.package import Package
from pipelines.readers.raw import UnreadableFile
from pipelines.readers.source import Source

Format = Literal["csv", "xlsx", "ods", "xls", "parquet", "json", "zip"]

_AGAIN = "open it in a spreadsheet program and save it as CSV or XLSX"
_MANIFEST = "META-INF/manifest.xml"
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


def sniff(source: Source) -> Format:
    """The format of a file, told from its head; of a zip container also from the names in its directory.

    Raises:
        UnreadableFile: empty, or of a kind that holds no table we can read; the reason says which kind.
    """
    head, path = source.head(HEAD_BYTES), source.path
    if not head:
        raise UnreadableFile(path, "the file is empty (0 bytes)", "download or export it again")
    if head.startswith(b"PK\x03\x04") or head.startswith(b"PK\x05\x06"):
        return _sniff_zip(source)
    if head.startswith(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"):
        return _sniff_ole(source.whole(MAX_WORKBOOK_BYTES, "an older Office document", _AGAIN), path)
    if head.startswith(b"PAR1"):
        return "parquet"
    for magic, kind in _NOT_TABLES:
        if head.startswith(magic):
            raise UnreadableFile(path, f"it is {kind}, not a table", "give the table itself, as CSV, XLSX or ODS")
    return _sniff_text(head, source)


def _sniff_zip(source: Source) -> Format:
    path = source.path
    try:
        with source.start() as file, Package(file, path) as package:
            names = package.names
            mimetype = package.part("mimetype", MIB, _AGAIN).strip() if "mimetype" in names else b""
            manifest = package.part(_MANIFEST, 4 * MIB, _AGAIN) if _MANIFEST in names else b""
    except UnreadableFile:
        raise
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
        or len(data) < struct.unpack_from("<I", data, 48)[0] + 1 << struct.unpack_from("<H", data, 30)[0] % 32
    ):
        raise UnreadableFile(path, "the file is cut short: its directory is missing", "download it again")
    raise UnreadableFile(path, "it is an older Office document but no workbook", _AGAIN)


def _sniff_text(head: bytes, source: Source) -> Format:
    path = source.path
    start = head[:4096]
    if b"\0" not in start and len(start) - len(start.translate(None, _CONTROLS)) > len(start) // 20:
        raise UnreadableFile(path, "it is a binary file, not a table", "give the table itself, as CSV, XLSX or ODS")
    is_all = len(head) == source.size
    text = (decode(head, path) if is_all else _leniently(head)).lstrip()
    if not text:
        kept = "" if is_all else f"begins with {len(head):,} bytes of white space: as good as "
        raise UnreadableFile(path, f"the file {kept or 'holds '}nothing but white space", "download or export it again")
    if _HTML.match(text) or (_XML.match(text) and _HTML.search(text[:2000])):
        kept = f" saved as {path.suffix.lower()}" if path.suffix else ""
        raise UnreadableFile(path, f"it is a web page (HTML){kept}, not a table", _AGAIN)
    if _XML.match(text):
        raise UnreadableFile(path, "it is XML, not a table", _AGAIN)
    if path.suffix.lower().endswith("json"):
        return "json"
    return "json" if text[0] in "[{" and _is_json(source) else "csv"


def _leniently(head: bytes) -> str:
    """The head of a text whose last letter may be cut through; only its first words matter here."""
    for mark, encoding in MARKS:
        if head.startswith(mark):
            return head[len(mark) :].decode(encoding, "replace")
    return head.decode("utf-8", "replace")


def _is_json(source: Source) -> bool:
    """Whether text without a JSON extension is JSON that holds an object: `[x]` may well begin a CSV."""
    if source.size > MAX_JSON_BYTES:
        return False
    try:
        whole = json_records.parsed(decode(source.whole(MAX_JSON_BYTES, "JSON", _AGAIN), source.path), source.path)
    except UnreadableFile:
        return False
    return isinstance(whole, dict) or (isinstance(whole, list) and any(isinstance(value, dict) for value in whole))
