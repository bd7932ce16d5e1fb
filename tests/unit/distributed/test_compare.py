"""What counts as the same table of two builds, and that what differs is found."""

from pathlib import Path

import duckdb
import pytest

from pipelines.distributed.compare import Comparison, compare

OURS = "select * from (values (1, 'a', 0.1, [1.0, 2.0]), (1, 'a', 0.2, [3.0]), (2, null, null, null)) t(n, t, x, l)"


def compared(tmp_path: Path, theirs: str, ours: str = OURS) -> Comparison:
    database = tmp_path / "ours.duckdb"
    kinds = "select n, t, cast(x as double) as x, cast(l as double[]) as l"
    with duckdb.connect(str(database)) as connection:
        connection.execute(f"create table figures as {kinds} from ({ours})")
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
