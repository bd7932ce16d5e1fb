"""A description in its final words: what stands above a table, what a cell may hold, which notes there are."""

import zipfile
from datetime import date

import pytest

from reports.spreadsheets.book import LONGEST_TEXT, Book, Column, Line, Number, Sheet, words
from tests.unit.reports.spreadsheets.books import book, cells, written


def sheet(made: Book, name: str) -> Sheet:
    return next(one for one in made.worksheets if one.name == name)


def said(made: Book, name: str) -> list[str]:
    return [line.text for line in sheet(made, name).lines]


@pytest.mark.parametrize(
    ("cell", "as_cell"),
    [
        ("", "[x]"),
        ("  \n", "[x]"),
        ("–", "the sign –"),
        ("..", "the sign .."),
        ("Vellow", "Vellow"),
        ("a\x00b\x1fc\ud800", "a\ufffdb\ufffdc\ufffd"),
        ("one\r\ntwo\rthree", "one\ntwo\nthree"),
        ("a\tb", "a b"),
    ],
)
def test_words_are_never_blank_nor_signs_alone_nor_what_a_file_cannot_hold(cell, as_cell):
    assert words(cell) == as_cell


def test_words_that_are_too_long_are_cut_and_say_so():
    cut = words("x" * (LONGEST_TEXT + 1))

    assert len(cut) == LONGEST_TEXT
    assert cut.endswith("(cut here: a cell holds no more)")
    assert words("x" * LONGEST_TEXT) == "x" * LONGEST_TEXT


def test_the_shorthand_of_a_table_is_explained_above_it_and_no_other():
    (line,) = (line for line in said(book(), "Latest") if line.startswith("Shorthand"))

    assert "[c] = suppressed" in line
    assert "[p] = provisional" in line
    assert "[u]" not in line
    rows = [("[odd]", "[q]", "none", date(2024, 1, 31), "none")]
    assert any("[q] = a marker that this version does not know" in line for line in said(book(rows=rows), "Latest"))


def test_a_name_in_brackets_is_no_shorthand():
    rows = [("[see c] and [c]", Number(1, 0), "none", date(2024, 1, 31), "none")]

    assert not any(line.startswith("Shorthand") for line in said(book(rows=rows), "Latest"))


def test_notes_are_numbered_in_the_order_of_the_headings_that_refer_to_them():
    columns = (Column("One", "b"), Column("Two", "a"), Column("Three", "b"))
    first = Sheet("First", "First", (), columns, [("x", "y", "z")])
    empty = Sheet("Second", "Second", (), (Column("Four", "c"),), [])
    made = Book("Vellow", (), (first, empty), {"a": "An a.", "b": "A b.", "c": "A c."})

    assert [column.label for column in sheet(made, "First").columns] == [
        "One [note 1]",
        "Two [note 2]",
        "Three [note 1]",
    ]
    assert [list(row) for row in sheet(made, "Notes").rows] == [["[note 1]", "A b."], ["[note 2]", "An a."]]


def test_every_sheet_of_a_fictional_workbook_says_it_first_and_none_of_another():
    assert all(one.lines[0].text.startswith("FICTIONAL") for one in book().worksheets)
    plain = Book("Vellow", (("About", (Line("One."),)),), (Sheet("Gaps", "Gaps", (), (Column("Why"),), [("x",)]),))
    assert not any("FICTIONAL" in line.text for one in plain.worksheets for line in one.lines)


def test_a_column_is_as_wide_as_its_cells_need_within_limits():
    rows = [("x" * 200, Number(1234567.5, 2), "none", date(2024, 1, 31), "none")]

    assert sheet(book(rows=rows), "Latest").widths == [50, 14, 10, 12, 11]


@pytest.mark.parametrize("kind", ["xlsx", "ods"])
def test_no_member_of_a_file_tells_when_it_was_written(kind, tmp_path):
    with zipfile.ZipFile(written(book(), tmp_path, kind)) as archive:
        assert {member.date_time for member in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        parts = "".join(
            archive.read(name).decode() for name in archive.namelist() if "core" in name or "meta.xml" in name
        )
    assert "2026-11-22T09:30:00" in parts


def test_a_sheet_that_was_described_as_empty_is_read_as_words_in_column_a(tmp_path):
    found = cells(written(book(), tmp_path, "xlsx"))["Gaps"]

    assert [len(row) for row in found] == [1, 1, 1]
