"""A current release that cannot be opened is left for the newest before it that is as published; it stays as it is."""

import pytest

from pipelines.releases.damage import leave_damaged
from pipelines.releases.store import ReleaseStore
from tests.unit.releases.conftest import build_in, publish_next


@pytest.fixture
def store(tmp_path):
    """Three releases, the last of them current."""
    for generation in (1, 2, 3):
        warehouse = build_in(tmp_path, generation=generation)
        publish_next(warehouse)
    return ReleaseStore(warehouse)


def spoil(release):
    release.database.chmod(0o600)
    release.database.write_bytes(b"\0" * release.database.stat().st_size)


def test_a_release_that_opens_stays_current(store):
    assert leave_damaged(store) is None
    assert store.current().release_id == "2026.3"


def test_readers_are_given_the_newest_whole_one_before_it(store):
    spoil(store.get("2026.3"))
    said = leave_damaged(store)
    assert "release 2026.3 is damaged" in said
    assert "release 2026.2, which is as it was published" in said
    assert store.current().release_id == "2026.2"
    assert leave_damaged(store) is None
    assert "2026.3" in store.issued()


def test_one_before_it_that_is_damaged_too_is_passed_over(store):
    spoil(store.get("2026.3"))
    (store.get("2026.2").path / "checks.json").unlink()
    assert "release 2026.1, which" in leave_damaged(store)
    assert store.current().release_id == "2026.1"


def test_where_none_is_whole_there_is_none(store):
    for release in store.list():
        spoil(release)
    assert "no release before it is whole" in leave_damaged(store)
    assert store.current() is None


@pytest.mark.parametrize("lost", ["MANIFEST", "dovetail.duckdb"])
def test_a_release_that_lost_a_file_it_cannot_do_without_is_left(store, lost):
    (store.get("2026.3").path / lost).unlink()
    assert leave_damaged(store)
    assert store.current().release_id == "2026.2"


def test_a_link_to_a_release_that_is_gone_is_left(store):
    gone = store.get("2026.3").path
    gone.rename(gone.with_name("elsewhere"))
    assert leave_damaged(store)
    assert store.current().release_id == "2026.2"


def test_before_the_first_release_there_is_nothing_to_leave(tmp_path):
    (tmp_path / "releases").mkdir()
    assert leave_damaged(ReleaseStore(tmp_path)) is None
