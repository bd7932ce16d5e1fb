import csv
import io
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipelines.readers import UnreadableFile, read
from pipelines.readers.csv import delimiter_of
from pipelines.readers.csv_records import Records, sure, swift


def rows_of(path: Path, data: bytes) -> list[tuple]:
    path.write_bytes(data)
    (sheet,) = read(path)
    assert sheet.header is None
    assert sheet.sheet is None
    return sheet.cells.rows()


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "data.csv"


ENCODINGS = [
    ("utf-8", b""),
    ("utf-8", b"\xef\xbb\xbf"),
    ("cp1252", b""),
    ("utf-16-le", b"\xff\xfe"),
    ("utf-16-be", b"\xfe\xff"),
    ("utf-32-le", b"\xff\xfe\0\0"),
]


@pytest.mark.parametrize(("encoding", "mark"), ENCODINGS)
def test_an_encoding_is_found(file: Path, encoding: str, mark: bytes) -> None:
    text = "area,rate\r\nYnys Môn,“2.6”\r\n"
    assert rows_of(file, mark + text.encode(encoding)) == [(1, "area", "rate"), (2, "Ynys Môn", "“2.6”")]


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_a_delimiter_is_found_where_quoted_cells_hold_the_others(file: Path, delimiter: str) -> None:
    text = f'a{delimiter}b{delimiter}c\n"1,5;\t"{delimiter}2{delimiter}3\n"1,5;\t,"{delimiter}2{delimiter}3\n'
    assert rows_of(file, text.encode())[0] == (1, "a", "b", "c")
    assert rows_of(file, text.encode())[2] == (3, "1,5;\t,", "2", "3")


def test_decimal_commas_do_not_hide_a_semicolon() -> None:
    assert delimiter_of("area;rate;share\nA;1,5;2,5\nB;1,6;2,6\n") == ";"


def test_a_tie_goes_to_the_comma() -> None:
    assert delimiter_of("a,b;c\nd,e;f\n") == ","


def test_a_column_alone_is_a_table(file: Path) -> None:
    assert rows_of(file, b"code\n00012\n") == [(1, "code"), (2, "00012")]


def test_row_numbers_are_lines_of_the_file(file: Path) -> None:
    data = b'\n\r\nTitle\r\n\r\narea,note\r\nA,"one\r\ntwo\nthree"\r\nB,"x ""y"""\r\n\r\n,\r\n'
    assert rows_of(file, data) == [
        (3, "Title", None),
        (4, None, None),
        (5, "area", "note"),
        (6, "A", "one\r\ntwo\nthree"),
        (9, "B", 'x "y"'),
    ]


def test_first_row_is_the_line_of_the_first_record(file: Path) -> None:
    file.write_bytes(b"\n\n\na,b\n")
    assert read(file)[0].first_row == 4


def test_ragged_rows_keep_every_cell(file: Path) -> None:
    assert rows_of(file, b"a,b\n1\n1,2,3,,5\n") == [
        (1, "a", "b", None, None, None),
        (2, "1", None, None, None, None),
        (3, "1", "2", "3", None, "5"),
    ]


def test_text_is_left_alone(file: Path) -> None:
    cells = ["00012", " 2.60 ", "1e5", "TRUE", "NA", "2024-05-01", "null", "-"]
    assert rows_of(file, ",".join(cells).encode()) == [(1, *cells)]


def test_empty_and_quoted_empty_are_null_and_a_space_is_not(file: Path) -> None:
    assert rows_of(file, b'a,b,c,d\n,"", ,x\n') == [(1, "a", "b", "c", "d"), (2, None, None, " ", "x")]


def test_old_macintosh_line_ends(file: Path) -> None:
    assert rows_of(file, b"a,b\r1,2\r") == [(1, "a", "b"), (2, "1", "2")]


def test_a_cell_longer_than_the_csv_module_allows(file: Path) -> None:
    long = "x" * 200_000
    assert rows_of(file, f'a,b\n"{long}",2\n'.encode())[1][1] == long


def test_a_bracket_at_the_start_does_not_make_json(file: Path) -> None:
    assert rows_of(file, b"[x],[c]\n1,2\n") == [(1, "[x]", "[c]"), (2, "1", "2")]


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"a,b\n1,\0\n", "it holds a NUL byte (byte 7)"),
        ("a,b\n1,2\n".encode("utf-16-le"), "UTF-16 without a byte order mark"),
        (b"\xff\xfe" + "a,b\n1,\0\n".encode("utf-16-le"), "a NUL character on line 2"),
        (b"\xef\xbb\xbfa,\xe9\n", "marked as UTF-8 but byte 6"),
        (b"a,b\n\x81,2\n", "not text in UTF-8, UTF-16 or Windows-1252 (byte 5)"),
        (b'a,b\n1,2\n"3,4\n', "a quote opened in the record that starts on line 3 is never closed"),
    ],
)
def test_what_cannot_be_read_whole_is_refused(file: Path, data: bytes, reason: str) -> None:
    file.write_bytes(data)
    with pytest.raises(UnreadableFile) as refusal:
        read(file)
    assert reason in refusal.value.reason


# Any character that may stand in a text file, and often those that CSV treats apart. Other controls make a file
# binary, and a byte order mark is no cell.
CHARACTERS = st.one_of(
    st.sampled_from('",;\t\n\r '), st.characters(exclude_categories=["Cs", "Cc"], exclude_characters="\ufeff")
)
CELLS = st.one_of(st.sampled_from(["", " ", "NA", "00012", "x"]), st.text(CHARACTERS, max_size=8))


@st.composite
def grids(draw: st.DrawFn, cells: st.SearchStrategy[str] = CELLS) -> list[list[str]]:
    width = draw(st.integers(2, 5))
    body = draw(st.lists(st.lists(cells, min_size=width, max_size=width), min_size=1, max_size=8))
    # The corner cells fix the size: blank edges are trimmed on reading.
    return [["first", *["head"] * (width - 1)], *body, ["last"] * width]


# A writer that ends lines with LF alone leaves a lone CR unquoted, which every reader takes for a line end.
QUOTING = st.sampled_from([("\r\n", csv.QUOTE_MINIMAL), ("\r\n", csv.QUOTE_ALL), ("\n", csv.QUOTE_ALL)])


@settings(max_examples=80, deadline=None)
@given(rows=grids(), style=QUOTING, encoding=st.sampled_from(["utf-8", "utf-8-sig", "utf-16"]))
def test_every_cell_written_is_read(
    tmp_path_factory: pytest.TempPathFactory, rows: list[list[str]], style: tuple[str, int], encoding: str
) -> None:
    buffer = io.StringIO(newline="")
    csv.writer(buffer, lineterminator=style[0], quoting=style[1]).writerows(rows)
    path = tmp_path_factory.getbasetemp() / "written.csv"
    path.write_bytes(buffer.getvalue().encode(encoding))
    (sheet,) = read(path)
    assert [list(row[1:]) for row in sheet.cells.rows()] == [[cell or None for cell in row] for row in rows]
    lines = buffer.getvalue().replace("\r\n", "\n").replace("\r", "\n").split("\n")
    for number, first, *_ in sheet.cells.rows():
        if first and not set(first) & set('",;\t\n\r '):
            assert lines[number - 1].startswith((first, f'"{first}"'))


def both(data: bytes, *, is_last: bool = True, width: int = 2) -> tuple[Records | None, Records]:
    swift_ = swift(data, ",", 1, is_last=is_last, width=width, path=Path("x.csv"))
    return swift_, sure(data, ",", 1, is_last=is_last, path=Path("x.csv"))


def agree(data: bytes, *, is_last: bool = True) -> bool:
    """Whether Polars was sure of the records; where it was, they are those of the csv module."""
    found, known = both(data, is_last=is_last)
    if found is None:
        return False
    # Empty text and a missing cell are the same to everybody after this.
    assert [tuple(cell or None for cell in row) for row in found.frame.rows()] == [
        tuple(cell or None for cell in row) + (None,) * (found.frame.width - known.frame.width)
        for row in known.frame.rows()
    ]
    assert (found.used, found.lines) == (known.used, known.lines) or is_last
    return True


# The characters that decide how records are cut, in any order: most of these texts were written by no program.
SOUP = st.text(st.sampled_from(',"\n\r ax\u00e9'), max_size=40)


@settings(max_examples=1500, deadline=None)
@given(text=SOUP, is_last=st.booleans())
def test_the_swift_reading_and_the_sure_one_agree(text: str, is_last: bool) -> None:
    data = text.encode() if is_last else text.encode() + b"\n"
    try:
        agree(data, is_last=is_last)
    except UnreadableFile:
        with pytest.raises(UnreadableFile, match="is never closed"):
            sure(data, ",", 1, is_last=is_last, path=Path("x.csv"))


@settings(max_examples=200, deadline=None)
@given(rows=grids(), style=QUOTING)
def test_the_swift_reading_is_sure_of_what_a_program_wrote(rows: list[list[str]], style: tuple[str, int]) -> None:
    buffer = io.StringIO(newline="")
    csv.writer(buffer, lineterminator=style[0], quoting=style[1]).writerows(rows)
    lone = buffer.getvalue().replace("\r\n", "")
    assert agree(buffer.getvalue().encode()) or "\r" in lone


@pytest.mark.parametrize("text", ['5" pipe,"x"\n', '"b", "b"\n', '"a"b,c\n', "a\rb\n", 'a,"b\x1d\nc"\n'])
def test_odd_quotes_and_line_ends_are_left_to_the_sure_reading(text: str) -> None:
    assert both(text.encode())[0] is None
