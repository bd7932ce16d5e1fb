"""Who holds a warehouse: one writer at a time, files that are its owner's alone, and a holder that died recognised.

The lock is the operating system's (flock), so it goes with the process that held it, however that ended. Beside it lies
a note of who holds it and what is being done. On a folder shared by several machines whose lock may not reach from one
to the other, the note is what tells: its holder renews it, and one that is not renewed is of a machine that died.
"""

from __future__ import annotations

import getpass
import json
import os
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass, fields
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from pipelines.disclosure.access import make_private, mask_of
from pipelines.progress import listening, tell
from pipelines.workspace import Workspace

if TYPE_CHECKING:
    from filelock import FileLock

LOCK = ".build-lock"
NOTE = ".build-holder"
RENEWED_EVERY = 15.0
"""Seconds between two renewals of the note."""
DEAD_AFTER = 120.0
"""Seconds without a renewal after which the holder on another machine counts as dead."""
LOOKED_EVERY = 0.5


class Busy(Exception):
    """Another build holds the warehouse; the message says who, where, since when and at what step."""


@dataclass(frozen=True)
class Holder:
    """Who holds a warehouse. `since` is UTC."""

    user: str
    host: str
    process: int
    since: str
    step: str

    def __str__(self) -> str:
        return f"{self.user} on {self.host}, process {self.process}, since {self.since} UTC, at: {self.step}"


@contextmanager
def locked(workspace: Workspace, wait_seconds: float = 0) -> Iterator[None]:
    """Hold the warehouse for the block: one build or load at a time.

    What is written in the block can be read by the warehouse's owner alone, or by its group too where a person gave the
    folder to a group (`chmod g+s`).

    Args:
        workspace: whose warehouse; made when it is not there.
        wait_seconds: how long to wait for another holder to be done, which is told; for ever with `math.inf`.

    Raises:
        Busy: somebody else holds it, and held it as long as this was to wait.
    """
    from filelock import FileLock

    folder = workspace.warehouse
    folder.mkdir(parents=True, exist_ok=True, mode=0o711 if workspace.disclosure.public else 0o700)
    given = os.umask(mask_of(folder))
    lock = FileLock(folder / LOCK)
    try:
        _acquire(lock, folder, wait_seconds)
        note = _Note(folder / NOTE)
        try:
            make_private(workspace)
            with note.kept(), listening(note.tell):
                yield
        finally:
            lock.release()
    finally:
        os.umask(given)


def holder_of(warehouse: Path) -> Holder | None:
    """Who holds the warehouse, or held it last and did not end as it should; None when nobody."""
    try:
        said = json.loads((warehouse / NOTE).read_text(encoding="utf-8"))
        return Holder(**{name.name: said[name.name] for name in fields(Holder)})
    except (OSError, ValueError, TypeError, KeyError):
        return None


def _acquire(lock: FileLock, folder: Path, wait_seconds: float) -> None:
    """Take the lock, and see that no other machine holds the warehouse where the lock does not reach."""
    from filelock import Timeout

    is_told, until = False, time.monotonic() + wait_seconds
    while True:
        try:
            lock.acquire(timeout=0)
        except Timeout as timeout:
            busy = Busy(_busy(folder, holder_of(folder)))
            if time.monotonic() >= until:
                raise busy from timeout
        else:
            left = holder_of(folder)
            if left is None:
                return
            if left.host == socket.gethostname() or not _is_renewed(folder):
                tell(f"a build before this one was cut off and changed nothing that is read ({left}); going on")
                return
            lock.release()
            busy = Busy(_busy_elsewhere(folder, left))
            if time.monotonic() >= until:
                raise busy
        if not is_told:
            tell(f"waiting: {busy}")
            is_told = True
        time.sleep(LOOKED_EVERY)


def _busy(folder: Path, holder: Holder | None) -> str:
    who = str(holder) if holder else "who it is cannot be read"
    return (
        f"another build is running in {folder} ({who}); what is current can be read meanwhile."
        " Try again when it is done, or wait for it with --wait"
    )


def _busy_elsewhere(folder: Path, holder: Holder) -> str:
    return (
        f"another machine builds in {folder} ({holder}) and gave a sign of life within the last {DEAD_AFTER:.0f}"
        f" seconds. Try again when it is done, or wait for it with --wait; if it is not running any more,"
        f" it counts as dead {DEAD_AFTER:.0f} seconds after its last sign"
    )


def _is_renewed(folder: Path) -> bool:
    """Whether the note was renewed lately, by the clock of the file system and not by this machine's."""
    probe = folder / f"{NOTE}-{os.getpid()}"
    probe.touch()
    try:
        return probe.stat().st_mtime - (folder / NOTE).stat().st_mtime < DEAD_AFTER
    finally:
        probe.unlink()


class _Note:
    """The note of this process. That it cannot be written (a full disk) stops nothing: it only informs."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.holder = Holder(
            _user(), socket.gethostname(), os.getpid(), datetime.now(UTC).strftime("%Y-%m-%d %H:%M:%S"), "starting"
        )
        self._over = threading.Event()

    @contextmanager
    def kept(self) -> Iterator[None]:
        """Write the note, renew it while the block runs, take it away."""
        self._write(self.holder)
        renewing = threading.Thread(target=self._renew, name="holder-note", daemon=True)
        renewing.start()
        try:
            yield
        finally:
            self._over.set()
            renewing.join()
            with suppress(OSError):
                self.path.unlink()

    def tell(self, step: str) -> None:
        """Note the step that is being done."""
        self._write(Holder(**{**asdict(self.holder), "step": step}))

    def _write(self, holder: Holder) -> None:
        aside = self.path.with_name(f"{NOTE}.partial")
        with suppress(OSError):
            aside.write_text(json.dumps(asdict(holder)) + "\n", encoding="utf-8")
            aside.replace(self.path)

    def _renew(self) -> None:
        while not self._over.wait(RENEWED_EVERY):
            with suppress(OSError):
                os.utime(self.path)


def _user() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return f"user {os.getuid()}"
