"""LibreOffice opens both formats, and sees every cell as it was described: text as text, numbers as numbers."""

import csv
import shutil
import subprocess
from datetime import date

import pytest

from reports.spreadsheets.book import Number
from tests.unit.reports.spreadsheets.books import HOSTILE, book, written

# Comma, quote every text, UTF-8, from row 1, formulas as they are written, every sheet a file of its own.
_AS_CSV = "csv:Text - txt - csv (StarCalc):44,34,76,1,,0,true,false,true,false,false,-1"


@pytest.mark.libreoffice
@pytest.mark.parametrize("kind", ["xlsx", "ods"])
def test_libreoffice_reads_every_cell_as_it_was_described(kind, tmp_path):
    rows = [(name, Number(57.25, 2), "[p]", date(2024, 9, 30), Number(1234, 0)) for name in HOSTILE]
    made = book(rows=rows)
    path = written(made, tmp_path, kind)

    subprocess.run(
        [shutil.which("soffice") or "libreoffice", f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}",
         "--headless", "--convert-to", _AS_CSV, "--outdir", str(tmp_path / "out"), str(path)],
        check=True, capture_output=True, timeout=120,
    )  # fmt: skip

    sheets = {file.stem.removeprefix("made-"): file for file in (tmp_path / "out").glob("*.csv")}
    assert set(sheets) == {"Cover", "Contents", "Notes", "Latest", "Gaps"}
    with sheets["Latest"].open(encoding="utf-8", newline="") as file:
        seen = list(csv.reader(file))[-len(rows) :]
    assert [row[0] for row in seen] == HOSTILE
    # As they are shown: the decimals, the day and the thousands are of the cells' formats.
    assert {tuple(row[1:]) for row in seen} == {("57.25", "[p]", "2024-09-30", "1,234")}
