"""A database brought up to date is the one that a build of everything would have made, whatever came in between.

Random countries lose and gain rows, settings and releases step by step; after each step every table of the updated
database is held against the same compiled SQL run from nothing.
"""

import os
import shutil
import subprocess
import sys
from contextlib import chdir, nullcontext
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path
from random import Random
from signal import SIGKILL
from typing import Any

import duckdb
import polars as pl
import pytest
from polars.testing import assert_frame_equal

from expectations.attribution import kept as evidence
from expectations.suites import BY_PERIOD
from expectations.warehouse import open_catalogue
from pipelines.warehouse import build, recipe, standing
from pipelines.warehouse.manifest import manifest
from pipelines.warehouse.results import NodeResult
from pipelines.warehouse.update import ASIDE
from sources.shapes import schema
from tests.integration.warehouse.compiled import run
from tests.integration.warehouse.history import History
from tests.integration.warehouse.world import World

pytestmark = pytest.mark.integration

SEED = 20261122
STEPS = int(os.environ.get("DOVETAIL_UPDATE_STEPS", "4"))
DATABASE = Path("building") / "warehouse.duckdb"


class CheckFails(Exception):
    """A check of the update fails: everything would be made new, so that dbt says what it is."""


def updated(folder: Path, monkeypatch: pytest.MonkeyPatch) -> list[NodeResult]:
    """Bring it up to date, and nothing but that."""
    said: list[str] = []

    def refuse(*_: object) -> list[NodeResult]:
        assert "the check" in said[-1], said
        raise CheckFails(said[-1])

    monkeypatch.setattr(build, "_build_anew", refuse)
    return build.bring_up_to_date(folder, say=said.append)


@pytest.fixture
def kept(country: Path, nodes: list[NodeResult], tmp_path: Path) -> Path:
    """The small country as it was built, in a folder that a test may change; landed observations only by new files."""
    folder = tmp_path / "kept"

    def copy(source: str, target: str) -> None:
        # A copied file is another file, and would be read again.
        (os.link if "/landed/observations/" in source else shutil.copy2)(source, target)

    shutil.copytree(country, folder, ignore=shutil.ignore_patterns("target", "logs"), copy_function=copy)
    return folder


def tables(connection: duckdb.DuckDBPyConnection) -> dict[str, tuple[int, int]]:
    """Rows and their hash, of every table."""
    names = connection.execute(
        "select schema_name || '.' || table_name from duckdb_tables()"
        " where database_name = 'warehouse' and schema_name in ('main', 'internal')"
    ).fetchall()
    return {
        name: connection.execute(f"select count(*), sum(hash(t)) from {name} as t").fetchall()[0] for (name,) in names
    }


def everything_new(folder: Path) -> tuple[dict[str, tuple[int, int]], dict[str, int]]:
    """The same recipe from nothing, in memory: its tables, and the rows that each test finds."""
    with duckdb.connect(str(folder / DATABASE), read_only=True) as kept_one:
        nodes = recipe.load(kept_one)
    with duckdb.connect() as connection, chdir(folder):
        connection.execute("set TimeZone = 'UTC'")
        connection.execute("attach ':memory:' as warehouse; create schema warehouse.internal; use warehouse")
        found = {}
        for node in nodes:
            if node.kind == "test":
                found[node.unique_id] = connection.execute(f"select count(*) from ({node.sql})").fetchall()[0][0]
            elif node.is_python:
                relation = str(node.relation).replace('"', "")
                run(connection, f"create table {relation} as python {node.sql}")
            else:
                connection.execute(f"create {node.kind} {node.relation} as {node.sql}")
        return tables(connection), found


def failing_checks(folder: Path) -> list[str]:
    """The checks that fail where the same recipe is run from nothing."""
    return [unique_id.split(".")[2] for unique_id, rows in everything_new(folder)[1].items() if rows]


def assert_same(folder: Path, results: list[NodeResult], after: str) -> None:
    """The kept database and its outcomes are those of a build from nothing."""
    with duckdb.connect(str(folder / DATABASE), read_only=True) as connection:
        connection.execute("set TimeZone = 'UTC'")
        mine = tables(connection)
    theirs, failing = everything_new(folder)
    assert {name for name in theirs if mine[name] != theirs[name]} == set(), after
    assert mine.keys() == theirs.keys()
    assert {r.unique_id: r.rows or 0 for r in results if r.unique_id in failing} == failing, after
    assert_same_evidence(folder, after)


def assert_same_evidence(folder: Path, after: str) -> None:
    """What the attribution gate kept, with what it read of this update, is what it would collect anew."""
    frames, kept_ones = [], folder / evidence.FOLDER
    for _ in range(2):
        with open_catalogue(folder) as connection:
            frames.append(evidence.collect_by_period(connection, folder, BY_PERIOD))
        if len(frames) == 1:
            kept_ones.rename(folder / "evidence")
    shutil.rmtree(kept_ones)
    (folder / "evidence").rename(kept_ones)
    for mine, anew in zip(*frames, strict=True):
        assert_frame_equal(mine, anew, rel_tol=1e-9)


def test_what_is_brought_up_to_date_is_what_would_be_made_new(kept: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    history = History(kept, Random(SEED))
    shutil.rmtree(kept / "landed")
    small = World()
    small.write(kept)
    history.write()
    assert_same(kept, updated(kept, monkeypatch), "at first")
    for number in range(STEPS):
        before = history.memory()
        kind = history.step()
        refused, results = "", []
        try:
            results = updated(kept, monkeypatch)
        except CheckFails as failure:
            refused = str(failure)
        if refused:
            assert [name for name in failing_checks(kept) if f"the check {name} fails" in refused]
            history.recall(before)
            continue
        if kind == "nothing":
            assert not [result.unique_id for result in results if result.status == "success"]
        assert_same(kept, results, f"step {number}: {kind}")
        if history.rng.random() < 0.5:
            history.publish()


def figure_of(folder: Path, year: int, value: float, delivery: str) -> None:
    """A delivery of one figure of the small country."""
    world = World()
    days: dict[str, Any] = {
        "period_start": date(year, 1, 1),
        "period_end": date(year, 12, 31),
        "period_label": str(year),
    }
    world.observe("steady01", value, **days, delivery_id=delivery, recorded_at=datetime(2025, 4, 1), published_at=None)
    frame = pl.DataFrame(world.rows["observations"], schema_overrides=dict(schema("observations")))
    columns = [
        pl.col(name).cast(kind) if name in frame.columns else pl.lit(None, kind).alias(name)
        for name, kind in schema("observations").items()
    ]
    frame.select(columns).write_parquet(folder / "landed" / "observations" / "test__by_service" / f"{delivery}.parquet")


def test_nothing_new_runs_nothing(kept: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    results = updated(kept, monkeypatch)
    assert {result.status for result in results} == {"kept", "pass"}
    assert len(results) == len({result.unique_id for result in results})


def test_a_new_figure_runs_nothing_that_only_registers_make(kept: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    figure_of(kept, 2023, 44.0, "D0002")
    results = updated(kept, monkeypatch)
    ran = {result.unique_id.rpartition(".")[2] for result in results if result.status == "success"}
    assert {"int_observations", "observations", "attributions", "attribution_gaps"} <= ran
    assert not ran & {"int_structures", "int_service_authorities", "int_authorities", "structures", "services"}
    assert_same(kept, results, "a figure of another year")


def test_a_corrected_register_runs_what_depends_on_it_and_nothing_else(
    kept: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (path,) = (kept / "landed" / "statistical_neighbours").rglob("[!_]*.parquet")
    pl.read_parquet(path).with_columns(area_name=pl.lit("Named otherwise")).write_parquet(path)
    results = updated(kept, monkeypatch)
    ran = {result.unique_id for result in results if result.status == "success"}
    parents = {"model.dovetail.stg_statistical_neighbours"}
    nodes = manifest()["nodes"]
    while True:
        more = {i for i, node in nodes.items() if i.startswith("model.") and parents & set(node["depends_on"]["nodes"])}
        if more <= parents:
            break
        parents |= more
    assert ran
    assert ran <= parents
    assert_same(kept, results, "a corrected register")


@pytest.mark.parametrize("check", ["observations_marker_or_value", "observations_unique"])
@pytest.mark.parametrize(("year", "is_seen"), [(2023, True), (2024, False)])
def test_a_test_of_periods_or_keys_looks_at_those_that_changed_and_no_other(
    kept: Path, year: int, is_seen: bool, check: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    load = recipe.load

    def with_failing_rows(connection: duckdb.DuckDBPyConnection) -> list[recipe.Node]:
        nodes = load(connection)
        (observations,) = (node.relation for node in nodes if node.name == "observations")
        failing = f"select * from {observations} where year(period_end) = {year}"
        return [replace(n, sql=failing) if n.name == check else n for n in nodes]

    monkeypatch.setattr(recipe, "load", with_failing_rows)
    with duckdb.connect(str(kept / DATABASE), read_only=True) as connection:
        years = connection.execute("select distinct year(period_end) from observations").fetchall()
    assert (2024,) in years
    figure_of(kept, 2023, 44.0, "D0002")
    with pytest.raises(CheckFails, match=check) if is_seen else nullcontext():
        updated(kept, monkeypatch)


@pytest.mark.parametrize("other", [2022, 2023], ids=["of a period that did not change", "of the same period"])
def test_a_key_that_stands_twice_is_found_across_periods(
    kept: Path, other: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    (folder,) = (kept / "landed" / "observations").glob("test__by_service")
    with duckdb.connect(str(kept / DATABASE), read_only=True) as connection:
        (id_,) = connection.execute(
            "select min(observation_id) from observations where delivery_id is not null and year(period_end) = 2022"
        ).fetchall()[0]
    figure_of(kept, 2023, 44.0, "D0002")
    path = folder / "D0002.parquet"
    landed = pl.read_parquet(path, glob=False)
    if other == 2022:
        landed = landed.with_columns(observation_id=pl.lit(id_))
    else:
        landed = pl.concat([landed, landed.with_columns(area_code=pl.lit("steady02"))])
    landed.write_parquet(path)
    with pytest.raises(CheckFails, match="observations_unique"):
        updated(kept, monkeypatch)


KILLED = """
import os, sys
from pathlib import Path
from signal import SIGKILL
from pipelines.warehouse import standing
from pipelines.warehouse.update import update

folder = Path(sys.argv[1])
before = standing.read(folder)
assert before is not None
update(folder, before, lambda result: os.kill(os.getpid(), SIGKILL) if "attributions" in result.unique_id else None)
"""


def test_a_killed_update_is_not_trusted_and_leaves_what_stood(kept: Path) -> None:
    figure_of(kept, 2023, 44.0, "D0002")
    # In a process of its own: a fork of one that has used DuckDB or Polars waits for threads that it does not have.
    killed = subprocess.run([sys.executable, "-c", KILLED, str(kept)], check=False, timeout=120)
    assert killed.returncode == -SIGKILL
    assert (kept / ASIDE).is_dir()
    with duckdb.connect(str(kept / DATABASE)) as connection:
        of_the_new = "select count(*) from observations where delivery_id = 'D0002'"
        assert connection.execute(of_the_new).fetchall() == [(0,)]
        assert connection.execute("select count(*) from attributions").fetchall()[0][0] > 0


@pytest.mark.parametrize("harm", ["written", "unsealed", "torn", "gone", "code"])
def test_what_is_in_doubt_is_made_new_and_the_reason_said(
    kept: Path, harm: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    if harm == "written":
        with duckdb.connect(str(kept / DATABASE)) as connection:
            connection.execute("delete from observations; checkpoint")
    elif harm == "unsealed":
        standing.unseal(kept)
    elif harm == "torn":
        (kept / standing.SEAL).write_text('{"size": 1', encoding="utf-8")
    elif harm == "gone":
        (kept / DATABASE).unlink()
    else:
        monkeypatch.setattr(standing, "code", lambda: "another")
    said = {"written": "written to", "gone": "nothing was built before", "code": "the program is another"}
    assert said.get(harm, "nothing vouches for what stands") in str(standing.why_anew(kept))
