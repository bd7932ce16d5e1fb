import datetime as dt
import json
from pathlib import Path

import polars as pl
import pytest

from pipelines.readers import read

COLUMNS = [
    (pl.Series(["00012", "", None, " x "]), ["00012", None, None, " x "]),
    (pl.Series([2.6, 301.0, None, -0.4, 1e21, float("nan")]), ["2.6", "301", None, "-0.4", "1e+21", "NaN"]),
    (pl.Series([2.6, 301.0], dtype=pl.Float32), ["2.6", "301"]),
    (pl.Series([1, None, 2**62]), ["1", None, str(2**62)]),
    (pl.Series([True, False, None]), ["True", "False", None]),
    (pl.Series([dt.date(2024, 5, 1), None]), ["2024-05-01", None]),
    (
        pl.Series([dt.datetime(2024, 5, 1), dt.datetime(2024, 5, 1, 10, 30)]),
        ["2024-05-01", "2024-05-01T10:30:00"],
    ),
    (pl.Series(["a", "b", "a"], dtype=pl.Categorical), ["a", "b", "a"]),
    (pl.Series([b"E08", None]), ["E08", None]),
    (pl.Series([[1, 2], None]), ["[1,2]", None]),
    (pl.Series([{"s": "2009-01-01", "n": 1}]), ['{"s":"2009-01-01","n":1}']),
    (pl.Series([None, None]), [None, None]),
]


@pytest.mark.parametrize(("column", "texts"), COLUMNS)
def test_parquet_values_become_text(tmp_path: Path, column: pl.Series, texts: list[str | None]) -> None:
    path = tmp_path / "data"
    pl.DataFrame([column.alias("LA Number"), pl.Series("x", range(len(column)))]).write_parquet(path)
    (sheet,) = read(path)
    assert sheet.header == ("LA Number", "x")
    assert sheet.first_row == 1
    assert sheet.cells.columns == ["__row", "1", "2"]
    assert sheet.cells["__row"].to_list() == list(range(1, len(column) + 1))
    assert sheet.cells["1"].dtype == pl.String
    assert sheet.cells["1"].to_list() == texts


def read_json(path: Path, value: object) -> tuple[tuple[str, ...] | None, list[tuple]]:
    path.write_text(json.dumps(value), encoding="utf-8")
    (sheet,) = read(path)
    return sheet.header, sheet.cells.rows()


RECORDS = [{"id": "00012", "v": 2.6}, {"v": 301.0, "ok": True, "n": None, "id": ""}]
READ = (("id", "v", "ok", "n"), [(1, "00012", "2.6", None, None), (2, None, "301", "True", None)])


@pytest.mark.parametrize(
    "value",
    [RECORDS, {"results": RECORDS}, {"title": "t", "page": 1, "results": RECORDS}],
    ids=["list", "named", "about"],
)
@pytest.mark.parametrize("name", ["d.json", "d.txt", "d"])
def test_json_records_are_found(tmp_path: Path, value: object, name: str) -> None:
    assert read_json(tmp_path / name, value) == READ


@pytest.mark.parametrize("value", [{"areas": {"A": [{"n": 1}, {"n": 2}], "B": [{"n": 3}]}, "source": "s"}])
def test_json_records_under_keys_keep_their_key(tmp_path: Path, value: object) -> None:
    assert read_json(tmp_path / "d.json", value) == (("key", "n"), [(1, "A", "1"), (2, "A", "2"), (3, "B", "3")])


def test_json_key_gives_way_to_a_name_of_the_record(tmp_path: Path) -> None:
    assert read_json(tmp_path / "d.json", {"A": {"key": 1}}) == (("key_", "key"), [(1, "A", "1")])


def test_nested_json_is_kept_as_compact_text(tmp_path: Path) -> None:
    _, rows = read_json(tmp_path / "d.json", [{"date": {"s": "2009-01-01"}, "alt": ["Ynys Môn", 1.0]}])
    assert rows == [(1, '{"s":"2009-01-01"}', '["Ynys Môn",1.0]')]
