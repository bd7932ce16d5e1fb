"""A zip of tables: each member a sheet, named by the member. Nothing is ever unpacked to disk."""

import dataclasses
import io
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path, PurePosixPath
from typing import BinaryIO

from pipelines.readers.limits import MAX_CELLS, MAX_MEMBER_BYTES, MAX_STREAMED_MEMBER_BYTES, Pieces
from pipelines.readers.opened import Opened
from pipelines.readers.package import DAMAGE, Package, is_link
from pipelines.readers.raw import RawSheet, UnreadableFile
from pipelines.readers.source import Source, unpacked

TABLES = frozenset({".csv", ".tsv", ".xlsx", ".xlsm", ".ods", ".xls", ".parquet", ".json"})
_STREAMED = frozenset({".csv", ".tsv"})
_JUNK = frozenset({".DS_Store", "Thumbs.db", "desktop.ini"})
_ONE_BY_ONE = "deliver its files one by one"
_WHOLE = Pieces(whole_bytes=MAX_MEMBER_BYTES, whole_cells=MAX_CELLS)

OpenMember = Callable[[Source, Pieces], Opened]


def opened(source: Source, pieces: Pieces, open_member: OpenMember) -> Opened:
    """Every table in the zip. A sheet of a workbook inside is named `member/sheet`.

    Members that are no table by their name (a guide, a licence) are left alone. Where the only table is delimited text
    too large to hold, it is read in pieces straight out of the zip.

    Args:
        source: The zip.
        pieces: When a member is read in pieces.
        open_member: Opens the bytes of one member.

    Raises:
        UnreadableFile: no table, a zip inside, a member named outside the zip or a link, a password, damage, too large.
    """
    path = source.path
    try:
        with source.start() as file, Package(file, path) as package:
            members = [member for member in package.members if not _is_junk(member)]
            _check(members, path)
            tables = [member for member in members if PurePosixPath(member.filename).suffix.lower() in TABLES]
            if len(tables) == 1 and _is_streamed(tables[0], pieces):
                return _in_pieces(source, tables[0], pieces, open_member)
            found: list[RawSheet] = []
            left = MAX_MEMBER_BYTES
            for member in tables:
                data = package.part(member, left, _ONE_BY_ONE)
                left -= len(data)
                member_sheets = _opened(member, unpacked(data, _name(member)), _WHOLE, open_member, path).sheets
                found += [_named(sheet, member) for sheet in member_sheets]
    except UnreadableFile:
        raise
    except DAMAGE as error:
        raise _damaged(path, error) from error
    if not found:
        held = ", ".join(member.filename for member in members[:3]) or "nothing"
        raise UnreadableFile(path, f"the zip holds no table (it holds {held})", "zip the CSV files themselves")
    return Opened(found)


def _is_streamed(member: zipfile.ZipInfo, pieces: Pieces) -> bool:
    return PurePosixPath(member.filename).suffix.lower() in _STREAMED and member.file_size > pieces.whole_bytes


def _in_pieces(source: Source, member: zipfile.ZipInfo, pieces: Pieces, open_member: OpenMember) -> Opened:
    def start() -> BinaryIO:
        return _Member(source, member)  # type: ignore[return-value]

    inside = Source(_name(member), member.file_size, start, source.check)
    opened_ = _opened(member, inside, pieces, open_member, source.path)

    def further() -> Iterator[RawSheet]:
        try:
            for sheet in opened_.further:
                yield _named(sheet, member)
        except UnreadableFile as error:
            raise _in_member(member, error, source.path) from error

    return dataclasses.replace(opened_, sheets=[_named(sheet, member) for sheet in opened_.sheets], further=further())


def _opened(member: zipfile.ZipInfo, inside: Source, pieces: Pieces, open_member: OpenMember, path: Path) -> Opened:
    try:
        return open_member(inside, pieces)
    except UnreadableFile as error:
        raise _in_member(member, error, path) from error


class _Member(io.RawIOBase):
    """A member of a zip, unpacked as it is read, up to a limit."""

    def __init__(self, source: Source, member: zipfile.ZipInfo) -> None:
        self._path = source.path
        self._left = MAX_STREAMED_MEMBER_BYTES
        self._file = source.start()
        self._package = Package(self._file, source.path)
        self._opening = self._package.opened(member)
        self._part = self._opening.__enter__()

    def read(self, size: int = -1) -> bytes:
        try:
            data = self._part.read(size)
        except DAMAGE as error:
            raise _damaged(self._path, error) from error
        self._left -= len(data)
        if self._left < 0:
            reason = f"the zip unpacks to more than {MAX_STREAMED_MEMBER_BYTES:,} bytes"
            raise UnreadableFile(self._path, reason, _ONE_BY_ONE)
        return data

    def close(self) -> None:
        if not self.closed:
            self._opening.__exit__(None, None, None)
            self._package.close()
            self._file.close()
        super().close()


def _is_junk(member: zipfile.ZipInfo) -> bool:
    name = PurePosixPath(member.filename)
    return member.is_dir() or "__MACOSX" in name.parts or name.name.startswith("._") or name.name in _JUNK


def _check(members: list[zipfile.ZipInfo], path: Path) -> None:
    seen: set[str] = set()
    for member in members:
        name = PurePosixPath(member.filename.replace("\\", "/"))
        if name.is_absolute() or ".." in name.parts or ":" in (name.parts or ("",))[0]:
            reason = f"a member is named outside the zip ({member.filename})"
            raise UnreadableFile(path, reason, "zip the files again, without their folders")
        if not member.filename.isprintable():
            reason = f"the name of a member holds characters that cannot be printed ({member.filename})"
            raise UnreadableFile(path, reason, "rename the file, and zip it again")
        if is_link(member):
            reason = f"a member is a link to another file ({member.filename})"
            raise UnreadableFile(path, reason, "zip the file itself")
        if member.filename in seen:
            reason = f"two members have one name ({member.filename})"
            raise UnreadableFile(path, reason, "zip the files again, each under a name of its own")
        if name.suffix.lower() == ".zip":
            reason = f"there is a zip inside the zip ({member.filename})"
            raise UnreadableFile(path, reason, "unpack it and zip the files")
        seen.add(member.filename)


def _name(member: zipfile.ZipInfo) -> Path:
    return Path(member.filename)


def _named(sheet: RawSheet, member: zipfile.ZipInfo) -> RawSheet:
    name = member.filename if sheet.sheet is None else f"{member.filename}/{sheet.sheet}"
    return dataclasses.replace(sheet, sheet=name)


def _in_member(member: zipfile.ZipInfo, error: UnreadableFile, path: Path) -> UnreadableFile:
    return UnreadableFile(path, f"member {member.filename}: {error.reason}", error.remedy)


def _damaged(path: Path, error: BaseException) -> UnreadableFile:
    return UnreadableFile(path, f"the zip is damaged ({error})", "download it again")
