"""Who may read what: a warehouse is its owner's alone, or its group's where a person says so; public/ may be open."""

import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from pipelines.workspace import Workspace

OPEN = {"public", "current"}


def mask_of(warehouse: Path) -> int:
    """The umask for what is written in a warehouse: a folder given to a group (`chmod g+s`) is shared with it."""
    return 0o007 if warehouse.stat().st_mode & stat.S_ISGID else 0o077


def make_private(workspace: Workspace) -> None:
    """Close every folder and file of the restricted warehouse to others; public/ is left as it is.

    A closed folder closes all that is in it, so the cost does not grow with the releases.
    """
    closed = mask_of(workspace.warehouse)
    for path in workspace.warehouse.iterdir():
        if path.name in OPEN or path.is_symlink():
            continue
        mode = stat.S_IMODE(path.stat().st_mode)
        if mode & closed and path.stat().st_uid == os.geteuid():
            path.chmod(mode & ~closed)


@contextmanager
def writing_openly() -> Iterator[None]:
    """Write as everybody may read, for the block: what is made of open data alone."""
    given = os.umask(0o022)
    try:
        yield
    finally:
        os.umask(given)
