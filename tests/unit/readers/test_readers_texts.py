import datetime as dt
from pathlib import Path

import pytest
import xlsxwriter
from hypothesis import example, given
from hypothesis import strategies as st

from pipelines.readers import read
from pipelines.readers.texts import column_of, text_of

VALUES = st.one_of(
    st.none(), st.text(max_size=3), st.floats(), st.integers(), st.booleans(), st.dates(), st.datetimes(), st.times()
)
KINDS = st.sampled_from(
    [VALUES, st.floats(), st.text(max_size=3), st.one_of(st.floats(), st.text(max_size=3), st.none())]
)


@given(KINDS.flatmap(lambda kind: st.lists(kind, max_size=30)))
@example([0.0, -0.0, 1e-5, -0.00009, 0.001, 1e15, 1e16, 5e-324, 1e300, float("nan"), float("-inf")])
def test_a_column_at_a_time_gives_the_texts_of_its_values(values: list[object]) -> None:
    assert [text or None for text in column_of(values).to_list()] == [text_of(value) for value in values]


@pytest.mark.parametrize("rows", [19_999, 20_000, 20_001])
def test_a_sheet_of_several_batches_is_whole(tmp_path: Path, rows: int) -> None:
    with xlsxwriter.Workbook(tmp_path / "x.xlsx", {"default_date_format": "yyyy-mm-dd"}) as book:
        sheet = book.add_worksheet("S")
        for row in range(rows):
            sheet.write(row, 0, row / 2)
        sheet.write(rows - 2, 2, dt.date(2024, 5, 1))
        sheet.write(rows - 1, 1, "last")
        sheet.write_formula(rows - 1, 3, "=1/0", None, "#DIV/0!")
    cells = read(tmp_path / "x.xlsx")[0].cells
    assert cells["1"].to_list() == [text_of(row / 2) for row in range(rows)]
    assert cells.rows()[-2:] == [
        (rows - 1, text_of((rows - 2) / 2), None, "2024-05-01", None),
        (rows, text_of((rows - 1) / 2), "last", None, "#DIV/0!"),
    ]
