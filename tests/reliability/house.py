"""A landing folder and a warehouse that injuries are done to, and what must be true of them afterwards."""

import multiprocessing
import os
import shutil
import sqlite3
import sys
from dataclasses import dataclass, field, replace
from functools import cache
from multiprocessing.context import ForkServerContext, ForkServerProcess
from pathlib import Path
from typing import Any

import duckdb
import polars as pl

from pipelines.landing_folder import landing_files
from pipelines.ledger.store import Ledger
from pipelines.releases.fingerprint import file_sha256
from pipelines.releases.store import Release, ReleaseStore
from pipelines.releases.verify import verify
from tests.reliability import child
from tests.reliability.injuries import Injury

# BLAS would start a thread for each core at import, and a fork would not have them.
_ALONE = {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"}
LONGEST = 600
"""Seconds after which a build counts as hanging."""


@cache
def warm() -> ForkServerContext:
    """A fork server with everything imported. One in a test process, started when first asked for."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["tests.reliability.warm"])
    kept = {name: os.environ.get(name) for name in _ALONE}
    os.environ.update(_ALONE)
    try:
        first = context.Process(target=os.getpid)
        first.start()
        first.join()
    finally:
        for name, value in kept.items():
            os.environ.pop(name) if value is None else os.environ.__setitem__(name, value)
    return context


@dataclass(frozen=True)
class Ended:
    """What became of a build: its exit code (negative for a signal) and what it said."""

    code: int
    out: str
    err: str

    @property
    def said(self) -> str:
        """All of it."""
        return self.out + self.err


class Running:
    """A build at work."""

    def __init__(self, process: ForkServerProcess, said: Path) -> None:
        self.process = process
        self.said = said

    @property
    def pid(self) -> int:
        """Its process."""
        assert self.process.pid is not None
        return self.process.pid

    def end(self, timeout: float = LONGEST) -> Ended:
        """Wait for it."""
        self.process.join(timeout)
        assert self.process.exitcode is not None, f"the build hangs: {self.said}"
        return Ended(self.process.exitcode, _read(self.said, ".out"), _read(self.said, ".err"))

    def killed_after(self, seconds: float) -> Ended:
        """Kill it after so long, unless it has ended by then."""
        self.process.join(seconds)
        self.process.kill()
        return self.end()


def _read(said: Path, name: str) -> str:
    path = said.with_name(said.name + name)
    return path.read_text(encoding="utf-8", errors="replace") if path.exists() else ""


@dataclass
class House:
    """One landing folder with its warehouse."""

    root: Path
    normal: Injury = field(default_factory=Injury)
    """What every build of this house is given: the clock."""
    delivered: set[str] = field(default_factory=set)
    """Fingerprints of every file that was ever put into the landing folder."""
    runs: int = 0
    notes: Path | None = None
    """Where is written what builds say; within the house unless it is given."""

    @property
    def landing(self) -> Path:
        """Where deliveries arrive."""
        return self.root / "landing"

    @property
    def warehouse(self) -> Path:
        """The warehouse folder."""
        return self.root / "warehouse"

    @property
    def store(self) -> ReleaseStore:
        """Its releases."""
        return ReleaseStore(self.warehouse)

    def copy(self, root: Path, normal: Injury | None = None) -> "House":
        """The same house elsewhere."""
        shutil.copytree(self.root, root, symlinks=True, dirs_exist_ok=True)
        return House(root, normal or self.normal, set(self.delivered))

    def note_deliveries(self) -> None:
        """Remember what lies in the landing folder now: none of it may ever be lost."""
        self.delivered |= {file_sha256(path) for path in landing_files(self.landing)}

    def start(self, *options: object, **injury: Any) -> Running:
        """Begin a build by the command."""
        arguments = ["build", "--landing", self.landing, "--warehouse", self.warehouse, "--no-spreadsheets", *options]
        return self._start(child.dovetail, [str(argument) for argument in arguments], injury=injury)

    def build(self, *options: object, **injury: Any) -> Ended:
        """Build by the command."""
        return self.start(*options, **injury).end()

    def command(self, *arguments: object, **injury: Any) -> Ended:
        """Any other command, on this warehouse."""
        given = [*map(str, arguments), "--warehouse", str(self.warehouse)]
        return self._start(child.dovetail, given, injury=injury).end()

    def steps(self, first: str, **injury: Any) -> Ended:
        """The steps of the job from one on, without Dagster."""
        return self.start_steps(first, **injury).end()

    def start_steps(self, first: str, **injury: Any) -> Running:
        """Begin the steps of the job from one on."""
        return self._start(child.steps, self.landing, self.warehouse, first, injury=injury)

    def _start(self, target: Any, *arguments: object, injury: dict[str, Any]) -> Running:
        self.note_deliveries()
        self.runs += 1
        said = (self.notes or self.root / "said") / f"{self.runs:04d}"
        said.parent.mkdir(exist_ok=True)
        given = replace(self.normal, watched=str(self.warehouse), **injury)
        process = warm().Process(target=target, args=(*arguments, said, given))
        process.start()
        return Running(process, said)

    # ------------------------------------------------------------------------------------- what must be true afterwards

    def stands(self, *allowed: str) -> Release | None:
        """The current release, which is whole and one of those `allowed` (any when none is named); nothing is lost.

        Raises:
            AssertionError: something that must never happen did.
        """
        for release in self.store.list():
            assert verify(release) == [], f"{release.release_id} is not as it was published"
        current = self.store.current()
        assert not allowed or (current is not None and current.release_id in allowed), (current, allowed)
        if current is not None:
            with duckdb.connect(str(current.database), read_only=True) as connection:
                assert connection.sql("select count(*) from observations").fetchall() != [(0,)]
        self.nothing_is_lost()
        return current

    def nothing_is_lost(self) -> None:
        """Every file ever delivered is kept as it came or lies in the landing folder still; the ledger can be read."""
        originals = self.warehouse / "originals"
        kept = {path.name for path in originals.glob("*/*") if ".partial" not in path.name}
        for name in kept:
            assert file_sha256(originals / name[:2] / name) == name, f"the original {name} is not what it was"
        waiting = {file_sha256(path) for path in landing_files(self.landing)}
        assert self.delivered <= kept | waiting, "a delivery is lost"
        if (self.warehouse / "ledger" / "ledger.sqlite").exists():
            with sqlite3.connect(self.warehouse / "ledger" / "ledger.sqlite") as connection:
                assert connection.execute("pragma integrity_check").fetchall() == [("ok",)]
            connection.close()
            recorded = Ledger(self.warehouse / "ledger").deliveries()["sha256"].drop_nulls()
            assert set(recorded) <= kept, "the ledger names an original that is not kept"

    def contents(self) -> dict[str, str]:
        """What a build leaves, without times: rows of the ledger and of landed files, and the release's data."""
        current = self.store.current()
        landed = {
            path.relative_to(self.warehouse).as_posix(): pl.read_parquet(path).write_ndjson()
            for path in sorted((self.warehouse / "landed").rglob("*.parquet"))
        }
        ledger = Ledger(self.warehouse / "ledger").deliveries().write_ndjson()
        return landed | {"ledger": ledger, "release": current.data_fingerprint if current else ""}

    def leftovers(self) -> list[str]:
        """Files that a build should have taken away: halves of something, and what is held for a lock."""
        return sorted(
            path.relative_to(self.warehouse).as_posix()
            for path in self.warehouse.rglob("*")
            if ".partial" in path.name
            or path.name == "aside"
            or path.name.startswith((".current-", ".build-holder"))
            or path.suffix == ".wal"
        )


if sys.platform == "win32":
    raise ImportError("the harness forks and kills, which needs a POSIX system")
