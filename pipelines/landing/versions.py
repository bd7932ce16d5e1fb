"""A text for each table that dbt reads, which changes when its content does: what a rebuild is asked for by."""

from collections.abc import Iterable, Mapping
from hashlib import sha256
from pathlib import Path

import polars as pl

from pipelines.releases.fingerprint import file_sha256

OF_THE_BUILD = "release_id"
"""What the settings hold that is new in each build and no setting ends so."""


def landed_version(folder: Path, shape: str) -> str:
    """The landed files of a shape. They never change, so their names are enough."""
    names = sorted(path.relative_to(folder).as_posix() for path in (folder / shape).rglob("D*.parquet"))
    return _digest(name.encode() for name in names)


def frame_version(path: Path) -> str:
    """The rows of a small table."""
    frame = pl.read_parquet(path)
    kept = frame.select(n for n in frame.columns if not n.endswith(OF_THE_BUILD)) if path.stem == "settings" else frame
    return _digest([kept.write_ipc(None, compression="uncompressed").getvalue()])


def files_version(folder: Path, published: Mapping[Path, str]) -> str:
    """The Parquet files of a folder, by what they hold: what is linked from a release may be too long to be read.

    Args:
        folder: where they lie.
        published: SHA-256 of files that some of these may be links to; such a file is not read.
    """
    known = {_place(path): sha256 for path, sha256 in published.items() if path.exists()}
    files = sorted(folder.glob("*.parquet"))
    return _digest((known.get(_place(path)) or file_sha256(path)).encode() for path in files)


def _place(path: Path) -> tuple[int, int]:
    """The same for two names of one file."""
    status = path.stat()
    return status.st_dev, status.st_ino


def _digest(parts: Iterable[bytes]) -> str:
    digest = sha256()
    for part in parts:
        digest.update(part)
    return digest.hexdigest()[:16]
