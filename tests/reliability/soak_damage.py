"""The slow half of the damage: what makes a build do everything again. Run by `make soak`."""

from pathlib import Path

import pytest

from tests.reliability.test_damage import cut, flip

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
    assert path.read_bytes() == before, "what was decoded all the same stays unnoticed"


def test_the_only_release(house):
    flip(house.store.current().database, 0.0, 4096)
    ended = house.build()
    assert ended.code == 0, ended.said
    assert house.store.current().release_id == "2026.2"
