"""Landed files that are gone, cut, changed or unreadable are found by delivery; what never landed is not missed."""

import polars as pl
import pytest

from pipelines.landing.damage import damaged
from pipelines.landing.hashes import hash_of, put_in_place

ROWS = {"D000001": 3, "D000002": 3, "D000003": 0}


@pytest.fixture
def landed(tmp_path):
    """Two deliveries that landed rows, and one that only set some aside; hashes as an older program left them: none."""
    frame = pl.DataFrame({"area_code": ["a", "b", "c"] * 200, "value": range(600)})
    for path in ("observations/s/D000001", "observations/s/D000002", "quarantined_rows/D000002",
                 "quarantined_rows/D000003"):  # fmt: skip
        file = tmp_path / f"{path}.parquet"
        file.parent.mkdir(parents=True, exist_ok=True)
        frame.write_parquet(file)
    return tmp_path


def test_whole_files_are_left_alone(landed):
    assert damaged(landed, ROWS) == {}
    assert damaged(landed, ROWS, "rows") == {}


def test_rows_that_are_gone_are_missed_though_the_findings_are_there(landed):
    (landed / "observations/s/D000002.parquet").unlink()
    assert damaged(landed, ROWS) == {"D000002": []}


@pytest.mark.parametrize("kept", [0, 2, 5, 900])
def test_a_file_that_was_cut_is_found(landed, kept):
    path = landed / "quarantined_rows/D000003.parquet"
    path.write_bytes(path.read_bytes()[:kept])
    assert damaged(landed, ROWS) == {"D000003": [path]}


def test_a_file_whose_ends_are_whole_is_found_by_reading_it(landed):
    path = landed / "observations/s/D000001.parquet"
    held = path.read_bytes()
    path.write_bytes(held[:4] + bytes(byte ^ 0xFF for byte in held[4:200]) + held[200:])
    assert damaged(landed, ROWS, "bytes") == {}
    assert damaged(landed, ROWS, "rows") == {"D000001": [path]}


@pytest.fixture
def hashed(landed):
    """The same, each file with the hash of what was written."""
    for path in landed.rglob("D*.parquet"):
        partial = path.with_suffix(".partial")
        path.rename(partial)
        put_in_place(partial, path)
    return landed


def change(path):
    """A value that is another, in a file that reads as well as before."""
    pl.read_parquet(path).with_columns(pl.col("value") + 1).write_parquet(path)


def test_another_value_is_found_by_the_hash_and_by_nothing_else(hashed):
    path = hashed / "observations/s/D000002.parquet"
    change(path)
    assert damaged(hashed, ROWS, "ends") == {}
    assert damaged(hashed, ROWS, "bytes") == {"D000002": [path]}
    assert damaged(hashed, ROWS, "rows") == {"D000002": [path]}
    hash_of(path).unlink()
    assert damaged(hashed, ROWS, "rows") == {}


def test_files_with_their_hashes_are_left_alone(hashed):
    assert damaged(hashed, ROWS, "bytes") == damaged(hashed, ROWS, "rows") == {}


@pytest.mark.parametrize("kept", [0, 30, 66])
def test_a_hash_that_is_half_there_condemns_nothing(hashed, kept):
    half = hash_of(hashed / "observations/s/D000001.parquet")
    half.write_bytes(half.read_bytes()[:kept])
    assert damaged(hashed, ROWS, "bytes") == damaged(hashed, ROWS, "rows") == {}
