"""The landing-folder sensor, beside programs that really copy: nothing half-copied, nothing twice, one run for many."""

import json
import os
import subprocess
import sys

import dagster as dg
import polars as pl
import pytest

from pipelines import landing_folder as folder
from pipelines.ledger.store import Ledger
from pipelines.orchestration.sensors import MOST_WAITS, landing_folder
from pipelines.steps import receive_new
from pipelines.workspace import Workspace
from sources.catalogue import load_catalogue

pytestmark = pytest.mark.integration

PARTS = 8
COPY = """
import sys
data = open(sys.argv[1], 'rb').read()
with open(sys.argv[2], 'wb') as file:
    for part in range(PARTS):
        file.write(data[len(data) * part // PARTS : len(data) * (part + 1) // PARTS])
        file.flush()
        print(part, flush=True)
        sys.stdin.readline()
""".replace("PARTS", str(PARTS))
MANY = """
import pathlib, sys
for n in range(100):
    pathlib.Path(sys.argv[1], f'{sys.argv[2]}_{n}.csv').write_text(f'a,b\\n{n},1\\n')
    if n % 20 == 19:
        print(n, flush=True)
        sys.stdin.readline()
"""


class Program:
    """Another program that really writes: a bit when this is made, and one more with each `go_on`."""

    def __init__(self, script, *arguments):
        command = [sys.executable, "-c", script, *map(str, arguments)]
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self.process.stdout.readline()

    def go_on(self):
        """True once it has ended, and not only written another bit."""
        self.process.stdin.write("\n")
        self.process.stdin.flush()
        if self.process.stdout.readline():
            return False
        self.process.wait()
        return True

    def kill(self):
        self.process.kill()
        self.process.wait()


@pytest.fixture
def empty(tmp_path, monkeypatch):
    landing = tmp_path / "landing"
    landing.mkdir()
    monkeypatch.setenv("DOVETAIL_LANDING", str(landing))
    monkeypatch.setenv("DOVETAIL_WAREHOUSE", str(tmp_path / "warehouse"))
    return Workspace(landing, tmp_path / "warehouse")


@pytest.fixture
def look():
    """One look of the sensor, with what the look before remembered."""
    cursor = None
    with dg.DagsterInstance.ephemeral() as instance:

        def once() -> list[dg.RunRequest]:
            nonlocal cursor
            context = dg.build_sensor_context(instance=instance, cursor=cursor)
            result = landing_folder.evaluate_tick(context)
            cursor = result.cursor or cursor
            return list(result.run_requests)

        yield once


def test_an_empty_folder_asks_for_nothing(empty, look):
    assert look() == []


def test_a_slow_copy_is_asked_for_once_when_it_is_whole(empty, look, tmp_path):
    source = tmp_path / "source.csv"
    source.write_bytes(os.urandom(100_000))
    program = Program(COPY, source, empty.landing / "slow.csv")
    asked = look()
    while not program.go_on():
        asked += look()
    assert asked == []
    asked += look() + look() + look() + look()
    assert len(asked) == 1


def test_a_copy_under_another_name_that_is_renamed_into_place_is_asked_for_once(empty, look, tmp_path):
    source = tmp_path / "source.csv"
    source.write_bytes(os.urandom(1000))
    program = Program(COPY, source, empty.landing / "slow.csv.part")
    while not program.go_on():
        assert look() + look() == []
    (empty.landing / "slow.csv.part").rename(empty.landing / "slow.csv")
    assert [len(look()) for _ in range(4)] == [0, 1, 0, 0]


def test_five_hundred_files_copied_by_five_programs_at_once_are_one_run(empty, look):
    programs = [Program(MANY, empty.landing, number) for number in range(5)]
    asked = look()
    for _ in range(100 // 20 - 1):
        for program in programs:
            program.go_on()
        asked += look()
    assert asked == []
    for _ in range(4):
        asked += look()
    assert all(program.go_on() for program in programs)
    assert len(folder.landing_files(empty.landing)) == 500
    assert len(asked) == 1


def test_what_is_said_beside_a_file_later_asks_again(empty, look):
    (empty.landing / "a.csv").write_text("x\n")
    assert [len(look()) for _ in range(3)] == [0, 1, 0]
    (empty.landing / "a.csv.delivery.yml").write_text("published: 2024-01-01\n")
    assert [len(look()) for _ in range(3)] == [0, 1, 0]


def test_a_folder_that_never_rests_does_not_keep_the_rest_waiting_for_good(empty, look):
    log = empty.landing / "log.csv"
    asked = []
    for number in range(MOST_WAITS + 2):
        log.write_text("x" * (number + 1))
        asked += look()
    assert len(asked) == 1


def test_a_build_leaves_what_is_still_being_copied_and_takes_it_whole_the_next_time(workspace, monkeypatch, tmp_path):
    entrants = workspace.landing / "FICTIONAL_entrants.csv"
    source = tmp_path / "entrants.csv"
    entrants.rename(source)
    program = Program(COPY, source, entrants)
    monkeypatch.setattr(folder, "FRESH_SECONDS", 600.0)
    monkeypatch.setattr(folder.time, "sleep", lambda _: program.go_on())  # between two looks some more comes
    outcomes = receive_new(workspace, load_catalogue(), None, lambda _: None)
    program.kill()  # and the copy is never finished: half a file lies there
    assert {outcome.verdict for outcome in outcomes if outcome.path == entrants} == {"still_arriving"}
    assert entrants.name not in Ledger(workspace.ledger).deliveries()["file_name"].to_list()
    monkeypatch.setattr(folder.time, "sleep", lambda _: None)
    entrants.write_bytes(source.read_bytes())
    outcomes = receive_new(workspace, load_catalogue(), None, lambda _: None)
    assert {outcome.verdict for outcome in outcomes if outcome.path == entrants} == {"accepted"}
    lines = Ledger(workspace.ledger).deliveries().filter(pl.col("file_name") == entrants.name)
    assert lines.height == 1


def test_a_file_that_grows_or_goes_while_it_is_read_is_no_delivery_and_no_refusal(workspace, monkeypatch):
    from pipelines import deliveries

    entrants = workspace.landing / "FICTIONAL_entrants.csv"
    judged = deliveries.judged

    def while_read(file, *arguments):
        if file.path == entrants:
            with entrants.open("a") as late:
                late.write("one more line")
        return judged(file, *arguments)

    monkeypatch.setattr(deliveries, "judged", while_read)
    outcomes = receive_new(workspace, load_catalogue(), None, lambda _: None)
    assert {outcome.verdict for outcome in outcomes if outcome.path == entrants} == {"still_arriving"}
    assert entrants.name not in Ledger(workspace.ledger).deliveries()["file_name"].to_list()
    assert not list(workspace.landed.glob("observations/*/D*.parquet"))
    gone = workspace.landing / "gone.csv"
    assert [o.verdict for o in deliveries.receive([gone], workspace, load_catalogue())] == ["still_arriving"]


def test_what_the_sensor_remembers_does_not_grow_with_the_folder(empty):
    for number in range(50):
        (empty.landing / f"{number}.csv").write_text("x")
    with dg.DagsterInstance.ephemeral() as instance:
        result = landing_folder.evaluate_tick(dg.build_sensor_context(instance=instance))
    assert len(result.cursor) < 250
    assert set(json.loads(result.cursor)) == {"asked", "seen", "waits"}
