"""Landed files that are gone or cannot be read, found before a build relies on them."""

from pathlib import Path

import polars as pl

_MAGIC = b"PAR1"
SHAPE_OF_FINDINGS = ("quarantined_rows", "delivery_warnings")


def damaged(landed: Path, rows_landed: dict[str, int], *, is_deep: bool = False) -> dict[str, list[Path]]:
    """The deliveries whose landed rows are not there as they were, with those of their files that cannot be read.

    Args:
        landed: the folder of landed files.
        rows_landed: by delivery, how many rows the ledger says that it landed.
        is_deep: read every file to the end; otherwise it is seen whether each begins and ends as Parquet does.
    """
    files: dict[str, list[Path]] = {}
    for path in landed.rglob("D*.parquet"):
        files.setdefault(path.stem, []).append(path)
    found = {}
    for delivery_id, rows in rows_landed.items():
        mine = files.get(delivery_id, [])
        broken = [path for path in mine if not _is_whole(path, is_deep=is_deep)]
        is_gone = rows and not [path for path in mine if path.parent.name not in SHAPE_OF_FINDINGS]
        if broken or is_gone:
            found[delivery_id] = broken
    return found


def _is_whole(path: Path, *, is_deep: bool) -> bool:
    try:
        with path.open("rb") as file:
            if file.read(4) != _MAGIC:
                return False
            file.seek(-4, 2)
            if file.read() != _MAGIC:
                return False
        if is_deep:
            pl.read_parquet(path)
    except (OSError, pl.exceptions.PolarsError, ValueError):
        return False
    return True
