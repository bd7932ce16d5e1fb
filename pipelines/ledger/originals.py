"""Originals: every delivered file kept under the fingerprint of its bytes, and never changed."""

import hashlib
import os
import shutil
from pathlib import Path


def fingerprint(path: Path) -> str:
    """SHA-256 of the file's bytes, in hexadecimal."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


class FileChanged(Exception):
    """A file whose bytes are no longer those that were read."""


def keep(path: Path, folder: Path, sha256: str) -> Path:
    """Keep a copy of the file under its fingerprint; a copy that is already there stays as it is.

    The copy is made aside and moved into place, so that no half of a file is ever an original.

    Raises:
        FileChanged: the file is not what it was when the fingerprint was taken.
    """
    kept = folder / sha256[:2] / sha256
    if not kept.exists():
        kept.parent.mkdir(parents=True, exist_ok=True)
        partial = kept.with_suffix(f".partial-{os.getpid()}")
        shutil.copyfile(path, partial)
        if fingerprint(partial) != sha256:
            partial.unlink()
            raise FileChanged("the file changed while it was read; deliver it again when it is whole")
        partial.chmod(0o440)
        partial.replace(kept)
    return kept
