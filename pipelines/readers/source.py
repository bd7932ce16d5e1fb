"""Where the bytes of a file come from: a regular file that may not change while it is read, or bytes already unpacked.

What is no regular file is refused before it is opened for reading, so that nothing here ever waits on a pipe.
"""

import io
import os
import stat
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from pipelines.readers.limits import MIB
from pipelines.readers.raw import UnreadableFile

_KINDS = (
    (stat.S_ISDIR, "a folder", "name the files in it"),
    (stat.S_ISFIFO, "a pipe", "save what comes through it to a file"),
    (stat.S_ISSOCK, "a socket", "save the table to a file"),
    (stat.S_ISCHR, "a device", "save the table to a file"),
    (stat.S_ISBLK, "a device", "save the table to a file"),
)
_CHECK = "check the path and its permissions"


@dataclass(frozen=True)
class Source:
    """Bytes that can be read more than once.

    Attributes:
        path: The file, to name in a refusal.
        size: How many bytes it claims to hold. Of a member of a zip that is a claim and no more.
        start: Opens it at its first byte.
        check: Raises `UnreadableFile` where it is no longer what it was.
    """

    path: Path
    size: int
    start: Callable[[], BinaryIO]
    check: Callable[[], None] = lambda: None

    def head(self, size: int) -> bytes:
        """The first bytes, at most `size`."""
        with self.start() as file:
            return file.read(size)

    def whole(self, limit: int, kind: str, remedy: str) -> bytes:
        """All bytes.

        Raises:
            UnreadableFile: more than `limit` of them; the reason names the `kind` of file.
        """
        if self.size > limit:
            raise UnreadableFile(self.path, f"{kind} of more than {limit:,} bytes cannot be read whole", remedy)
        data = bytearray()
        with self.start() as file:
            while len(data) <= limit and (block := file.read(MIB)):
                data += block
        self.check()
        return bytes(data)

    def blocks(self, size: int) -> Iterator[bytes]:
        """The bytes in blocks of `size`; the check comes after the last one.

        Raises:
            UnreadableFile: it changed while it was read.
        """
        with self.start() as file:
            while block := file.read(size):
                yield block
        self.check()


def unpacked(data: bytes, path: Path) -> Source:
    """A source of bytes that are already in memory."""
    return Source(path, len(data), lambda: io.BytesIO(data))


def on_disk(path: Path) -> Source:
    """A source that reads a regular file.

    A symbolic link is followed to a file in the same folder or below it. One that leads out of the folder is refused:
    a delivery must not make this machine's other files readable in a report.

    Raises:
        UnreadableFile: not there, not to be opened, no regular file, or a link that leads out of its folder.
    """
    try:
        if path.is_symlink():
            _check_link(path)
        before = path.stat()
    except (OSError, RuntimeError) as error:  # RuntimeError: links that lead in a circle
        raise _unopened(path, error) from error
    for is_kind, kind, remedy in _KINDS:
        if is_kind(before.st_mode):
            raise UnreadableFile(path, f"it is {kind}, not a file", remedy)

    def check() -> None:
        try:
            now = path.stat()
        except OSError:
            now = None
        if now is None or _identity(now) != _identity(before):
            raise _changed(path)

    def start() -> BinaryIO:
        try:
            # O_NONBLOCK: a pipe put in the file's place since must not hold us up.
            number = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0))
        except OSError as error:
            raise _unopened(path, error) from error
        file = os.fdopen(number, "rb")
        if _identity(os.fstat(number)) != _identity(before):
            file.close()
            raise _changed(path)
        return file

    return Source(path, before.st_size, start, check)


def _check_link(path: Path) -> None:
    target = path.resolve(strict=False)
    if not target.exists():
        raise UnreadableFile(path, "it is a link to a file that is not there", "put the file itself in its place")
    if not target.is_relative_to(path.parent.resolve()):
        raise UnreadableFile(path, "it is a link that leads out of its folder", "put the file itself in its place")


def _identity(status: os.stat_result) -> tuple[int, ...]:
    return (status.st_mode, status.st_dev, status.st_ino, status.st_size, status.st_mtime_ns)


def _unopened(path: Path, error: OSError | RuntimeError) -> UnreadableFile:
    why = getattr(error, "strerror", None) or error
    return UnreadableFile(path, f"the file cannot be opened ({why})", _CHECK)


def _changed(path: Path) -> UnreadableFile:
    return UnreadableFile(path, "the file changed while it was read", "load it again once it is fully written")
