import json
from datetime import datetime
from pathlib import Path

import duckdb
import pyarrow.parquet as pq
import pytest

# More rows than one row group of Parquet holds, so that the cut between two is covered too.
TWO_ROW_GROUPS = 130_000


def contents(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def with_threads(threads):
    connect = duckdb.connect

    def connect_with(*arguments, **options):
        return connect(*arguments, **(options | {"config": options.get("config", {}) | {"threads": threads}}))

    return connect_with


def test_same_rows_in_two_folders_give_the_same_bytes_at_any_time_and_number_of_threads(build, release_of):
    one_year = "update observations set period_start = '2020-02-01', period_end = '2020-02-29'"
    here = build("here", observations=TWO_ROW_GROUPS, sql=one_year)
    there = build("there", observations=TWO_ROW_GROUPS, sql=one_year, shuffled=True)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(duckdb, "connect", with_threads(1))
        here = release_of(here)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(duckdb, "connect", with_threads(4))
        there = release_of(there, built_at=datetime(2026, 7, 1, 1, 2, 3))

    ours, theirs = contents(here.path), contents(there.path)
    assert ours.keys() == theirs.keys()
    # DuckDB leaves memory as it finds it in the unused parts of its blocks; MANIFEST holds its hash and the time.
    different = {path for path in ours if ours[path] != theirs[path]}
    assert different <= {"dovetail.duckdb", "MANIFEST"}
    assert {
        "data/observations/2020.parquet",
        "data/observations-csv/2020.csv",
        "datapackage.json",
    } <= ours.keys() - different
    assert pq.ParquetFile(here.path / "data" / "observations" / "2020.parquet").num_row_groups == 2
    assert here.data_fingerprint == there.data_fingerprint


def test_the_database_holds_the_same_rows_in_the_same_order(build, release_of):
    here, there = release_of(build("here")), release_of(build("there", shuffled=True))

    def tables(release):
        with duckdb.connect(str(release.database), read_only=True) as connection:
            names = [name for (name,) in connection.execute("show tables").fetchall()]
            return {name: connection.execute(f"from {name}").fetchall() for name in names}

    assert tables(here) == tables(there)
    assert len(tables(here)["observations"]) == 40


def test_one_changed_value_changes_the_fingerprint(build, release_of):
    first = release_of(build("first"))
    changed = release_of(build("second", sql="update observations set value = value + 1 where row = 4"))
    assert first.data_fingerprint != changed.data_fingerprint


def test_only_manifest_carries_the_time(build, release_of):
    seen = {}

    def render(release, into):
        seen.update(json.loads((release / "MANIFEST").read_text(encoding="utf-8")))
        into.mkdir()
        (into / "index.html").write_text("a page", encoding="utf-8")

    release = release_of(build(), built_at=datetime(2026, 11, 12, 13, 14, 15), render=render)
    assert "built_at" not in seen
    assert release.manifest["built_at"] == "2026-11-12T13:14:15"
    with_time = [path for path, text in contents(release.path).items() if b"2026-11-12" in text or b"13:14:15" in text]
    assert with_time == ["MANIFEST"]


def test_the_same_data_again_are_recognised_and_not_published(build, release_of):
    warehouse = build()
    first = release_of(warehouse)
    build()
    again = release_of(warehouse, unless_same_as=first)
    assert again == first
    assert [path.name for path in (warehouse / "releases").iterdir() if path.is_dir()] == ["2026.1"]

    build(generation=2)
    other = release_of(warehouse, unless_same_as=first)
    assert other.release_id == "2026.2"
