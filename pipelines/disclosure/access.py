"""Who may read what: of a warehouse with a public build, everything but public/ is its owner's alone."""

import stat

from pipelines.workspace import Workspace

OPEN = {"public", "current"}


def make_private(workspace: Workspace) -> None:
    """Close every folder and file of the restricted warehouse to others; public/ is left as the umask made it.

    A closed folder closes all that is in it, so the cost does not grow with the releases.
    """
    for path in workspace.warehouse.iterdir():
        if path.name in OPEN or path.is_symlink():
            continue
        mode = stat.S_IMODE(path.stat().st_mode)
        if mode & 0o077:
            path.chmod(mode & 0o700)
