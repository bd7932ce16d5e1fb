"""Landed files that are gone, changed or cannot be read, found before a build relies on them."""

from pathlib import Path
from typing import Literal

import polars as pl

from pipelines.landing.hashes import changed, known

_MAGIC = b"PAR1"
SHAPE_OF_FINDINGS = ("quarantined_rows", "delivery_warnings")


Depth = Literal["ends", "bytes", "rows"]
"""How closely landed files are looked at: whether each begins and ends as Parquet does; also whether its bytes are what
was written, where their hash is known; also, where it is not, whether it can be read to its end."""


def damaged(landed: Path, rows_landed: dict[str, int], depth: Depth = "ends") -> dict[str, list[Path]]:
    """The deliveries whose landed rows are not there as they were, with those of their files that cannot be believed.

    Args:
        landed: the folder of landed files.
        rows_landed: by delivery, how many rows the ledger says that it landed.
        depth: how closely the files are looked at.
    """
    files: dict[str, list[Path]] = {}
    for path in landed.rglob("D*.parquet"):
        files.setdefault(path.stem, []).append(path)
    all_files = [path for paths in files.values() for path in paths]
    broken = {path for path in all_files if not _has_its_ends(path)}
    if depth != "ends":
        broken |= changed(all_files)
    if depth == "rows":
        broken |= {path for path in all_files if path not in broken and not known(path) and not _is_readable(path)}
    found = {}
    for delivery_id, rows in rows_landed.items():
        mine = files.get(delivery_id, [])
        is_gone = rows and not [path for path in mine if path.parent.name not in SHAPE_OF_FINDINGS]
        if is_gone or not broken.isdisjoint(mine):
            found[delivery_id] = [path for path in mine if path in broken]
    return found


def _has_its_ends(path: Path) -> bool:
    try:
        with path.open("rb") as file:
            if file.read(4) != _MAGIC:
                return False
            file.seek(-4, 2)
            return file.read() == _MAGIC
    except (OSError, ValueError):
        return False


def _is_readable(path: Path) -> bool:
    try:
        pl.read_parquet(path)
    except (OSError, pl.exceptions.PolarsError, ValueError):
        return False
    return True
