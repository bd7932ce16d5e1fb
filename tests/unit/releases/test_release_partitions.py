"""Tables that grow with time: a file for each year, linked from the release before while its rows are the same."""

import json
import os

import duckdb
import pandas as pd
import polars as pl
import pyarrow.dataset as ds
import pytest
from csvw import CSVW
from frictionless import validate

from pipelines.releases import data_files
from pipelines.releases.partitions import alike, fingerprints
from pipelines.releases.prune import remove
from pipelines.releases.store import ReleaseStore
from pipelines.releases.verify import verify
from tests.unit.releases.conftest import build_in, publish_next

# Periods of three years, and one row that has none.
YEARS = """
update observations set period_start = make_date(2019 + (row % 3)::integer, 5, 1), period_end = make_date(2021, 6, 30);
update observations set period_start = null where row = 7;
"""
LATER = "update observations set value = value + 1 where row = 4;"  # of 2020


@pytest.fixture
def two(build, release_of):
    """Two releases that differ in one value of 2020."""
    warehouse = build(sql=YEARS)
    old = release_of(warehouse)
    build(sql=YEARS + LATER)
    return old, release_of(warehouse)


@pytest.fixture(scope="module")
def unchanged(tmp_path_factory):
    """A release of these years that no test changes."""
    return publish_next(build_in(tmp_path_factory.mktemp("unchanged"), sql=YEARS), render=None)


def inodes(release):
    return {
        path.relative_to(release.path / "data").as_posix(): path.stat().st_ino
        for folder in ("observations", "observations-csv")
        for path in (release.path / "data" / folder).iterdir()
    }


def test_a_file_for_each_year_and_what_did_not_change_is_the_same_file(two):
    before, after = map(inodes, two)
    assert before.keys() == {
        f"{folder}/{year}.{form}"
        for folder, form in (("observations", "parquet"), ("observations-csv", "csv"))
        for year in (2019, 2020, 2021, "none")
    }
    written = {path for path in after if after[path] != before[path]}
    assert written == {"observations/2020.parquet", "observations-csv/2020.csv"}
    assert verify(two[0]) == verify(two[1]) == []
    assert alike(two[0].path, two[1].path, "observations") == [2019, 2021]


def test_every_reader_of_parquet_finds_the_whole_table(two):
    release = two[1]
    folder = release.path / "data" / "observations"
    with duckdb.connect(str(release.database), read_only=True) as connection:
        known = connection.sql("select observation_id, value from observations order by 1").pl()
        by_duckdb = connection.sql(f"select * from '{folder}/*.parquet' order by observation_id").pl()
        assert by_duckdb.columns == [row[0] for row in connection.execute("describe observations").fetchall()]
    found = {
        "duckdb": by_duckdb,
        "polars": pl.read_parquet(folder / "*.parquet"),
        "pandas": pl.from_pandas(pd.read_parquet(folder)[["observation_id", "value"]]),
        "arrow": pl.from_arrow(ds.dataset(folder).to_table()),
    }
    for reader, frame in found.items():
        assert frame.select("observation_id", "value").sort("observation_id").equals(known), reader


def test_a_data_package_of_several_files_is_valid_and_lists_them(two):
    report = validate(str(two[1].path / "datapackage.json"))
    assert report.valid, report.flatten(["title", "message"])
    package = json.loads((two[1].path / "datapackage.json").read_text(encoding="utf-8"))
    (observations,) = (resource for resource in package["resources"] if resource["name"] == "observations")
    assert observations["path"] == [f"data/observations-csv/{year}.csv" for year in (2019, 2020, 2021, "none")]
    (rows,) = (task.stats["rows"] for task in report.tasks if task.name == "observations")
    assert rows == 40


def test_a_row_twice_in_two_files_is_found_by_the_data_package(build, release_of):
    twice = (
        "insert into observations select * replace (date '2021-05-01' as period_start) from observations where row = 3"
    )
    report = validate(str(release_of(build(sql=YEARS + twice)).path / "datapackage.json"))
    assert {row[0] for row in report.flatten(["type"])} == {"primary-key"}


def test_each_file_is_described_on_the_web(two):
    described = CSVW(str(two[1].path / "data" / "csv-metadata.json"), validate=True)
    assert described.is_valid, described.warnings
    urls = [str(table.url) for table in described.tables]
    assert [url for url in urls if url.startswith("observations")] == [
        f"observations-csv/{year}.csv" for year in (2019, 2020, 2021, "none")
    ]


def test_tables_of_more_rows_than_a_sheet_holds_are_packed(build, release_of, monkeypatch):
    monkeypatch.setattr(data_files, "MOST_PLAIN_ROWS", 10)
    warehouse = build(sql=YEARS)
    release = release_of(warehouse)
    packed = release.path / "data" / "observations-csv" / "2019.csv.zst"
    assert pl.read_csv(packed).height == 14
    with duckdb.connect() as connection:
        assert connection.execute(f"select count(*) from '{packed}'").fetchone() == (14,)
    assert (release.path / "data" / "services.csv").is_file()
    package = json.loads((release.path / "datapackage.json").read_text(encoding="utf-8"))
    resources = {resource["name"]: resource for resource in package["resources"]}
    assert resources["observations"]["path"][0] == "data/observations/2019.parquet"
    assert (resources["observations"]["format"], resources["services"]["format"]) == ("parquet", "csv")
    types = {field["name"]: field["type"] for field in resources["observations"]["schema"]["fields"]}
    assert types["derived_from"] == "array"
    assert CSVW(str(release.path / "data" / "csv-metadata.json"), validate=True).is_valid
    build(sql=YEARS + LATER)
    assert (
        inodes(release_of(warehouse))["observations-csv/2019.csv.zst"]
        == inodes(release)["observations-csv/2019.csv.zst"]
    )


@pytest.mark.parametrize(
    "change",
    [
        "update observations set value = value + 1e-9 where row = 4",
        "update observations set value_marker = 'r' where row = 4",
        "update observations set derived_from = ['x'] where row = 4",
        "update observations set recorded_at = recorded_at + interval 1 microsecond where row = 4",
        "update observations set value = null where row = 4",
        # Two rows that exchange a value, and one whose neighbouring columns do.
        "update observations set value = (select value from observations o where o.row = 14 - observations.row + 0)"
        " where row in (4, 10)",
        "update observations set area_code = area_type, area_type = area_code where row = 4",
        "insert into observations select * replace ('twin' as observation_id) from observations where row = 4",
        "delete from observations where row = 4",
        "alter table observations add column more varchar",
        "comment on column observations.value is 'Said otherwise'; comment on table observations is 'Another comment'",
    ],
)
def test_whatever_changes_the_bytes_changes_the_fingerprint(unchanged, build, release_of, change):
    one, other = unchanged, release_of(build(sql=YEARS + change), render=None)
    parts = [fingerprints(release.path)["observations"] for release in (one, other)]
    assert parts[0]["2020"] != parts[1]["2020"]
    files = [release.path / "data" / "observations" / "2020.parquet" for release in (one, other)]
    assert files[0].read_bytes() != files[1].read_bytes()


def test_the_order_in_which_rows_were_built_does_not(build, release_of):
    one, other = release_of(build("one", sql=YEARS)), release_of(build("other", sql=YEARS, shuffled=True))
    assert fingerprints(one.path) == fingerprints(other.path)


def test_a_release_that_became_fictional_shares_nothing(build, release_of):
    warehouse = build(sql=YEARS)
    old, new = release_of(warehouse), release_of(warehouse, is_fictional=True)
    assert not set(inodes(old).values()) & set(inodes(new).values())


def test_a_file_that_was_damaged_since_is_written_anew(build, release_of):
    warehouse = build(sql=YEARS)
    old = release_of(warehouse)
    damaged = old.path / "data" / "observations" / "2019.parquet"
    damaged.chmod(0o644)
    damaged.write_bytes(damaged.read_bytes()[:-9] + b"123456789")
    (old.path / "data" / "observations-csv" / "2021.csv").unlink()
    build(sql=YEARS + LATER)
    new = release_of(warehouse)
    assert [problem.kind for problem in verify(old)] == ["missing", "changed"]
    assert verify(new) == []


def test_where_links_cannot_be_made_there_are_copies(build, release_of, monkeypatch):
    warehouse = build(sql=YEARS)
    old = release_of(warehouse)

    def refuse(*_: object) -> None:
        raise OSError("links are not known here")

    monkeypatch.setattr(os, "link", refuse)
    build(sql=YEARS + LATER)
    new = release_of(warehouse)
    assert not set(inodes(old).values()) & set(inodes(new).values())
    assert verify(new) == []


def test_a_removed_release_harms_no_other(two):
    remove(ReleaseStore(two[0].path.parents[1]), two[0])
    assert verify(two[1]) == []


def test_a_release_that_tells_no_parts_is_nothing_to_link_from(two, build, release_of):
    file = two[1].path / "partitions.json"
    file.chmod(0o644)
    for broken in ("{", "[]", '{"tables": {"observations": 3}}'):
        file.write_text(broken)
        assert fingerprints(two[1].path) == {}
    assert verify(release_of(two[1].path.parents[1])) == []
