"""The landing folder: which of its files may be deliveries, and which of them are whole.

What belongs here: names, sizes and times of files. What does not: opening any of them.
"""

import time
from collections.abc import Iterable, Mapping
from pathlib import Path

from pipelines.intake.sidecar import SUFFIX

IGNORED_SUFFIXES = (SUFFIX, ".md", ".txt~", ".tmp", ".part", ".partial", ".crdownload", ".filepart", ".download")
"""Sidecars, notes, and the names that browsers, SFTP clients and copy programs give to what is not whole yet."""
FRESH_SECONDS = 5.0
BETWEEN_LOOKS_SECONDS = 1.0

Look = Mapping[str, tuple[int, int]]
"""Path -> size in bytes and time of last change in nanoseconds."""


def landing_files(folder: Path) -> list[Path]:
    """Files of a landing folder that may be deliveries, in the order of their names; sidecars and notes are not."""
    if not folder.exists():
        return []
    return sorted(
        path
        for path in folder.rglob("*")
        if path.is_file() and not path.name.startswith(".") and not path.name.lower().endswith(IGNORED_SUFFIXES)
    )


def look(paths: Iterable[Path]) -> Look:
    """Size and time of last change of each file; one that has gone since it was listed is left out."""
    seen = {}
    for path in paths:
        try:
            status = path.stat()
        except OSError:
            continue
        seen[path.as_posix()] = (status.st_size, status.st_mtime_ns)
    return seen


def unsettled(before: Look, now: Look) -> set[str]:
    """Files that are not as they were at the look before: being written, or not there then."""
    return {path for path, stamp in now.items() if before.get(path) != stamp}


def still_arriving(paths: Iterable[Path]) -> set[Path]:
    """Files that are being written at this moment, told from two looks; it waits only where a file is fresh.

    A copy moves a file's time of change with each block it writes, so a file that was last changed some seconds ago by
    this machine's clock, or changes in no two looks, is taken for whole. A time in the future (another machine's clock)
    counts as fresh.
    """
    paths = list(paths)
    first = look(paths)
    oldest_fresh = time.time_ns() - int(FRESH_SECONDS * 1e9)
    fresh = [path for path in paths if first.get(path.as_posix(), (0, 0))[1] > oldest_fresh]
    if not fresh:
        return set()
    time.sleep(BETWEEN_LOOKS_SECONDS)
    changed = unsettled(first, look(fresh))
    return {path for path in fresh if path.as_posix() in changed}
