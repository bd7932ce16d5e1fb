"""A release appears whole or not at all: refusals, failures, kills, and readers at work meanwhile."""

import os
import signal
import subprocess
import sys

import duckdb
import pytest

from pipelines.releases import data_files, publish
from pipelines.releases.checks import ReleaseRefused
from pipelines.releases.publish import STEPS, ReleaseExists
from pipelines.releases.store import ReleaseStore
from pipelines.releases.verify import verify


def left_in(warehouse):
    return sorted(path.name for path in (warehouse / "releases").iterdir() if path.is_dir())


def assert_unchanged(warehouse, release):
    assert ReleaseStore(warehouse).current() == release
    assert verify(release) == []
    assert left_in(warehouse) == [release.release_id]


def test_a_failed_blocking_check_refuses_the_release_and_names_the_keys(build, release_of, check):
    warehouse = build()
    first = release_of(warehouse)
    failed = check("balance_holds", outcome="fail", failing_rows=2, failing_keys=("NI 117, svc_1", "NI 117, svc_2"))
    with pytest.raises(ReleaseRefused, match=r"balance_holds.*\(2 rows\): NI 117, svc_1; NI 117, svc_2") as refusal:
        release_of(warehouse, checks=[check(), failed])
    assert refusal.value.failed == (failed,)
    assert_unchanged(warehouse, first)


@pytest.mark.parametrize("changes", [{"outcome": "warn"}, {"outcome": "fail", "is_blocking": False}])
def test_a_check_that_does_not_block_lets_the_release_through(build, release_of, check, changes):
    release = release_of(build(), checks=[check(**changes)])
    assert "observations_key_unique" in (release.path / "KNOWN_ISSUES.md").read_text(encoding="utf-8")


def test_an_unknown_outcome_is_refused(build, release_of, check):
    with pytest.raises(ValueError, match="'failed' is not an outcome"):
        release_of(build(), checks=[check(outcome="failed")])


def test_two_outcomes_under_one_name_are_refused(build, release_of, check):
    with pytest.raises(ValueError, match="two outcomes of dbt"):
        release_of(build(), checks=[check(), check()])


def test_a_number_is_published_once(build, release_of):
    warehouse = build()
    first = release_of(warehouse)
    with pytest.raises(ReleaseExists, match=r"2026\.1"):
        release_of(warehouse, release_id="2026.1")
    assert_unchanged(warehouse, first)


def test_what_is_no_number_is_refused(build, release_of):
    with pytest.raises(ValueError, match="not the number of a release"):
        release_of(build(), release_id="latest")


def test_a_report_that_fails_leaves_nothing(build, release_of):
    def render(release, into):
        into.mkdir()
        (into / "index.html").write_text("half", encoding="utf-8")
        raise RuntimeError("a causal verb")

    warehouse = build()
    first = release_of(warehouse)
    with pytest.raises(RuntimeError, match="a causal verb"):
        release_of(warehouse, render=render)
    assert_unchanged(warehouse, first)


def test_a_parquet_file_that_cannot_be_written_leaves_nothing(build, release_of, monkeypatch):
    warehouse = build()
    first = release_of(warehouse)
    real = data_files._write

    def full(connection, rows, file, folder):
        if file.path == "data/services.parquet":
            raise OSError(28, "No space left on device")
        real(connection, rows, file, folder)

    monkeypatch.setattr(data_files, "_write", full)
    with pytest.raises(OSError, match="No space left"):
        release_of(warehouse)
    assert_unchanged(warehouse, first)


def test_a_swap_that_fails_takes_the_new_release_back(build, release_of, monkeypatch):
    warehouse = build()
    first = release_of(warehouse)

    def refuse(self, release):
        raise OSError("read-only file system")

    monkeypatch.setattr(ReleaseStore, "make_current", refuse)
    with pytest.raises(OSError, match="read-only"):
        release_of(warehouse)
    assert_unchanged(warehouse, first)


def test_a_rename_that_finds_another_release_leaves_that_one(build, release_of):
    """Another publisher took the number meanwhile: its release is not ours to remove."""
    warehouse = build()
    first = release_of(warehouse)

    def taken(step):
        if step == "rename":
            (warehouse / "releases" / "2026.2").mkdir()
            (warehouse / "releases" / "2026.2" / "MANIFEST").write_text("theirs", encoding="utf-8")

    with pytest.raises(OSError, match=r"not empty|exists"):
        release_of(warehouse, on_step=taken)
    assert (warehouse / "releases" / "2026.2" / "MANIFEST").read_text(encoding="utf-8") == "theirs"
    assert ReleaseStore(warehouse).current() == first


KILLED = """
import os, signal, sys
from datetime import datetime
from pathlib import Path
from pipelines.releases.checks import Check
from pipelines.releases.publish import publish

def render(release, into):
    into.mkdir()
    (into / "index.html").write_text("a page")

def die_at(step):
    if step == sys.argv[3]:
        os.kill(os.getpid(), signal.SIGKILL)

check = Check("a_check", "dbt", "warehouse", "Asks", True, "pass")
publish(Path(sys.argv[1]), sys.argv[2], checks=[check], inputs={}, built_at=datetime(2026, 3, 1), render=render,
        on_step=die_at)
"""


@pytest.mark.parametrize("step", STEPS)
def test_a_publisher_killed_at_any_step_changes_nothing_that_can_be_read(build, release_of, step):
    warehouse = build()
    first = release_of(warehouse)
    build(generation=2)
    ended = subprocess.run([sys.executable, "-c", KILLED, str(warehouse), "2026.2", step], check=False)
    assert ended.returncode == -signal.SIGKILL

    store = ReleaseStore(warehouse)
    assert store.current() == first
    assert verify(first) == []
    is_renamed = step == "current"
    assert any(name.startswith(".partial-2026.2-") for name in left_in(warehouse)) is not is_renamed
    # After the rename the release is whole, only not current; its number stays taken.
    assert [verify(release) for release in store.list()] == ([[], []] if is_renamed else [[]])

    after = release_of(warehouse)
    assert after.release_id == ("2026.3" if is_renamed else "2026.2")
    assert store.current() == after
    assert verify(after) == []
    assert not any(name.startswith(".partial-") for name in left_in(warehouse))


def test_what_a_living_publisher_is_making_is_left_alone(build, release_of):
    warehouse = build()
    theirs = warehouse / "releases" / f".partial-2026.9-{os.getppid()}"
    ours_of_old = warehouse / "releases" / f".partial-2026.9-{os.getpid()}"
    for folder in (theirs, ours_of_old):
        folder.mkdir(parents=True)
    release_of(warehouse)
    assert theirs.is_dir()
    assert not ours_of_old.exists()


READER = """
import sys
from pathlib import Path
import duckdb
from pipelines.releases.store import ReleaseStore

def generation(connection):
    # Every table of a release is of one generation; the numbers say which.
    names = connection.execute("select distinct split_part(service_name, ' of ', 2) from services").fetchall()
    low, high = connection.execute("select floor(min(value)), ceil(max(value)) from observations").fetchone()
    ((name,),) = names
    assert int(name) <= low and high <= int(name) + 143, (name, low, high)
    return int(name)

warehouse, stop = Path(sys.argv[1]), Path(sys.argv[2])
store = ReleaseStore(warehouse)
kept = duckdb.connect(str(store.current().database), read_only=True)
first = generation(kept)
seen, reads = [], 0
while True:
    is_last = stop.exists()
    release = store.current()
    with duckdb.connect(str(release.database), read_only=True) as connection:
        found = generation(connection)
    assert release.release_id == f"2026.{found // 1000}", (release.release_id, found)
    assert release.manifest["release_id"] == release.release_id
    assert (release.path / "report" / "index.html").exists()
    reads += 1
    if found not in seen:
        seen.append(found)
        print("saw", found, flush=True)
    if is_last:
        break
assert generation(kept) == first, "an open release changed"
assert seen == sorted(seen), seen
print("read", reads, flush=True)
"""


def test_a_reader_at_work_during_five_publishes_sees_whole_releases(build, release_of, tmp_path):
    warehouse = build(generation=1000)
    release_of(warehouse)
    stop = tmp_path / "stop"
    reader = subprocess.Popen(
        [sys.executable, "-c", READER, str(warehouse), str(stop)],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    try:
        assert reader.stdout.readline() == "saw 1000\n"
        for generation in (2000, 3000, 4000, 5000, 6000):
            build(generation=generation)
            release_of(warehouse)
            assert reader.stdout.readline() == f"saw {generation}\n", reader.stderr.read()
        stop.touch()
        output, errors = reader.communicate(timeout=60)
    finally:
        reader.kill()
    assert reader.returncode == 0, errors
    assert int(output.split()[1]) > 6


def test_an_open_release_stays_open_in_the_same_process_too(build, release_of):
    warehouse = build(generation=1000)
    first = release_of(warehouse)
    with duckdb.connect(str(first.database), read_only=True) as connection:
        build(generation=2000)
        second = release_of(warehouse)
        assert "of 1000" in connection.execute("select min(service_name) from services").fetchone()[0]
        with duckdb.connect(str(second.database), read_only=True) as other:
            assert "of 2000" in other.execute("select min(service_name) from services").fetchone()[0]


def test_steps_are_told_in_order(build, release_of):
    told = []
    release_of(build(), on_step=told.append)
    assert tuple(told) == STEPS == publish.STEPS
