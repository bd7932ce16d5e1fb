"""Originals: every delivered file kept under the fingerprint of its bytes, and never changed."""

import hashlib
import os
import shutil
from pathlib import Path

from pipelines.readers.raw import UnreadableFile
from pipelines.readers.source import on_disk
from pipelines.releases.fingerprint import file_sha256

COPIED_AT_ONCE = 2**20


def fingerprint_of(path: Path) -> str | None:
    """The fingerprint of a delivered file; None for a pipe, a device, or nothing.

    That of a link which leads out of its folder is the link's own: a delivery must not bring this machine's other
    files in, not even as a fingerprint.
    """
    try:
        with on_disk(path).start() as stream:
            return hashlib.file_digest(stream, "sha256").hexdigest()  # type: ignore[arg-type]
    except UnreadableFile:
        is_link = path.is_symlink()
        return hashlib.sha256(f"link to {path.readlink()}".encode()).hexdigest() if is_link else None


class FileChanged(Exception):
    """A file whose bytes are no longer those that were read."""


def kept_at(folder: Path, sha256: str) -> Path:
    """Where the original with this fingerprint is kept, if it is."""
    return folder / sha256[:2] / sha256


def keep(path: Path, folder: Path, sha256: str) -> None:
    """Keep a copy of the file under its fingerprint; a copy that is already there stays as it is.

    The copy is made aside and moved into place, so that no half of a file is ever an original. What no reader may read
    (a link that leads out of its folder) is not kept.

    Raises:
        FileChanged: the file is not what it was when the fingerprint was taken.
    """
    kept = kept_at(folder, sha256)
    try:
        source = on_disk(path)
    except UnreadableFile:
        return
    if not kept.exists():
        kept.parent.mkdir(parents=True, exist_ok=True)
        partial = kept.with_suffix(f".partial-{os.getpid()}")
        try:
            with source.start() as original, partial.open("wb") as copy:
                shutil.copyfileobj(original, copy, COPIED_AT_ONCE)
                # On the disk before the ledger says that it is kept.
                copy.flush()
                os.fsync(copy.fileno())
        except UnreadableFile as changed:
            raise FileChanged(changed.reason) from changed
        if file_sha256(partial) != sha256:
            partial.unlink()
            raise FileChanged("the file changed while it was read; deliver it again when it is whole")
        partial.chmod(0o440)
        partial.replace(kept)
