"""The two writers: what is described stands in the file, the same in both, whatever the words are."""

import re
import zipfile
from datetime import date

import gptables
import openpyxl
import pandas as pd
import pytest
from odf import element

from reports.spreadsheets import check
from reports.spreadsheets.book import Book, Column, Number, Sheet
from tests.unit.reports.spreadsheets.books import HOSTILE, WRITERS, book, cells, written

KINDS = sorted(WRITERS)


@pytest.mark.parametrize("kind", KINDS)
def test_every_cell_stands_in_the_file_with_its_type(kind, tmp_path):
    found = cells(written(book(), tmp_path, kind))

    assert list(found) == ["Cover", "Contents", "Notes", "Latest", "Gaps"]
    assert found["Latest"][-4:] == [
        ["Service", "Value [note 1]", "Marker", "Last day", "Numerator"],
        ["Vellow", 57.2113, "none", date(2024, 9, 30), 1234.0],
        ["Oxterby", "[c]", "[c]", date(2024, 9, 30), "[z]"],
        ["Norrow", -0.5, "[p]", date(2024, 12, 31), "[x]"],
    ]


def test_both_formats_hold_the_same_cells(tmp_path):
    made = book(rows=[(name, Number(1 / 3, 1), "none", date(2024, 1, 31), Number(7, 0)) for name in HOSTILE])
    as_xlsx, as_ods = (cells(written(made, tmp_path, kind)) for kind in ("xlsx", "ods"))

    assert as_xlsx == as_ods


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_words_are_read_as_they_stand(kind, name, tmp_path):
    made = book(title=f"Values of {name}", rows=[(name, Number(1, 0), "none", date(2024, 1, 31), "[z]")])
    path = written(made, tmp_path, kind)

    found = cells(path)["Latest"]
    assert found[0][0] == f"Values of {name}"
    assert found[-1][0] == name
    with zipfile.ZipFile(path) as archive:
        sheets = [
            archive.read(part).decode() for part in archive.namelist() if re.search(r"sheet\d+\.xml|content", part)
        ]
        rest = [archive.read(part).decode() for part in archive.namelist() if part.endswith(".rels")]
    assert not any(re.search(r"<f[ >]|table:formula", sheet) for sheet in sheets)
    assert not any("x.example" in part for part in rest), "no link was made of words"
    assert not check.broken(path, is_fictional=True)


def test_a_text_that_would_run_stays_text_when_its_cell_is_edited(tmp_path):
    made = book(
        rows=[("=1+1", "[x]", "[x]", date(2024, 1, 31), "[z]"), ("Vellow", "[x]", "[x]", date(2024, 1, 31), "[z]")]
    )
    sheet = openpyxl.load_workbook(written(made, tmp_path, "xlsx"))["Latest"]

    assert [row[0].quotePrefix for row in sheet.iter_rows(min_row=sheet.max_row - 1)] == [True, False]


@pytest.mark.parametrize("kind", KINDS)
def test_the_same_workbook_has_the_same_bytes(kind, tmp_path):
    first = written(book(), tmp_path, kind, "first").read_bytes()
    # Another workbook in between must leave no trace, as one that uses more of the format would.
    written(book(rows=[("Vellow", Number(1, 4), "none", date(2024, 1, 31), "[z]")]), tmp_path, kind, "between")

    assert written(book(), tmp_path, kind, "second").read_bytes() == first


def test_the_first_workbook_of_a_process_is_like_any_other(tmp_path, monkeypatch):
    usual = written(book(), tmp_path, "ods", "usual").read_bytes()
    # What odfpy has gathered from all that this process wrote before.
    monkeypatch.setattr(element.Element, "namespaces", {})

    assert written(book(), tmp_path, "ods", "first").read_bytes() == usual


@pytest.mark.parametrize("kind", KINDS)
def test_contents_lead_to_every_sheet(kind, tmp_path):
    with zipfile.ZipFile(written(book(), tmp_path, kind)) as archive:
        text = "".join(
            archive.read(name).decode() for name in archive.namelist() if "sheet2" in name or "content" in name
        )

    links = re.findall(r"""location="'(\w+)'!A1"|xlink:href="#(\w+)\.A1\"""", text)
    assert [one or other for one, other in links] == ["Notes", "Latest", "Gaps"]


@pytest.mark.parametrize("kind", KINDS)
def test_a_number_is_shown_rounded_half_up_and_kept_whole(kind, tmp_path):
    path = written(book(rows=[("Vellow", Number(1234.25, 1), "none", date(2024, 1, 31), "[z]")]), tmp_path, kind)

    assert cells(path)["Latest"][-1][1] == 1234.25
    with zipfile.ZipFile(path) as archive:
        if kind == "ods":
            assert "<text:p>1,234.3</text:p>" in archive.read("content.xml").decode()
        else:
            assert 'formatCode="#,##0.0"' in archive.read("xl/styles.xml").decode()


@pytest.mark.filterwarnings("ignore")
def test_the_sheet_is_laid_out_as_the_analysis_functions_own_library_lays_it_out(tmp_path):
    """Gptables is the yardstick: the same cells and the same marked table from the same description."""
    # It writes a day as a bare number, so there are none here.
    rows = [("Vellow", Number(57.2113, 1), "none", "2024", Number(1234, 0)), ("Oxterby", "[c]", "[c]", "2024", "[z]")]
    made = book(rows=rows)
    latest = made.worksheets[3]
    title, *lines = latest.title, *(line.text for line in latest.lines)
    frame = pd.DataFrame(
        [[cell.value if isinstance(cell, Number) else cell for cell in row] for row in latest.rows],
        columns=[column.label for column in latest.columns],
    )
    table = gptables.GPTable(
        frame,
        latest.table_name,
        title,
        subtitles=[lines[0]],
        instructions=lines[1],
        legend=[lines[2]],
        source=lines[3],
        index_columns={2: 0},
    )
    cover = gptables.Cover("Vellow", intro=["One service."])
    gptables.write_workbook(str(tmp_path / "theirs.xlsx"), {"Latest": table}, cover=cover)

    ours = openpyxl.load_workbook(written(made, tmp_path, "xlsx"))
    theirs = openpyxl.load_workbook(tmp_path / "theirs.xlsx")
    mine, yardstick = ours["Latest"], theirs["Latest"]
    assert list(mine.values) == list(yardstick.values)
    assert mine.tables.items() == yardstick.tables.items() == [("latest_table", "A6:E8")]
    assert mine.freeze_panes is yardstick.freeze_panes is None
    for cell in ("A1", "A3", "A6", "B7"):
        assert (mine[cell].font.name, mine[cell].font.sz, mine[cell].font.b) == (
            yardstick[cell].font.name,
            yardstick[cell].font.sz,
            yardstick[cell].font.b,
        ), cell
    assert ours.sheetnames[:2] == theirs.sheetnames[:2] == ["Cover", "Contents"]


def test_a_sheet_without_rows_says_so_and_has_no_table(tmp_path):
    found = cells(written(book(), tmp_path, "ods"))["Gaps"]

    assert found[2][0] == "This worksheet contains no table: the release records nothing of this kind here."


def test_a_workbook_without_notes_has_no_sheet_of_notes(tmp_path):
    made = Book("Norrow", (), (Sheet("Gaps", "What is missing", (), (Column("Why"),), [("[x]",)]),))
    path = written(made, tmp_path, "ods")

    assert list(cells(path)) == ["Cover", "Contents", "Gaps"]
    assert not check.broken(path, is_fictional=False)
