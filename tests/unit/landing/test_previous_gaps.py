"""What a build goes on from: the gap ledger of the release before, linked or, of an older program, written anew."""

import errno
import os
from datetime import date

import polars as pl
import pytest

from pipelines.landing import versions
from pipelines.landing.previous_gaps import SHAPE, lay_out
from pipelines.landing.versions import files_version
from pipelines.releases.fingerprint import file_sha256
from sources.shapes import schema

GAPS = {
    name: [f"{name} of {gap}" for gap in range(3)]
    if kind == pl.String
    else [date(2020 + gap, 3, 31) for gap in range(3)]
    if kind == pl.Date
    else [True, False, None]
    if kind == pl.Boolean
    else [1, 2, None]
    for name, kind in schema(SHAPE).items()
}


@pytest.fixture
def gaps():
    return pl.DataFrame(GAPS, schema=schema(SHAPE))


@pytest.fixture
def release(tmp_path):
    folder = tmp_path / "2026.1"
    (folder / "data").mkdir(parents=True)
    return folder


def in_one(release, gaps):
    path = release / "data" / "attribution_gaps.parquet"
    gaps.write_parquet(path)
    return [path]


def by_year(release, gaps):
    folder = release / "data" / "attribution_gaps"
    folder.mkdir()
    paths = []
    for (year,), rows in gaps.group_by(pl.col("period_end").dt.year(), maintain_order=True):
        rows.write_parquet(folder / f"{year}.parquet")
        paths.append(folder / f"{year}.parquet")
    return paths


def laid_out(ledger):
    return pl.read_parquet(ledger / SHAPE / "*.parquet")


def test_before_the_first_release_there_are_none(tmp_path):
    lay_out(None, tmp_path)
    assert laid_out(tmp_path).schema == schema(SHAPE)
    assert laid_out(tmp_path).is_empty()


@pytest.mark.parametrize("write", [in_one, by_year])
def test_files_in_the_shape_of_today_are_linked_in_place_of_what_was_there(tmp_path, release, gaps, write):
    paths = write(release, gaps.with_columns(more=pl.lit("a column that no build goes on from")))
    (tmp_path / SHAPE).mkdir()
    (tmp_path / SHAPE / "2019.parquet").write_bytes(b"of the release before")
    lay_out(release, tmp_path)
    linked = {path.name: path.stat().st_ino for path in (tmp_path / SHAPE).iterdir()}
    assert linked == {path.name: path.stat().st_ino for path in paths}
    assert laid_out(tmp_path).select(gaps.columns).equals(gaps)


def test_on_another_file_system_they_are_copied(tmp_path, release, gaps, monkeypatch):
    def refuse(*_):
        raise OSError(errno.EXDEV, "Invalid cross-device link")

    (path,) = in_one(release, gaps)
    monkeypatch.setattr(os, "link", refuse)
    lay_out(release, tmp_path)
    (copy,) = (tmp_path / SHAPE).iterdir()
    assert copy.stat().st_ino != path.stat().st_ino
    assert copy.read_bytes() == path.read_bytes()


@pytest.mark.parametrize("write", [in_one, by_year])
@pytest.mark.parametrize(
    "older",
    [
        lambda frame: frame.drop("reopens_when", "comparisons_changed"),
        lambda frame: frame.with_columns(pl.col("rule_version").cast(pl.Int32)),
    ],
    ids=["columns that it lacked", "another type"],
)
def test_those_of_an_older_program_are_written_once_more(tmp_path, release, gaps, write, older):
    write(release, older(gaps))
    lay_out(release, tmp_path)
    lacking = set(gaps.columns) - set(older(gaps).columns)
    expected = gaps.with_columns(pl.lit(None).cast(schema(SHAPE)[name]).alias(name) for name in lacking)
    found = laid_out(tmp_path)
    assert found.schema == schema(SHAPE)
    assert found.sort("gap_id").equals(expected.sort("gap_id"))


def test_one_year_that_is_older_is_enough(tmp_path, release, gaps):
    first, *_ = by_year(release, gaps)
    pl.read_parquet(first).drop("resolved_by").write_parquet(first)
    lay_out(release, tmp_path)
    assert laid_out(tmp_path).sort("gap_id")["resolved_by"].to_list() == [None, *GAPS["resolved_by"][1:]]


def test_their_version_tells_what_they_hold_and_not_how_they_are_named(tmp_path, release, gaps):
    (path,) = in_one(release, gaps)
    lay_out(release, tmp_path)
    before = files_version(tmp_path / SHAPE, {})
    lay_out(release, tmp_path)
    assert files_version(tmp_path / SHAPE, {}) == before
    gaps.with_columns(closed_in_release=pl.lit("2026.2")).write_parquet(path)
    lay_out(release, tmp_path)
    assert files_version(tmp_path / SHAPE, {}) != before
    assert files_version(tmp_path / "nothing", {}) != before


def test_their_version_is_told_by_what_was_published_of_the_files_they_are_links_to(
    tmp_path, release, gaps, monkeypatch
):
    paths = by_year(release, gaps)
    lay_out(release, tmp_path)
    of_bytes = files_version(tmp_path / SHAPE, {})
    published = {path: file_sha256(path) for path in paths}
    gone = {release / "data" / "gone.parquet": "of a file that is not there"}
    monkeypatch.delattr(versions, "file_sha256")
    assert files_version(tmp_path / SHAPE, published | gone) == of_bytes
    assert files_version(tmp_path / SHAPE, published | {paths[0]: "another"}) != of_bytes
