"""The DuckDB file of the release before, taken over as the beginning of a new one.

Most of a long history is in the next release as it is. Copying the file costs a tenth of writing it; what holds other
rows is then written again (database.py). Nothing is taken over that is not known to be as it was published.
"""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from pathlib import Path

from pipelines.releases import partitions
from pipelines.releases.fingerprint import file_sha256
from pipelines.releases.manifest import ManifestNotReadable
from pipelines.releases.partitions import Held
from pipelines.releases.store import Release

LEAST = 32 * 2**20
"""Bytes below which a file is written anew: it takes a second, and comes out as small as it can be."""
MOST_FREE = 0.5
"""Share of a file that may be what was deleted from it; above, it is written anew."""
_PROGRAM = ("code_sha256", "lock_sha256")


def take_over(previous: Release | None, inputs: Mapping[str, object], into: Path) -> dict[str, dict[str, Held]] | None:
    """Copy the DuckDB file of a release, where the same program made it and it is large and sound.

    Args:
        previous: the release before.
        inputs: what makes the new one, as MANIFEST will list it.
        into: where the copy goes.

    Returns:
        What each part of its tables holds (`partitions.contents`); None when nothing was copied.
    """
    if previous is None:
        return None
    try:
        made_of, files = previous.manifest["inputs"], previous.manifest["files"]
        if not all(inputs.get(name) and inputs.get(name) == made_of.get(name) for name in _PROGRAM):
            return None
        if previous.database.stat().st_size < LEAST:
            return None
        for file in (previous.database, previous.path / partitions.NAME):
            if file_sha256(file) != files.get(file.name):
                return None
        held = partitions.contents(previous.path)
        if not held or _share_free(previous.database) > MOST_FREE:
            return None
        shutil.copyfile(previous.database, into)
    except (OSError, ManifestNotReadable, KeyError, AttributeError):
        into.unlink(missing_ok=True)
        return None
    return held


def _share_free(database: Path) -> float:
    import duckdb

    with duckdb.connect(str(database), read_only=True) as connection:
        free, total = connection.execute("select free_blocks, total_blocks from pragma_database_size()").fetchall()[0]
    return float(free / max(total, 1))
