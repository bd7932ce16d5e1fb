"""Two builds at once, and readers while releases are published: one writer, and every reader has one release whole."""

import json
import multiprocessing
import os
import time
from pathlib import Path

import duckdb
import pytest

from pipelines.lock import holder_of
from pipelines.releases.store import ReleaseStore
from tests.unit.releases.conftest import build_in, publish_next

pytestmark = pytest.mark.integration

READERS = int(os.environ.get("DOVETAIL_SOAK_READERS", "6"))
RELEASES = int(os.environ.get("DOVETAIL_SOAK_RELEASES", "5"))


def test_one_builds_and_the_other_says_who_or_waits(house, tmp_path):
    first = house.start(pause=(str(tmp_path), "checking "))
    while not (tmp_path / "reached").exists():
        assert first.process.is_alive(), first.end()
        time.sleep(0.02)
    second = house.build()
    assert second.code == 1
    assert f"process {first.pid}" in second.err
    assert "another build is running" in second.err
    assert "at: " in second.err
    assert holder_of(house.warehouse).process == first.pid
    waiting = house.start("--wait")
    while "waiting: another build" not in _words(waiting):
        assert waiting.process.is_alive(), waiting.end()
        time.sleep(0.05)
    (tmp_path / "go").touch()
    assert first.end().code == 0
    ended = waiting.end()
    assert ended.code == 0, ended.said
    assert "Nothing new since release 2026.2" in ended.out
    house.stands("2026.2")


def _words(running) -> str:
    path = running.said.with_name(running.said.name + ".err")
    return path.read_text(encoding="utf-8") if path.exists() else ""


def read(warehouse: Path, over: Path, log: Path) -> None:
    """Read the current release again and again, from its DuckDB file and its Parquet, until told that it is over.

    The generation that the release was made of is in every row of `observations`, and in the names in `services`.
    """
    held = None
    seen: dict[str, int] = {}
    opened = 0
    store = ReleaseStore(warehouse)
    while not over.exists() or opened == 0:
        release = store.current()
        with duckdb.connect(str(release.database), read_only=True) as connection:
            inside = generations(connection, "services", "observations")
        parquet = str(release.path / "data")
        with duckdb.connect() as connection:
            beside = generations(connection, *(_parquet(parquet, name) for name in ("services", "observations")))
        assert inside == beside, (release.release_id, inside, beside)
        assert len(inside) == 1, "one release holds rows of two"
        assert seen.setdefault(release.release_id, next(iter(inside))) == next(iter(inside))
        opened += 1
        if held is None:
            first = release.release_id
            held = duckdb.connect(str(release.database), read_only=True)
        assert generations(held, "services", "observations") == {seen[first]}
    held.close()
    log.write_text(json.dumps({"opened": opened, "seen": sorted(seen)}), encoding="utf-8")


def generations(connection: duckdb.DuckDBPyConnection, services: str, observations: str) -> set[int]:
    """The generations that the names of services and the values of observations tell."""
    names = connection.sql(f"select distinct split_part(service_name, ' of ', 2)::int from {services}").fetchall()
    lowest = connection.sql(f"select floor(min(value) / 1000)::int from {observations}").fetchall()
    return {row[0] for row in names} | {row[0] for row in lowest}


def _parquet(folder: str, table: str) -> str:
    whole = Path(folder) / f"{table}.parquet"
    return f"read_parquet('{whole if whole.exists() else Path(folder) / table / '*.parquet'}')"


def publish_generation(root: Path, generation: int) -> None:
    """A release in which every number is of its generation."""
    warehouse = build_in(root, generation=generation)
    with duckdb.connect(str(warehouse / "building" / "warehouse.duckdb")) as connection:
        connection.execute(f"update observations set value = {generation} * 1000 + value % 100")
    publish_next(warehouse)


def test_readers_are_given_one_release_whole_while_others_are_published(tmp_path):
    publish_generation(tmp_path, 1)
    over = tmp_path / "over"
    context = multiprocessing.get_context("spawn")
    readers = [
        context.Process(target=read, args=(tmp_path / "warehouse", over, tmp_path / f"reader{n}.json"))
        for n in range(READERS)
    ]
    for reader in readers:
        reader.start()
    for generation in range(2, RELEASES + 1):
        publish_generation(tmp_path, generation)
    over.touch()
    for reader in readers:
        reader.join(300)
    assert [reader.exitcode for reader in readers] == [0] * READERS
    told = [json.loads((tmp_path / f"reader{n}.json").read_text()) for n in range(READERS)]
    opened, seen = sum(each["opened"] for each in told), {name for each in told for name in each["seen"]}
    print(f"readers {READERS}, releases {RELEASES}, opened {opened}, different releases seen {len(seen)}")
    assert len(ReleaseStore(tmp_path / "warehouse").list()) == RELEASES
