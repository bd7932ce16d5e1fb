"""A plain ODS writer for the benchmark: one sheet, streamed, as odfpy keeps every cell as an object."""

import zipfile
from pathlib import Path
from xml.sax.saxutils import escape

import polars as pl

MIMETYPE = "application/vnd.oasis.opendocument.spreadsheet"
_NAMESPACES = (
    'xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" '
    'xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0" '
    'xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0" office:version="1.2"'
)
_MANIFEST = (
    '<?xml version="1.0" encoding="UTF-8"?><manifest:manifest '
    'xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0" manifest:version="1.2">'
    f'<manifest:file-entry manifest:full-path="/" manifest:media-type="{MIMETYPE}"/>'
    '<manifest:file-entry manifest:full-path="content.xml" manifest:media-type="text/xml"/></manifest:manifest>'
)


def write_ods(frame: pl.DataFrame, path: Path) -> None:
    """Write a frame of texts as one sheet; what is a number is written as one."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as package:
        package.writestr(zipfile.ZipInfo("mimetype"), MIMETYPE)
        package.writestr("META-INF/manifest.xml", _MANIFEST)
        with package.open("content.xml", "w", force_zip64=True) as part:
            part.write(f'<?xml version="1.0" encoding="UTF-8"?><office:document-content {_NAMESPACES}>'.encode())
            part.write(b'<office:body><office:spreadsheet><table:table table:name="Data">')
            for row in (tuple(frame.columns), *frame.iter_rows()):
                part.write(f"<table:table-row>{''.join(map(_cell, row))}</table:table-row>".encode())
            part.write(b"</table:table></office:spreadsheet></office:body></office:document-content>")


def _cell(text: str) -> str:
    if not text:
        return "<table:table-cell/>"
    if text.replace(".", "", 1).isdigit():
        value = f'office:value-type="float" office:value="{text}"'
    else:
        value = 'office:value-type="string"'
    return f"<table:table-cell {value}><text:p>{escape(text)}</text:p></table:table-cell>"
