"""A zip of tables: each member a sheet, named by the member."""

import dataclasses
import io
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path, PurePosixPath

from pipelines.readers.raw import RawSheet, UnreadableFile

TABLES = frozenset({".csv", ".tsv", ".xlsx", ".xlsm", ".ods", ".xls", ".parquet", ".json"})
_JUNK = frozenset({".DS_Store", "Thumbs.db", "desktop.ini"})
MAX_BYTES = 2 * 1024**3
"""Most that the members may hold unpacked."""


def sheets(data: bytes, path: Path, read_member: Callable[[bytes, Path], list[RawSheet]]) -> list[RawSheet]:
    """Every table in the zip. A sheet of a workbook inside is named `member/sheet`.

    Members that are no table by their name (a guide, a licence) are left alone.

    Args:
        data: The zip.
        path: The file, to name in a refusal.
        read_member: Reads the bytes of one member.

    Raises:
        UnreadableFile: no table, a zip inside, a member named outside the zip, a password, damage, or too large.
    """
    found: list[RawSheet] = []
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            members = [member for member in archive.infolist() if not _is_junk(member)]
            _check(members, path)
            for member in members:
                if PurePosixPath(member.filename).suffix.lower() not in TABLES:
                    continue
                try:
                    inside = read_member(archive.read(member), Path(member.filename))
                except UnreadableFile as error:
                    raise UnreadableFile(path, f"member {member.filename}: {error.reason}", error.remedy) from error
                found += [_named(sheet, member.filename) for sheet in inside]
    except (zipfile.BadZipFile, zlib.error, RuntimeError, EOFError) as error:
        raise UnreadableFile(path, f"the zip is damaged ({error})", "download it again") from error
    if not found:
        held = ", ".join(member.filename for member in members[:3]) or "nothing"
        raise UnreadableFile(path, f"the zip holds no table (it holds {held})", "zip the CSV files themselves")
    return found


def _is_junk(member: zipfile.ZipInfo) -> bool:
    name = PurePosixPath(member.filename)
    return member.is_dir() or "__MACOSX" in name.parts or name.name.startswith("._") or name.name in _JUNK


def _check(members: list[zipfile.ZipInfo], path: Path) -> None:
    for member in members:
        name = PurePosixPath(member.filename.replace("\\", "/"))
        if name.is_absolute() or ".." in name.parts or ":" in name.parts[0]:
            reason = f"a member is named outside the zip ({member.filename})"
            raise UnreadableFile(path, reason, "zip the files again, without their folders")
        if name.suffix.lower() == ".zip":
            raise UnreadableFile(
                path, f"there is a zip inside the zip ({member.filename})", "unpack it and zip the files"
            )
        if member.flag_bits & 0x1:
            raise UnreadableFile(path, "the zip is protected with a password", "zip the files without a password")
    if sum(member.file_size for member in members) > MAX_BYTES:
        raise UnreadableFile(path, f"the zip unpacks to more than {MAX_BYTES:,} bytes", "deliver its files one by one")


def _named(sheet: RawSheet, member: str) -> RawSheet:
    return dataclasses.replace(sheet, sheet=member if sheet.sheet is None else f"{member}/{sheet.sheet}")
