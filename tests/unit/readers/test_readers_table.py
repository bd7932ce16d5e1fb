import polars as pl
import pytest

from pipelines.readers import RawSheet, blocks, tables, tabulate
from pipelines.readers.raw import grid


def sheet_of(*rows: list[str | None], first: int = 1) -> RawSheet:
    return grid(rows, range(first, first + len(rows)), sheet="S")


def test_a_table_between_title_and_footnotes() -> None:
    sheet = sheet_of(
        ["Table 1", None, None],
        ["Years:", "2014", None],
        [None, None, None],
        [" Area\n code ", "Rate ", "Note"],
        ["E08000016 ", "2.6", None],
        [None, " ", None],
        ["E06000001", "x", "b"],
        [None, None, None],
        ["Source: SSDA903", None, None],
        [None, "x = 5 or fewer", None],
        first=3,
    )
    table = tabulate(sheet, 6)
    assert table.sheet == "S"
    assert table.header_row == 6
    assert table.columns == ("Area code", "Rate", "Note")
    assert table.frame.columns == ["__row", "Area code", "Rate", "Note"]
    assert table.frame.dtypes == [pl.Int64, pl.String, pl.String, pl.String]
    assert table.frame.rows() == [(7, "E08000016 ", "2.6", None), (9, "E06000001", "x", "b")]
    assert table.notes == ((3, "Table 1"), (4, "Years: | 2014"), (11, "Source: SSDA903"), (12, "x = 5 or fewer"))


def test_every_filled_cell_is_in_the_frame_the_header_or_the_notes() -> None:
    sheet = sheet_of(["t", None, None], ["a", None, "c"], ["1", "2", "3"], ["4", None, None], ["5", "6", None], ["n"])
    table = tabulate(sheet, 2)
    assert table.frame.rows() == [(3, "1", "2", "3"), (4, "4", None, None), (5, "5", "6", None)]
    assert table.columns == ("a", "column 2", "c")
    assert table.notes == ((1, "t"), (6, "n"))


def test_a_narrow_table_has_no_footnotes() -> None:
    table = tabulate(sheet_of(["a", "b"], ["1", "2"], ["3", None]), 1)
    assert table.frame.rows() == [(2, "1", "2"), (3, "3", None)]
    assert table.notes == ()


def test_rows_of_one_cell_with_no_data_above_are_data() -> None:
    assert tabulate(sheet_of(["a", "b", "c"], ["1", None, None]), 1).frame.rows() == [(2, "1", None, None)]


@pytest.mark.parametrize(
    ("header", "columns"),
    [
        (["SN1", "SNP", "SN2", "SNP", "SNP"], ("SN1", "SNP", "SN2", "SNP (2)", "SNP (3)")),
        (["a", "a", "a (2)"], ("a", "a (3)", "a (2)")),
        (["__row", "x"], ("__row (2)", "x")),
        ([None, " ", "x"], ("column 1", "column 2", "x")),
        (["column 2", None], ("column 2", "column 2 (2)")),
    ],
)
def test_names_are_unique_and_never_empty(header: list[str | None], columns: tuple[str, ...]) -> None:
    table = tabulate(sheet_of(header, [str(place) for place in range(len(header))]), 1)
    assert table.columns == columns
    assert table.frame.rows() == [(2, *(str(place) for place in range(len(header))))]


def test_a_blank_column_goes_only_when_it_has_no_name() -> None:
    table = tabulate(sheet_of(["a", None, "b", " "], ["1", None, None, " "], ["2", " ", None, None]), 1)
    assert table.columns == ("a", "b")
    assert table.frame.rows() == [(2, "1", None), (3, "2", None)]


HEADERS = [
    (
        [[None, "Looked after", None, "2014", None], ["Area", "Number", "Share", "Number", "Share"]],
        ("Area", "Looked after | Number", "Looked after | Share", "2014 | Number", "2014 | Share"),
    ),
    (  # a spacer column inside a merged heading does not end it, and keeps no name
        [[None, "A", None, None], ["Area", "x", None, "y"]],
        ("Area", "A | x", "column 3", "A | y"),
    ),
    (  # a heading of a middle row does not run under the next heading of the top row
        [["A", None, "B", None], ["x", None, None, "y"], ["1", "2", "3", "4"]],
        ("A | x | 1", "A | x | 2", "B | 3", "B | y | 4"),
    ),
    ([["Code", "Name"], [None, None]], ("Code", "Name")),
]


@pytest.mark.parametrize(("header", "columns"), HEADERS)
def test_header_rows_are_joined_downwards(header: list[list[str | None]], columns: tuple[str, ...]) -> None:
    width = len(header[0])
    table = tabulate(sheet_of(["Title"], *header, [str(place) for place in range(width)]), 2, len(header))
    assert table.columns == columns
    assert table.header_row == 1 + len(header)
    assert table.frame.height == 1
    assert table.notes == ((1, "Title"),)


def test_a_sheet_that_carries_its_header() -> None:
    cells = pl.DataFrame({"__row": [1, 2, 3], "1": ["a", None, "b"], "2": [None, None, "x"], "3": [None, None, "y"]})
    table = tabulate(RawSheet(None, cells, 1, ("LA ", "v", "v")), None)
    assert table.header_row is None
    assert table.columns == ("LA", "v", "v (2)")
    assert table.frame.rows() == [(1, "a", None, None), (3, "b", "x", "y")]
    last = tabulate(RawSheet(None, cells.reverse(), 1, ("LA", "v", "w")), None)
    assert last.frame.height == 2, "a record with one value is still a record"
    assert last.notes == ()


@pytest.mark.parametrize(("row", "rows"), [(9, 1), (2, 2), (1, 0), (None, 1)])
def test_a_header_that_is_not_there_is_an_error(row: int | None, rows: int) -> None:
    with pytest.raises(ValueError, match="header"):
        tabulate(sheet_of(["a", "b"], ["1", "2"]), row, rows)


def test_a_header_without_rows_gives_an_empty_table() -> None:
    table = tabulate(sheet_of(["a", "b", "c"]), 1)
    assert table.columns == ("a", "b", "c")
    assert table.frame.rows() == []


def side_by_side() -> RawSheet:
    return sheet_of(
        ["Table 1: a title that runs across", None, None, None, "x", None],
        ["Area", "Rate", None, "Area", "Rate", None],
        ["Vellow", "1", None, "Norrow", "3", " "],
        ["Oxterby", "2", None, None, None, None],
        [None, None, None, "Quillmarsh", None, None],
    )


def test_tables_side_by_side_are_found_and_read_one_by_one() -> None:
    sheet = side_by_side()
    assert blocks(sheet, 2) == [(1, 2), (4, 5)]
    left, right = (tabulate(sheet, 2, block=block) for block in blocks(sheet, 2))
    assert left.columns == right.columns == ("Area", "Rate")
    assert left.frame.rows() == [(3, "Vellow", "1"), (4, "Oxterby", "2")]
    assert right.frame.rows() == [(3, "Norrow", "3"), (5, "Quillmarsh", None)]
    assert (left.places, right.places) == ((1, 2), (4, 5))
    assert left.notes == ((1, "Table 1: a title that runs across"),)
    assert right.notes == ((1, "x"),)
    assert tabulate(sheet, 2).columns == ("Area", "Rate", "Area (2)", "Rate (2)")


def test_a_block_of_a_sheet_in_pieces() -> None:
    sheet = side_by_side()
    first = RawSheet(None, sheet.cells.head(3), 1, later=frozenset({1, 2, 4}))
    further = [RawSheet(None, sheet.cells.slice(3, 1), 4), RawSheet(None, sheet.cells.slice(4), 5)]
    right = list(tables(first, further, 2, block=(4, 5)))
    assert [row for table in right for row in table.frame.rows()] == [(3, "Norrow", "3"), (5, "Quillmarsh", None)]


@pytest.mark.parametrize("block", [(0, 2), (2, 1), (5, 7)])
def test_a_block_that_is_not_there_is_an_error(block: tuple[int, int]) -> None:
    with pytest.raises(ValueError, match="the sheet has no columns"):
        tabulate(side_by_side(), 2, block=block)
