"""What counts as the same table of two builds, and that what differs is found."""

from pathlib import Path

import duckdb
import pytest

from pipelines.distributed import compare as module
from pipelines.distributed.compare import Comparison, compare

OURS = "select * from (values (1, 'a', 0.1, [1.0, 2.0]), (1, 'a', 0.2, [3.0]), (2, null, null, null)) t(n, t, x, l)"


def compared(tmp_path: Path, theirs: str, ours: str = OURS) -> Comparison:
    database = tmp_path / "ours.duckdb"
    kinds = "select n, t, cast(x as double) as x, cast(l as double[]) as l"
    with duckdb.connect(str(database)) as connection:
        connection.execute(f"create or replace table figures as {kinds} from ({ours})")
        connection.execute(f"copy ({kinds} from ({theirs})) to '{tmp_path / 'figures.parquet'}' (format parquet)")
    (found,) = compare(database, tmp_path, ["figures"])
    return found


def test_the_same_rows_in_another_order_are_the_same(tmp_path: Path) -> None:
    found = compared(tmp_path, f"{OURS} order by x desc")
    assert found.is_same
    assert found.within_tolerance == 0


@pytest.mark.parametrize(
    ("was", "becomes"), [("0.2", "0.2 * (1 + 1e-12)"), ("[3.0]", "[3.0 * (1 - 1e-12)]"), ("0.1", "0.1 + 1e-14")]
)
def test_the_last_digits_of_a_floating_point_number_are_told_and_allowed(
    tmp_path: Path, was: str, becomes: str
) -> None:
    found = compared(tmp_path, OURS.replace(was, becomes))
    assert found.is_same
    assert found.within_tolerance == 1


@pytest.mark.parametrize(
    ("was", "becomes"),
    [
        ("(2, null", "(3, null"),
        ("'a', 0.2", "'b', 0.2"),
        ("0.2", "0.2000001"),
        ("0.2", "null"),
        ("[3.0]", "[3.0, 4.0]"),
        ("[3.0]", "[3.1]"),
        ("[3.0]", "null"),
        ("null, null, null", "null, 1.0, null"),
    ],
)
def test_any_other_difference_is_one(tmp_path: Path, was: str, becomes: str) -> None:
    found = compared(tmp_path, OURS.replace(was, becomes))
    assert not found.is_same
    assert found.differing == 1
    assert found.examples


def test_a_row_too_many_is_a_difference(tmp_path: Path) -> None:
    assert not compared(tmp_path, f"{OURS} union all select 9, 'z', 1.0, null").is_same


@pytest.mark.parametrize("changed", [0, 1, 40, 3000])
def test_rows_of_many_portions_are_compared_a_few_at_once(
    tmp_path: Path, changed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "ROWS_AT_ONCE", 100)
    ours = "select i // 2 as n, 'a' || i % 7 as t, i / 3 as x, [i / 7] as l from range(3000) as r(i)"
    theirs = ours.replace("'a' || i % 7", f"case when i < {changed} then 'b' else 'a' || i % 7 end")
    found = compared(tmp_path, f"{theirs} order by hash(i)", ours)
    assert (found.rows, found.other_rows, found.differing) == (3000, 3000, changed)
    nearly = compared(tmp_path, ours.replace("i / 3", f"i / 3 * (1 + if(i < {changed}, 1e-13, 0))"), ours)
    assert nearly.is_same
    assert nearly.within_tolerance == max(changed - 1, 0)  # the first is nought and stays so
