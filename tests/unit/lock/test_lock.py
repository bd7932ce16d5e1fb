"""Who holds a warehouse: said in full, recognised when dead, and what is written meanwhile is the owner's alone."""

import json
import os
import socket
import stat
import subprocess
import sys
import time

import pytest

from pipelines import lock
from pipelines.lock import DEAD_AFTER, NOTE, Busy, Holder, holder_of, locked
from pipelines.progress import listening, tell
from pipelines.workspace import Disclosure, Workspace

HOLD = """
import sys
from pathlib import Path
from pipelines.lock import locked
from pipelines.progress import tell
from pipelines.workspace import Workspace
with locked(Workspace(Path(), Path(sys.argv[1]))):
    tell("dbt")
    print("held", flush=True)
    sys.stdin.readline()
"""


@pytest.fixture
def workspace(tmp_path):
    return Workspace(tmp_path / "landing", tmp_path / "warehouse")


def held(workspace):
    """A process that holds the warehouse until its input ends; it holds it when this returns."""
    command = [sys.executable, "-c", HOLD, str(workspace.warehouse)]
    process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    assert process.stdout.readline() == "held\n"
    return process


def test_who_holds_it_is_said_with_machine_process_time_and_step(workspace):
    process = held(workspace)
    try:
        with pytest.raises(Busy) as refused, locked(workspace):
            pass
        said = str(refused.value)
        assert f"on {socket.gethostname()}, process {process.pid}, since 2" in said
        assert "at: dbt" in said
        assert "--wait" in said
    finally:
        process.kill()
        process.communicate()


def test_one_that_waits_goes_on_when_the_other_is_done(workspace):
    process, said = held(workspace), []

    def hear(line):
        said.append(line)
        process.stdin.close()

    with listening(hear), locked(workspace, wait_seconds=60):
        assert process.wait(60) == 0
    process.stdout.close()
    assert said[0].startswith("waiting: another build is running")


def test_a_holder_that_was_killed_is_told_and_holds_nothing(workspace):
    process, said = held(workspace), []
    process.kill()
    process.communicate()
    assert holder_of(workspace.warehouse).process == process.pid
    with listening(said.append), locked(workspace):
        assert holder_of(workspace.warehouse).process == os.getpid()
    assert f"process {process.pid}" in said[0]
    assert "cut off" in said[0]
    assert holder_of(workspace.warehouse) is None


ELSEWHERE = Holder("ann", "another-machine", 7, "2026-03-02 12:00:00", "report")


def test_another_machine_that_gives_signs_of_life_is_not_built_over(workspace):
    workspace.warehouse.mkdir()
    (workspace.warehouse / NOTE).write_text(json.dumps(ELSEWHERE.__dict__))
    with (
        pytest.raises(Busy, match=r"another machine builds .*ann on another-machine.*sign of life"),
        locked(workspace),
    ):
        pass
    assert holder_of(workspace.warehouse) == ELSEWHERE


def test_another_machine_without_a_sign_of_life_counts_as_dead(workspace):
    workspace.warehouse.mkdir()
    (workspace.warehouse / NOTE).write_text(json.dumps(ELSEWHERE.__dict__))
    long_ago = time.time() - DEAD_AFTER - 60
    os.utime(workspace.warehouse / NOTE, (long_ago, long_ago))
    said = []
    with listening(said.append), locked(workspace):
        pass
    assert "ann on another-machine" in said[0]


def test_the_note_is_renewed_while_the_work_lasts(workspace, monkeypatch):
    monkeypatch.setattr(lock, "RENEWED_EVERY", 0.01)
    with locked(workspace):
        note = workspace.warehouse / NOTE
        os.utime(note, (1, 1))
        for _ in range(500):
            if note.stat().st_mtime > 1:
                break
            time.sleep(0.01)
        assert note.stat().st_mtime > 1


def test_the_note_names_the_step_that_is_being_done(workspace):
    with locked(workspace):
        tell("release: sync")
        assert holder_of(workspace.warehouse).step == "release: sync"


def test_what_is_written_is_the_owners_alone_and_the_mask_comes_back(workspace):
    before = os.umask(0o022)
    try:
        with locked(workspace):
            (workspace.warehouse / "landed").mkdir()
            (workspace.warehouse / "file").touch()
        assert os.umask(0o022) == 0o022
    finally:
        os.umask(before)
    for path in (workspace.warehouse, *workspace.warehouse.iterdir()):
        assert not stat.S_IMODE(path.stat().st_mode) & 0o077, path


def test_what_an_older_program_left_open_is_closed(workspace):
    (workspace.warehouse / "landed").mkdir(parents=True)
    (workspace.warehouse / "landed").chmod(0o755)
    with locked(workspace):
        pass
    assert stat.S_IMODE((workspace.warehouse / "landed").stat().st_mode) == 0o700


def test_a_folder_given_to_a_group_stays_shared_with_it(workspace):
    workspace.warehouse.mkdir()
    workspace.warehouse.chmod(0o2770)
    with locked(workspace):
        (workspace.warehouse / "file").touch(0o666)
    assert stat.S_IMODE((workspace.warehouse / "file").stat().st_mode) == 0o660


def test_with_a_public_build_others_may_pass_through_and_not_look(tmp_path):
    workspace = Workspace(tmp_path, tmp_path / "warehouse", disclosure=Disclosure(public=True))
    with locked(workspace):
        pass
    assert stat.S_IMODE(workspace.warehouse.stat().st_mode) == 0o711
