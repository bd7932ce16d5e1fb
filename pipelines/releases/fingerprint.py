"""Hashes: of a file, and of the data of a release, so that the same data are recognised as the same."""

import hashlib
import mmap
import os
from collections import deque
from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from itertools import islice
from pathlib import Path

_AT_ONCE = 4
"""Files read at the same time: three times as much a second as one after the other (measured: 0.4 and 1.2 GB)."""


_PIECE = 8 * 2**20
_LARGE = 256 * 2**20
"""Bytes from which a file is read ahead by several threads (measured: 6.7 GB in 5 to 7 seconds, else in 9 to 14)."""


def file_sha256(file: Path) -> str:
    """SHA-256 of a file's bytes, read in pieces."""
    with file.open("rb") as stream:
        if (size := os.fstat(stream.fileno()).st_size) < _LARGE:
            return hashlib.file_digest(stream, "sha256").hexdigest()
        hashed = hashlib.sha256()
        for piece in _read_ahead(stream.fileno(), size):
            hashed.update(piece)
        return hashed.hexdigest()


def _read_ahead(file: int, size: int) -> Iterator[bytes]:
    """The bytes of an open file in their order, while the next are being read."""
    begins = iter(range(0, size, _PIECE))
    with ThreadPoolExecutor(_AT_ONCE) as readers:
        waiting = deque(readers.submit(os.pread, file, _PIECE, begin) for begin in islice(begins, 2 * _AT_ONCE))
        while waiting:
            yield waiting.popleft().result()
            if (begin := next(begins, None)) is not None:
                waiting.append(readers.submit(os.pread, file, _PIECE, begin))


def cold_file_sha256(file: Path) -> str:
    """SHA-256 of a file that nobody reads soon again, read past the system's cache where that can be.

    What others need stays in the cache, and nothing is copied through it (measured: of 9.6 GB while new files are
    written, 20 seconds of the system and 6; the writing and the reading 34 to 38 seconds and 24 to 28).
    """
    if not (past_cache := getattr(os, "O_DIRECT", 0)):
        return file_sha256(file)
    hashed, read = hashlib.sha256(), 0
    try:
        opened = os.open(file, os.O_RDONLY | past_cache)
        try:
            with mmap.mmap(-1, _PIECE) as aligned, memoryview(aligned) as piece:
                while got := os.preadv(opened, [piece], read):
                    hashed.update(piece[:got])
                    read += got
                    if got < _PIECE:
                        break
        finally:
            os.close(opened)
    except OSError:
        return file_sha256(file)  # a file system that cannot
    return hashed.hexdigest() if read == file.stat().st_size else file_sha256(file)


def files_sha256(files: Iterable[Path], *, are_cold: bool = False) -> dict[Path, str | OSError]:
    """SHA-256 of each file, several read at once; of one that cannot be read, why.

    Args:
        files: what to read.
        are_cold: nobody reads them soon again (`cold_file_sha256`).
    """

    def read(file: Path) -> tuple[Path, str | OSError]:
        try:
            return file, cold_file_sha256(file) if are_cold else file_sha256(file)
        except OSError as error:
            return file, error

    with ThreadPoolExecutor(_AT_ONCE) as readers:
        return dict(readers.map(read, files))


def data_fingerprint(files: Mapping[str, str]) -> str:
    """One hash for the data of a release, whatever its number, time, report or documents.

    Args:
        files: SHA-256 by path within the release, as MANIFEST lists them; only `data/*.parquet` count, and of these
            not the outcomes of checks: data checked once more are the same data.
    """
    lines = sorted(f"{path} {sha256}\n" for path, sha256 in files.items() if _is_data(path))
    return hashlib.sha256("".join(lines).encode()).hexdigest()


def _is_data(path: str) -> bool:
    return path.startswith("data/") and path.endswith(".parquet") and path != "data/check_results.parquet"
