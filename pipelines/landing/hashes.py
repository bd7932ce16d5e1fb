"""The SHA-256 of each landed file, beside it from when it was written: what its rows are proved by later.

A hash lies in `<file>.sha256`, a line as `sha256sum --check` reads it. What lies there and is no such line counts as
not known, so that a damaged hash condemns no rows.
"""

import re
from collections.abc import Iterable
from pathlib import Path

from pipelines.releases.fingerprint import file_sha256, files_sha256

SUFFIX = ".sha256"


def put_in_place(partial: Path, path: Path) -> None:
    """Move a landed file to its place, with its hash.

    The hash of what was there goes first: a run that is killed in between leaves a file without one, never a file with
    another's.
    """
    sha256 = file_sha256(partial)
    hash_of(path).unlink(missing_ok=True)
    partial.replace(path)
    hash_of(path).write_text(f"{sha256}  {path.name}\n", encoding="ascii")


def hash_of(path: Path) -> Path:
    """Where the hash of a landed file lies."""
    return path.with_name(f"{path.name}{SUFFIX}")


def known(path: Path) -> str | None:
    """The SHA-256 that a landed file had when it was written; None where that is not known."""
    try:
        line = hash_of(path).read_bytes()
    except OSError:
        return None
    said = re.fullmatch(rb"([0-9a-f]{64})  (.+)\n", line)
    return said[1].decode() if said and said[2] == path.name.encode() else None


def changed(paths: Iterable[Path]) -> set[Path]:
    """Of landed files whose hash is known, those that are not what was written, or cannot be read."""
    written = {path: sha256 for path in paths if (sha256 := known(path))}
    return {path for path, sha256 in files_sha256(written).items() if sha256 != written[path]}
