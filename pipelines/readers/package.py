"""A zip container (a zip of tables, XLSX, ODS) unpacked within limits: nothing it claims about itself is believed."""

import io
import stat
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import BinaryIO

from pipelines.readers.limits import MAX_PARTS, MIB
from pipelines.readers.raw import UnreadableFile

DAMAGE = (zipfile.BadZipFile, zlib.error, EOFError, LookupError, ValueError, RuntimeError, OSError, NotImplementedError)
"""What zipfile raises on a damaged or made-up container."""

_MAX_DIRECTORY = 4 * MIB
_READABLE = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)


class Package:
    """An open zip container. Use it in a `with` block.

    Raises:
        UnreadableFile: far more parts than any table needs.
        DAMAGE: not a zip that holds together.
    """

    def __init__(self, file: BinaryIO, path: Path) -> None:
        self._path = path
        directory = _Directory(file, path)
        self._zip = zipfile.ZipFile(directory)
        directory.is_read = True
        self.members = self._zip.infolist()
        if len(self.members) > MAX_PARTS:
            raise _too_many(path)
        self.names = {member.filename for member in self.members}

    def __enter__(self) -> "Package":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Let go of the directory; the file it came from stays open."""
        self._zip.close()

    def part(self, name: str | zipfile.ZipInfo, limit: int, remedy: str) -> bytes:
        """One part, unpacked.

        Args:
            name: Its name, or what the directory says of it.
            limit: Most bytes it may hold; counted while it is unpacked.
            remedy: What to do about one that holds more.

        Raises:
            UnreadableFile: it holds more, or is packed in a way not read here.
            DAMAGE: it does not hold together.
        """
        member = self._zip.getinfo(name) if isinstance(name, str) else name
        with self.opened(member) as part:
            data = part.read(limit + 1)
        if len(data) > limit:
            reason = f"{member.filename} unpacks to more than {limit:,} bytes"
            raise UnreadableFile(self._path, reason, remedy)
        return data

    @contextmanager
    def opened(self, member: zipfile.ZipInfo) -> Iterator[BinaryIO]:
        """One part, to be read bit by bit.

        Raises:
            UnreadableFile: it is packed in a way not read here, or needs a password.
        """
        if member.flag_bits & 0x1:
            raise UnreadableFile(self._path, "the zip is protected with a password", "zip the files without a password")
        # bz2 and lzma hand out a whole block at once, however large it is.
        if member.compress_type not in _READABLE:
            reason = f"{member.filename} is packed in a way that is not read here"
            raise UnreadableFile(self._path, reason, "zip the files again, with the usual compression (deflate)")
        with self._zip.open(member) as part:
            yield part  # type: ignore[misc]


def is_link(member: zipfile.ZipInfo) -> bool:
    """Whether a member of a zip is a symbolic link, which would name another file as its content."""
    return stat.S_ISLNK(member.external_attr >> 16)


def packed_again(parts: dict[str, bytes]) -> bytes:
    """A plain zip of these parts: what is handed on to a library holds nothing that was not looked at."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_STORED) as package:
        for name, data in parts.items():
            package.writestr(name, data)
    return buffer.getvalue()


class _Directory:
    """A file for zipfile, which takes the whole directory in one read of the size the zip claims.

    Attributes:
        is_read: Whether that is done; how much of a part is read at once is then for the reader of the part to say.
    """

    def __init__(self, file: BinaryIO, path: Path) -> None:
        self._file, self._path = file, path
        self.is_read = False
        self.seek, self.tell, self.seekable = file.seek, file.tell, file.seekable
        self.close: Callable[[], None] = file.close

    def read(self, size: int = -1) -> bytes:
        if size > _MAX_DIRECTORY and not self.is_read:
            raise _too_many(self._path)
        return self._file.read(size)


def _too_many(path: Path) -> UnreadableFile:
    return UnreadableFile(path, f"the zip holds more than {MAX_PARTS:,} files", "deliver the tables one by one")
