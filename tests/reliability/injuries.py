"""What the harness does to a build from within its process, before and while it runs. None of it is in the product.

A point of a build is counted, not timed: the n-th time that Python opens a file of the warehouse to write, renames,
removes or makes one (told by the interpreter's audit events), or the n-th step that the build tells.
"""

import errno
import json
import os
import signal
import sys
import tempfile
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

CHANGES = {"os.rename", "os.remove", "os.rmdir", "os.mkdir", "os.symlink", "os.link", "os.chmod", "sqlite3.connect"}
NEEDS_ROOM = {"open", "os.mkdir", "os.symlink", "os.link"}


@dataclass(frozen=True)
class Injury:
    """What befalls one build. Every field left as it is means that nothing does.

    Attributes:
        killed_at_change: SIGKILL just before the n-th change of a file under `watched` (from 1).
        killed_at_step: SIGKILL as the build tells the n-th step (from 1).
        fails_at_change: the n-th change fails with this errno instead.
        fails_from_there: so does every later one that would need room.
        error: that errno.
        watched: the folder whose changes count.
        changes: a file that gets one line for each change.
        steps: a file that gets one line for each step.
        clock: the moment that the build takes for now.
        uid: run as this user.
        sockets: a file that gets one line for each attempt to reach anything but this machine.
        pause: a folder and how a step begins: the build stops at the first of them until `<folder>/go` exists.
    """

    killed_at_change: int = 0
    killed_at_step: int = 0
    fails_at_change: int = 0
    fails_from_there: bool = False
    error: int = errno.ENOSPC
    watched: str = ""
    changes: str = ""
    steps: str = ""
    clock: datetime | None = None
    uid: int | None = None
    sockets: str = ""
    environment: dict[str, str] = field(default_factory=dict)
    pause: tuple[str, str] | None = None

    def inflict(self) -> None:
        """Arrange everything, in the child and before the build begins."""
        os.environ.update(self.environment)
        tempfile.tempdir = None
        if self.clock is not None:
            _set_clock(self.clock)
        if self.killed_at_change or self.fails_at_change or self.changes:
            sys.addaudithook(_Changes(self))
        if self.sockets:
            sys.addaudithook(_Sockets(self.sockets))
        if self.killed_at_step or self.steps or self.pause:
            from pipelines import progress

            progress._listeners.append(_Steps(self))
        if self.uid is not None:
            os.setgroups([])
            os.setgid(self.uid)
            os.setuid(self.uid)


class _Changes:
    """An audit hook that counts changes of files under a folder."""

    def __init__(self, injury: Injury) -> None:
        self.injury = injury
        self.under = injury.watched
        self.log = os.open(injury.changes, os.O_WRONLY | os.O_CREAT | os.O_APPEND) if injury.changes else None
        self.seen = 0

    def __call__(self, event: str, arguments: tuple[Any, ...]) -> None:
        if event == "open":
            path, mode, flags = arguments
            if not (isinstance(mode, str) and set(mode) & set("wax+")) and not (
                isinstance(flags, int) and flags & (os.O_WRONLY | os.O_RDWR | os.O_CREAT)
            ):
                return
        elif event in CHANGES:
            path = arguments[0]
            if event == "os.mkdir" and Path(os.fsdecode(path)).is_dir():
                return
        else:
            return
        if not isinstance(path, str | bytes | os.PathLike) or not os.fsdecode(path).startswith(self.under):
            return
        self.seen += 1
        if self.log is not None:
            os.write(self.log, f"{event}\t{os.fsdecode(path)}\n".encode())
        if self.seen == self.injury.killed_at_change:
            os.kill(os.getpid(), signal.SIGKILL)
        is_over = self.injury.fails_from_there and event in NEEDS_ROOM and 0 < self.injury.fails_at_change < self.seen
        if is_over or self.seen == self.injury.fails_at_change:
            raise OSError(self.injury.error, os.strerror(self.injury.error), os.fsdecode(path))


class _Sockets:
    """An audit hook that notes and refuses every attempt to reach anything but this machine."""

    def __init__(self, log: str) -> None:
        self.log = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND)

    def __call__(self, event: str, arguments: tuple[Any, ...]) -> None:
        if event in ("socket.connect", "socket.sendto"):
            address = arguments[1]
            if isinstance(address, str | bytes) or address[0] in ("127.0.0.1", "::1", "localhost"):
                return
        elif event == "socket.getaddrinfo":
            address = arguments[:2]
            if arguments[0] in (None, "", "127.0.0.1", "::1", "localhost", b"localhost"):
                return
        else:
            return
        os.write(self.log, f"{event}\t{json.dumps(address, default=str)}\n".encode())
        raise OSError(errno.ENETUNREACH, "refused by the test", str(address))


class _Steps:
    """A listener that counts the steps a build tells."""

    def __init__(self, injury: Injury) -> None:
        self.injury = injury
        self.told = 0

    def __call__(self, step: str) -> None:
        self.told += 1
        if self.injury.steps:
            with Path(self.injury.steps).open("a", encoding="utf-8") as log:
                log.write(f"{step}\n")
        if self.told == self.injury.killed_at_step:
            os.kill(os.getpid(), signal.SIGKILL)
        folder = Path(self.injury.pause[0]) if self.injury.pause else None
        if folder and step.startswith(self.injury.pause[1]) and not (folder / "reached").exists():
            import time

            (folder / "reached").touch()
            while not (folder / "go").exists():
                time.sleep(0.02)


def _set_clock(now: datetime) -> None:
    """`datetime.now` of the modules that record a moment; files keep the machine's own times."""
    from pipelines import deliveries, steps

    class Clock(datetime):
        @classmethod
        def now(cls, tz: Any = None) -> datetime:
            return now.replace(tzinfo=tz)

    deliveries.datetime = Clock  # type: ignore[misc]
    steps.datetime = Clock  # type: ignore[misc]
