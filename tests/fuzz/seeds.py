"""Valid files of each format to start from: small generated ones, and the published ones where they are there."""

import datetime as dt
import io
import json
import zipfile
from pathlib import Path

import polars as pl
import xlsxwriter

ROOT = Path(__file__).resolve().parents[2]
REAL = ROOT.parent / "shared" / "real"
FIXTURES = ROOT / "tests" / "fixtures"
MAX_SEED_BYTES = 200_000
SUFFIXES = {
    "csv": (".csv", ".txt", ".tsv"),
    "xlsx": (".xlsx", ".xlsm"),
    "ods": (".ods",),
    "xls": (".xls",),
    "parquet": (".parquet",),
    "json": (".json",),
    "zip": (".zip",),
}


def seeds(format_: str) -> list[bytes]:
    """The files to mutate, generated ones first."""
    found = GENERATED[format_]()
    for folder in (FIXTURES, REAL):
        for path in sorted(folder.rglob("*")) if folder.is_dir() else ():
            if path.suffix.lower() in SUFFIXES[format_] and path.is_file() and path.stat().st_size <= MAX_SEED_BYTES:
                found.append(path.read_bytes())
    return found[:40]


def _csv() -> list[bytes]:
    rows = ["area,rate,note", "E06000001,2.6,x", 'FE0000001,"1,5","say ""so"""', 'FE0000002,,"two\nlines"', "Source: y"]
    text = "\r\n".join(rows)
    return [
        text.encode(),
        text.replace(",", ";").encode("utf-16"),
        "Vellow\té\n1\t“x”\n".encode("cp1252"),
        b"\xef\xbb\xbfa\n1\n",
        ("a,b,c,d\n" + "1,2,3,4\n" * 200).encode(),
    ]


def _xlsx() -> list[bytes]:
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, {"in_memory": True, "default_date_format": "yyyy-mm-dd"}) as book:
        sheet, hidden = book.add_worksheet("Data"), book.add_worksheet("Kept back")
        hidden.hide()
        hidden.write(0, 0, "x")
        sheet.merge_range(0, 0, 0, 3, "Vellow, 2024")
        for row in range(2, 8):
            sheet.write_row(row, 0, [f"FE000000{row}", row / 7, f"text {row}", row % 2 == 0])
        sheet.write_datetime(9, 0, dt.datetime(2024, 5, 1))
        sheet.write_formula(9, 1, "=1/0", None, "#DIV/0!")
        sheet.write_formula(9, 2, "=A1", None, "kept")
    return [buffer.getvalue()]


def _ods() -> list[bytes]:
    names = " ".join(
        f'xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"'
        for name in ("office", "table", "text", "style")
    )
    cell = '<table:table-cell office:value-type="{}" {}><text:p>{}</text:p></table:table-cell>'
    row = "<table:table-row>" + cell.format("string", "", "a<text:s text:c='3'/>b")
    row += cell.format("float", 'office:value="2.5" table:number-columns-repeated="2"', "2.5")
    row += cell.format("date", 'office:date-value="2024-05-01"', "1.5.") + "</table:table-row>"
    blank = '<table:table-row table:number-rows-repeated="4"><table:table-cell/></table:table-row>'
    content = (
        f"<office:document-content {names}><office:body><office:spreadsheet>"
        f'<table:table table:name="S">{row}{blank}{row}</table:table>'
        "</office:spreadsheet></office:body></office:document-content>"
    )
    mimetype = b"application/vnd.oasis.opendocument.spreadsheet"
    return [zip_of({"mimetype": mimetype, "content.xml": content.encode()})]


def _xls() -> list[bytes]:
    return []


def _parquet() -> list[bytes]:
    frame = pl.DataFrame(
        {
            "code": [f"FE000000{row % 10}" for row in range(60)],
            "rate": [row / 7 if row % 5 else None for row in range(60)],
            "count": range(60),
            "date": [dt.date(2024, 1, 1) + dt.timedelta(row) for row in range(60)],
            "parts": [[row, row + 1] for row in range(60)],
            "kind": pl.Series(["a", "b", None] * 20, dtype=pl.Categorical),
        }
    )
    found = []
    for compression in ("uncompressed", "zstd", "snappy"):
        buffer = io.BytesIO()
        frame.write_parquet(buffer, compression=compression, row_group_size=25)  # type: ignore[arg-type]
        found.append(buffer.getvalue())
    return found


def _json() -> list[bytes]:
    records = [
        {"code": "FE0000001", "rate": 2.5, "n": None, "parts": [1, {"x": True}]},
        {"code": "FE0000002", "é": "x"},
    ]
    shapes: list[object] = [records, {"title": "x", "results": records}, {"areas": {"FE0000001": records}}]
    return [json.dumps(shape, ensure_ascii=False).encode() for shape in shapes]


def _zip() -> list[bytes]:
    csv = _csv()[0]
    return [zip_of({"a.csv": csv, "b/c.csv": csv, "guide.pdf": b"%PDF"}), zip_of({"a.csv": csv, "b.json": _json()[0]})]


def zip_of(members: dict[str, bytes]) -> bytes:
    """A zip of these members."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return buffer.getvalue()


GENERATED = {
    "csv": _csv,
    "xlsx": _xlsx,
    "ods": _ods,
    "xls": _xls,
    "parquet": _parquet,
    "json": _json,
    "zip": _zip,
}
