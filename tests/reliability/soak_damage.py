"""The slow half of the damage: what makes a build do everything again. Run by `make soak`."""

from pathlib import Path

import pytest

from pipelines.releases.verify import verify
from tests.reliability.small_country import deliver_correction
from tests.reliability.test_damage import builds, cut, flip

pytestmark = pytest.mark.integration


@pytest.mark.parametrize("at", [0.0, 0.3, 0.6, 0.9])
def test_the_database_that_dbt_builds(house, at):
    flip(house.warehouse / "building" / "warehouse.duckdb", at, 4096)
    ended = house.build()
    assert ended.code == 0, ended.said
    house.stands("2026.2")


@pytest.mark.parametrize("damage", [cut, Path.unlink], ids=["cut", "gone"])
def test_the_database_that_dbt_builds_is_cut_or_gone(house, damage):
    damage(house.warehouse / "building" / "warehouse.duckdb")
    ended = house.build()
    assert ended.code == 0, ended.said
    house.stands("2026.2")


@pytest.mark.parametrize("at", [0.2, 0.5, 0.8])
def test_a_landed_file_whose_ends_are_whole(house, at):
    (path,) = (house.warehouse / "landed" / "observations").glob("*/D000007.parquet")
    before = path.read_bytes()
    flip(path, at, 256)
    ended = house.build()
    assert ended.code == 0, ended.said
    house.stands("2026.2")
    assert path.read_bytes() == before


def test_the_only_release(house):
    flip(house.store.current().database, 0.0, 4096)
    ended = house.build()
    assert ended.code == 0, ended.said
    assert house.store.current().release_id == "2026.2"


@pytest.fixture
def told(tmp_path: Path) -> Path:
    """Where a build notes its steps."""
    return tmp_path / "told"


def test_a_landed_file_that_is_gone(house, told):
    (path,) = (house.warehouse / "landed" / "observations").glob("*/D000007.parquet")
    before = path.read_bytes()
    path.unlink()
    builds(house, told, "written again from the kept original")
    assert path.read_bytes() == before


def test_a_landed_register(house, told):
    (path,) = (house.warehouse / "landed" / "service_memberships").glob("*/D*.parquet")
    before = path.read_bytes()
    cut(path)
    builds(house, told, "written again from the kept original")
    assert path.read_bytes() == before


def test_the_current_release(house, told):
    assert house.steps("receive").code == 0
    second = house.stands("2026.2")
    flip(second.database, 0.0, 4096)
    deliver_correction(house.landing, 2)
    builds(house, told, "release 2026.2 is damaged")
    assert "release 2026.1, which is as it was published, is current" in told.read_text(encoding="utf-8")
    current = house.store.current()
    assert current.release_id == "2026.3"
    assert verify(current) == []
    assert verify(second) != []


def test_what_a_build_notes_for_itself(house):
    for name in ("last_build.json", "outcomes.json", "checks-2-warehouse.json"):
        cut(house.warehouse / "building" / name)
    assert house.steps("receive").code == 0
    house.stands("2026.2")
