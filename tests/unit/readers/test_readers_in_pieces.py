"""A file read in pieces gives what the same file read whole gives, whatever the size of the pieces."""

import csv
import io
import zipfile
from pathlib import Path

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipelines.readers import Opened, Pieces, RawSheet, Table, UnreadableFile, continued, open_file, read, tables
from pipelines.readers import tabulate as tabulate_
from pipelines.readers.limits import MAX_RECORD_BYTES
from pipelines.readers.raw import grid


def in_pieces(path: Path, size: int) -> Opened:
    return open_file(path, Pieces(whole_bytes=0, piece_bytes=size, whole_cells=0, piece_cells=size))


def together(opened: Opened, header_row: int | None, header_rows: int = 1) -> Table:
    """The tables of all pieces as one, after checking that they fit under each other."""
    found = list(tables(opened.sheets[0], opened.further, header_row, header_rows))
    first = found[0]
    assert all(table.columns == first.columns and table.header_row == first.header_row for table in found)
    notes = tuple(note for table in found for note in table.notes)
    frame = pl.concat([table.frame for table in found])
    return Table(first.sheet, first.header_row, first.columns, frame, notes, first.places)


def whole(path: Path, header_row: int | None, header_rows: int = 1) -> Table:
    (sheet,) = open_file(path, Pieces(whole_bytes=2**40, whole_cells=2**60)).sheets
    return tabulate_(sheet, header_row, header_rows)


def assert_same(one: Table, other: Table) -> None:
    assert one.columns == other.columns
    assert one.frame.rows() == other.frame.rows()
    assert one.notes == other.notes
    assert (one.header_row, one.places) == (other.header_row, other.places)


# Rows of any make: quoted breaks, stray quotes, ragged and blank lines, prose above and below.
CELLS = st.sampled_from(
    ["", "", " ", "a", "12.5", "é", "“x”", 'say "so"', "one\ntwo", "one\r\ntwo", "a,b;c", "long " * 9]
)
ROWS = st.lists(st.lists(CELLS, max_size=6), max_size=14)
RAW_LINES = st.lists(st.sampled_from(['5" pipe,x', ",,", "", '"a"b,c', "note only", ",,,,,stray", "a,b,c"]), max_size=3)


@settings(max_examples=150, deadline=None)
@given(
    above=st.lists(st.sampled_from(["Title", "", "Years:,2014"]), max_size=3),
    rows=ROWS,
    raw=RAW_LINES,
    end=st.sampled_from(["\n", "\r\n"]),
    size=st.integers(1, 60),
    encoding=st.sampled_from(["utf-8", "utf-8-sig", "cp1252", "utf-16"]),
    keeps_last_end=st.booleans(),
)
def test_the_pieces_are_the_whole(
    tmp_path_factory: pytest.TempPathFactory,
    above: list[str],
    rows: list[list[str]],
    raw: list[str],
    end: str,
    size: int,
    encoding: str,
    keeps_last_end: bool,
) -> None:
    buffer = io.StringIO(newline="")
    csv.writer(buffer, lineterminator=end).writerows(rows)
    lines = [*above, "area,rate,,flag", buffer.getvalue().removesuffix(end), *raw]
    text = end.join(lines) + (end if keeps_last_end else "")
    path = tmp_path_factory.getbasetemp() / "pieces.csv"
    path.write_bytes(text.encode(encoding))
    header_row = len(above) + 1
    known = whole(path, header_row)
    opened = in_pieces(path, size)
    pieces = opened.sheets[0]
    if header_row not in pieces.cells["__row"]:
        return  # the first piece of a real file holds 16 MB, and its header with it
    assert_same(together(opened, header_row), known)


@settings(max_examples=100, deadline=None)
@given(
    rows=st.lists(st.tuples(st.integers(-9, 9), st.sampled_from(["a", "", None])), max_size=40), size=st.integers(1, 30)
)
def test_the_pieces_of_parquet_are_the_whole(
    tmp_path_factory: pytest.TempPathFactory, rows: list[tuple[int, str | None]], size: int
) -> None:
    path = tmp_path_factory.getbasetemp() / "pieces.parquet"
    frame = pl.DataFrame(rows, schema={"n": pl.Int64, "": pl.String}, orient="row", infer_schema_length=None)
    frame.write_parquet(path, row_group_size=7)
    opened = in_pieces(path, size)
    assert_same(together(opened, None), whole(path, None))
    assert [sheet.cells.height <= max(1, size // 2) for sheet in in_pieces(path, size).further].count(False) == 0


def piece_of(*rows: list[str | None], first: int, later: frozenset[int] = frozenset()) -> RawSheet:
    sheet = grid(rows, range(first, first + len(rows)))
    return RawSheet(None, sheet.cells, first, later=later)


def test_thin_rows_wait_for_a_fuller_one() -> None:
    first = piece_of(["a", "b", "c"], ["1", "2", "3"], ["4", None, None], first=1)
    further = [
        piece_of(["5", None, None], ["6", "7", None], ["8", None, None], first=4),
        piece_of(["Source: x"], first=7),
        piece_of([None, "y"], first=9),
    ]
    found = list(tables(first, further, 1))
    assert [table.frame["__row"].to_list() for table in found] == [[2], [3, 4, 5], []]
    assert [table.notes for table in found] == [(), (), ((6, "8"), (7, "Source: x"), (9, "y"))]


def test_rows_of_one_cell_all_the_way_are_data_and_are_not_kept_back() -> None:
    first = piece_of(["a", "b", "c"], ["1", None, None], first=1)
    found = list(tables(first, [piece_of(["2"], first=3), piece_of(["3"], first=4)], 1))
    assert [table.frame["__row"].to_list() for table in found] == [[2], [3], [4]]
    assert not any(table.notes for table in found)


def test_a_column_without_a_name_that_is_filled_further_down_is_there_from_the_first_piece(tmp_path: Path) -> None:
    path = tmp_path / "late.csv"
    path.write_text("a,b,\n" + "1,2,\n" * 50 + "1,2,late\n1,2,,,far\n")
    opened = in_pieces(path, 40)
    assert opened.is_in_pieces
    assert opened.sheets[0].later == {1, 2, 3, 5}
    assert tabulate_(opened.sheets[0], 1).columns == ("a", "b", "column 3", "column 5")
    assert_same(together(opened, 1), whole(path, 1))


def test_a_piece_with_text_where_the_table_has_no_column_is_an_error() -> None:
    table = tabulate_(piece_of(["a", "b"], ["1", "2"], first=1), 1)
    with pytest.raises(ValueError, match="from 3 have text in column 3"):
        continued(piece_of(["1", "2", "x"], first=3), table)
    assert continued(piece_of(["1"], first=3), table).frame.rows() == [(3, "1", None)]


def test_small_files_are_read_whole(tmp_path: Path) -> None:
    (tmp_path / "x.csv").write_text("a,b\n1,2\n")
    opened = open_file(tmp_path / "x.csv")
    assert not opened.is_in_pieces
    assert list(opened.further) == []


def test_read_puts_the_pieces_together(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "x.csv"
    path.write_text("a,b\n1,2\n3,4,5\n6,7\n" * 20)
    known = read(path)[0].cells.rows()
    monkeypatch.setattr("pipelines.readers.reading.Pieces", lambda: Pieces(whole_bytes=0, piece_bytes=20))
    assert read(path)[0].cells.rows() == known


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"a,b\n" + b"1,2\n" * 50 + b'"3,4\n' + b"5,6\n" * 50, "record that starts on line 52 is never closed"),
        (b"a,b\n" + b"1,2\n" * 50 + b"\xe9,2\n" + "é,2\n".encode(), "part of it is UTF-8 (byte 209) and part is not"),
        ("é,b\n".encode() + b"1,2\n" * 50 + b"\xe9,2\n", "part of it is UTF-8 (byte 1) and part is not (byte 206)"),
        (b"a,b\n" + b"1,2\n" * 50 + b"\0,2\n", "a NUL byte (byte 205)"),
        (b"a,b\n" + b"1,2\n" * 50 + b"\x81,2\n", "Windows-1252 (byte 205)"),
    ],
)
def test_what_is_wrong_far_down_is_known_before_the_first_piece(tmp_path: Path, data: bytes, reason: str) -> None:
    path = tmp_path / "x.csv"
    path.write_bytes(data)
    with pytest.raises(UnreadableFile) as refusal:
        in_pieces(path, 30)
    assert reason in refusal.value.reason


def test_a_record_without_end_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pipelines.readers.csv.MAX_RECORD_BYTES", 100)
    path = tmp_path / "x.csv"
    for long in (b"x" * 300, b'"' + b"x\n" * 300):
        path.write_bytes(b"a,b\n1,2\n" + long)
        with pytest.raises(UnreadableFile, match=r"starts on line 3 is longer than"):
            in_pieces(path, 30)
    assert MAX_RECORD_BYTES >= 2**20


def test_a_file_that_changes_between_pieces_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "x.csv"
    path.write_text("a,b\n" + "1,2\n" * 50)
    opened = in_pieces(path, 30)
    next(opened.further)
    path.write_text("a,b\n" + "1,3\n" * 51)
    with pytest.raises(UnreadableFile, match="changed while it was read"):
        list(opened.further)


def test_the_one_table_of_a_zip_is_read_in_pieces(tmp_path: Path) -> None:
    path = tmp_path / "x.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("guide.txt", "x")
        archive.writestr("data/x.csv", "a,b,c\n" + "1,2,3\n" * 50 + "Source\n")
    opened = in_pieces(path, 30)
    assert opened.is_in_pieces
    assert opened.sheets[0].sheet == "data/x.csv"
    table = together(opened, 1)
    assert (table.frame.height, table.notes, table.sheet) == (50, ((52, "Source"),), "data/x.csv")


MARKS = {"utf-8-sig": b"", "utf-16-le": b"\xff\xfe", "utf-16-be": b"\xfe\xff"}


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("size", [7, 64, None])
def test_every_encoding_and_delimiter_whole_and_in_pieces(
    tmp_path: Path, encoding: str, delimiter: str, size: int | None
) -> None:
    rows = [["area", "note", "rate"], *([f"Ynys Môn {row}", 'a, b; c\td "x"\r\n“y”', "2.6"] for row in range(30))]
    buffer = io.StringIO(newline="")
    csv.writer(buffer, delimiter=delimiter).writerows(rows)
    path = tmp_path / "x.csv"
    path.write_bytes(MARKS.get(encoding, b"") + buffer.getvalue().encode(encoding))
    opened = open_file(path) if size is None else in_pieces(path, size)
    table = together(opened, 1)
    assert table.columns == ("area", "note", "rate")
    assert [list(row[1:]) for row in table.frame.rows()] == rows[1:]
    assert table.frame["__row"].to_list() == list(range(2, 62, 2)), "a record counts from the line it starts on"
