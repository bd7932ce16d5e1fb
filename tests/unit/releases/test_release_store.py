import shutil
from datetime import datetime

import pytest

from pipelines.releases.store import ReleaseNotFound, ReleaseStore

NOW = datetime(2026, 3, 1)


def with_releases(folder, *release_ids):
    for release_id in release_ids:
        (folder / "releases" / release_id).mkdir(parents=True)
    return ReleaseStore(folder)


def test_before_the_first_release_there_is_none(tmp_path):
    store = ReleaseStore(tmp_path)
    assert store.current() is None
    assert store.list() == []
    assert store.next_id(NOW) == "2026.1"


def test_releases_are_ordered_by_number_not_by_text(tmp_path):
    store = with_releases(tmp_path, "2026.10", "2026.9", "2025.12", ".partial-2026.11-1", "notes")
    assert [release.release_id for release in store.list()] == ["2025.12", "2026.9", "2026.10"]
    assert store.next_id(NOW) == "2026.11"


def test_a_new_year_begins_at_one(tmp_path):
    assert with_releases(tmp_path, "2025.12").next_id(NOW) == "2026.1"


def test_a_clock_that_moved_back_gives_no_lower_number(tmp_path):
    assert with_releases(tmp_path, "2026.2").next_id(datetime(2024, 1, 1)) == "2026.3"


def test_a_number_is_not_given_again_when_its_release_is_gone(build, release_of):
    warehouse = build()
    release_of(warehouse)
    newest = release_of(warehouse)
    assert newest.release_id == "2026.2"
    shutil.rmtree(newest.path)
    assert ReleaseStore(warehouse).next_id(NOW) == "2026.3"


def test_current_is_the_newest_published_and_its_path_is_its_own(build, release_of):
    warehouse = build()
    release_of(warehouse)
    release = release_of(warehouse)
    store = ReleaseStore(warehouse)
    assert store.current() == release
    assert (warehouse / "current").is_symlink()
    assert str((warehouse / "current").readlink()) == "releases/2026.2"
    assert "current" not in str(store.current().database.relative_to(warehouse))


def test_a_moved_warehouse_keeps_its_current_release(build, release_of, tmp_path):
    warehouse = build()
    release_of(warehouse)
    warehouse.rename(tmp_path / "elsewhere")
    assert ReleaseStore(tmp_path / "elsewhere").current().release_id == "2026.1"


def test_current_that_points_nowhere_is_said(build, release_of):
    warehouse = build()
    shutil.rmtree(release_of(warehouse).path)
    with pytest.raises(ReleaseNotFound, match=r"no release 2026\.1"):
        ReleaseStore(warehouse).current()


@pytest.mark.parametrize("release_id", ["2026.7", "../releases/2026.1", "", "current", "2026.01"])
def test_an_unknown_release_is_said_with_those_there_are(tmp_path, release_id):
    with pytest.raises(ReleaseNotFound, match=r"there are: 2026\.1"):
        with_releases(tmp_path, "2026.1").get(release_id)


def test_a_pinned_release_is_remembered(tmp_path):
    store = with_releases(tmp_path, "2026.1", "2026.2")
    store.pin("2026.2")
    store.pin("2026.1")
    assert ReleaseStore(tmp_path).pinned() == {"2026.1", "2026.2"}
    with pytest.raises(ReleaseNotFound):
        store.pin("2026.3")
