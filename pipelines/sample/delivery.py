"""Files as they come in: CSV, XLSX, ODS and JSON records, each with its sidecar. Same frame, same bytes.

Formats that carry a clock (the parts of a ZIP, a workbook's properties) get a fixed one.
"""

import io
import json
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Literal
from xml.sax.saxutils import escape, quoteattr

import polars as pl

from pipelines.sample.names import FICTIONAL

_CLOCK = datetime(2024, 1, 1)
_TITLE = f"{FICTIONAL} extract, written by dovetail sample: no figure in it is real"
_ODS_TYPE = "application/vnd.oasis.opendocument.spreadsheet"
_ODS_NAMESPACES = " ".join(
    f'xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"' for name in ("office", "table", "text")
)


@dataclass(frozen=True)
class Extract:
    """One file to be written. `is_titled` puts a line above the header, where no column can say FICTIONAL.

    `published` is the day of publication that the sidecar states; without it there is no sidecar.
    """

    name: str
    frame: pl.DataFrame
    form: Literal["csv", "xlsx", "ods", "json"] = "csv"
    is_titled: bool = False
    published: date | None = None


def deliver(extract: Extract, directory: Path) -> list[Path]:
    """Write the file, and its sidecar where it has one."""
    path = directory / f"{FICTIONAL}_{extract.name}.{extract.form}"
    write = {"csv": _csv, "xlsx": _xlsx, "ods": _ods, "json": _json}[extract.form]
    path.write_bytes(write(extract))
    if extract.published is None:
        return [path]
    sidecar = path.with_name(path.name + ".delivery.yml")
    sidecar.write_text(f"# {FICTIONAL}\npublished: {extract.published.isoformat()}\n", encoding="utf-8")
    return [path, sidecar]


def _csv(extract: Extract) -> bytes:
    title = f"{_TITLE}\n".replace(",", ";") if extract.is_titled else ""
    return (title + extract.frame.write_csv()).encode()


def _json(extract: Extract) -> bytes:
    return json.dumps(extract.frame.to_dicts(), indent=None, separators=(",", ":"), default=str).encode()


def _rows(extract: Extract) -> list[Sequence[object]]:
    title: list[Sequence[object]] = [[_TITLE], []] if extract.is_titled else []
    return [*title, extract.frame.columns, *extract.frame.iter_rows()]


def _xlsx(extract: Extract) -> bytes:
    import xlsxwriter

    buffer = io.BytesIO()
    workbook = xlsxwriter.Workbook(buffer, {"in_memory": True})
    workbook.set_properties({"title": _TITLE, "created": _CLOCK})
    sheet = workbook.add_worksheet(FICTIONAL)
    for number, row in enumerate(_rows(extract)):
        sheet.write_row(number, 0, [None if cell is None else cell for cell in row])
    workbook.close()
    return buffer.getvalue()


def _ods(extract: Extract) -> bytes:
    rows = "".join(f"<table:table-row>{''.join(map(_ods_cell, row))}</table:table-row>" for row in _rows(extract))
    content = (
        f'<?xml version="1.0" encoding="UTF-8"?><office:document-content {_ODS_NAMESPACES} office:version="1.3">'
        f"<office:body><office:spreadsheet><table:table table:name={quoteattr(FICTIONAL)}>{rows}</table:table>"
        "</office:spreadsheet></office:body></office:document-content>"
    )
    manifest = (
        '<?xml version="1.0" encoding="UTF-8"?><manifest:manifest'
        ' xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0" manifest:version="1.3">'
        f'<manifest:file-entry manifest:full-path="/" manifest:version="1.3" manifest:media-type="{_ODS_TYPE}"/>'
        '<manifest:file-entry manifest:full-path="content.xml" manifest:media-type="text/xml"/></manifest:manifest>'
    )
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as package:
        for name, text, method in (
            ("mimetype", _ODS_TYPE, zipfile.ZIP_STORED),
            ("content.xml", content, zipfile.ZIP_DEFLATED),
            ("META-INF/manifest.xml", manifest, zipfile.ZIP_DEFLATED),
        ):
            package.writestr(zipfile.ZipInfo(name, _CLOCK.timetuple()[:6]), text, method)
    return buffer.getvalue()


def _ods_cell(cell: object) -> str:
    if cell is None:
        return "<table:table-cell/>"
    shown = escape(str(cell))
    if isinstance(cell, int | float):
        return (
            f'<table:table-cell office:value-type="float" office:value="{shown}">'
            f"<text:p>{shown}</text:p></table:table-cell>"
        )
    return f'<table:table-cell office:value-type="string"><text:p>{shown}</text:p></table:table-cell>'
