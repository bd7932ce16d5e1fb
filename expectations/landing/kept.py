"""Evidence of deliveries that were examined before is kept, so that the landing gate reads what is new and no more.

A landed file never changes once its delivery is recorded, and what its evidence says rests on it, on the catalogue and
on this program alone. When any of these is another, or what was kept cannot be read, everything is collected anew.
"""

from __future__ import annotations

import glob
import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any

from expectations.evidence import Evidence
from expectations.warehouse import quoted

if TYPE_CHECKING:
    import duckdb
    import polars as pl

FOLDER = Path("building") / "evidence"
_STATE = "state.json"
_CHANGES_EVERY_BUILD = "settings.parquet"


def collect_by_delivery(
    connection: duckdb.DuckDBPyConnection, warehouse: Path, evidence: Sequence[Evidence]
) -> list[pl.DataFrame]:
    """The frame of each evidence, whose rows each speak of one delivery (column delivery_id): kept ones and new ones.

    Args:
        connection: with the view landed.observations on every landed file; it is on every file again at the end.
        warehouse: the warehouse folder.
        evidence: what is collected from landed.observations alone.
    """
    import polars as pl

    folder = warehouse / FOLDER
    state = _state(folder)
    stamps = {
        path.relative_to(warehouse).as_posix(): _stamp(path)
        for path in sorted((warehouse / "landed" / "observations").rglob("*.parquet"))
    }
    key = _key(warehouse)
    known = state["files"] if state["key"] == key else {}
    new = [path for path, stamp in stamps.items() if known.get(path, {}).get("stamp") != stamp]
    stays = {path: file for path, file in known.items() if path not in new and path in stamps}
    kept_ones = {delivery for file in stays.values() for delivery in file["deliveries"]}
    deliveries = _deliveries(connection, warehouse, new)
    frames = _kept_frames(folder, state, evidence) if stays else None
    if frames is None or any(kept_ones & set(found) for found in deliveries.values()):
        # Nothing is kept, or a delivery lies in an old file and in a new one.
        new, stays, kept_ones, frames = list(stamps), {}, set(), None
        deliveries = _deliveries(connection, warehouse, new)
    with _only(connection, warehouse, new):
        collected = [item.collect(connection) for item in evidence]
    nothing: list[pl.DataFrame | None] = [None] * len(evidence)
    whole = [
        frame
        if kept is None
        else pl.concat([kept.filter(pl.col("delivery_id").is_in(list(kept_ones))), frame], how="vertical_relaxed")
        for kept, frame in zip(frames or nothing, collected, strict=True)
    ]
    whole = [frame.sort("delivery_id", "subject") for frame in whole]
    files = stays | {path: {"stamp": stamps[path], "deliveries": deliveries.get(path, [])} for path in new}
    _keep(folder, key, files, evidence, whole)
    return whole


@contextmanager
def _only(connection: duckdb.DuckDBPyConnection, warehouse: Path, paths: Sequence[str]) -> Iterator[None]:
    """landed.observations on some files alone, for the block."""
    (whole,) = connection.execute(
        "select sql from duckdb_views() where schema_name = 'landed' and view_name = 'observations'"
    ).fetchall()[0]
    files = ", ".join(quoted(_literally(warehouse / path)) for path in paths)
    some = f"from read_parquet([{files}], hive_partitioning = false)" if paths else "from landed.every_observation"
    connection.execute("alter view landed.observations rename to every_observation")
    connection.execute(f"create view landed.observations as {some} {'' if paths else 'where false'}")
    yield
    connection.execute("drop view landed.observations")
    connection.execute("drop view landed.every_observation")
    connection.execute(whole)


def _deliveries(connection: duckdb.DuckDBPyConnection, warehouse: Path, paths: Sequence[str]) -> dict[str, list[str]]:
    """The deliveries that each file holds rows of; a file without rows is not there."""
    found = {}
    for path in paths:
        rows = connection.execute(
            f"select distinct delivery_id from read_parquet({quoted(_literally(warehouse / path))})"
        ).fetchall()
        found[path] = sorted(str(delivery) for (delivery,) in rows)
    return found


def _kept_frames(folder: Path, state: dict[str, Any], evidence: Sequence[Evidence]) -> list[pl.DataFrame] | None:
    import polars as pl

    try:
        return [pl.read_parquet(folder / state["frames"][item.subjects], glob=False) for item in evidence]
    except (OSError, KeyError, pl.exceptions.PolarsError):
        return None


def _keep(
    folder: Path, key: str, files: dict[str, Any], evidence: Sequence[Evidence], frames: Sequence[pl.DataFrame]
) -> None:
    """Frames first, under names of their own, then what vouches for them, then the old ones go."""
    folder.mkdir(parents=True, exist_ok=True)
    names = {}
    for item, frame in zip(evidence, frames, strict=True):
        names[item.subjects] = (
            f"{item.subjects}-{sha256(f'{key}{sorted(files.items())}'.encode()).hexdigest()[:16]}.parquet"
        )
        frame.write_parquet(folder / names[item.subjects])
    partial = folder / f"{_STATE}.partial"
    partial.write_text(json.dumps({"key": key, "files": files, "frames": names}), encoding="utf-8")
    partial.replace(folder / _STATE)
    for path in folder.glob("*.parquet"):
        if path.name not in names.values():
            path.unlink()


def _state(folder: Path) -> dict[str, Any]:
    try:
        state: dict[str, Any] = json.loads((folder / _STATE).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {"key": None, "files": {}, "frames": {}}
    return state


def _key(warehouse: Path) -> str:
    """What the evidence of a delivery rests on beside its rows."""
    found = sha256()
    for path in sorted((warehouse / "catalogue").glob("*.parquet")):
        if path.name != _CHANGES_EVERY_BUILD:
            found.update(path.name.encode() + path.read_bytes())
    for path in sorted(Path(__file__).parents[1].rglob("*.py")):
        found.update(path.read_bytes())
    return found.hexdigest()


def _stamp(path: Path) -> str:
    status = path.stat()
    return f"{status.st_size}|{status.st_mtime_ns}|{status.st_ino}"


def _literally(path: Path) -> str:
    return glob.escape(path.as_posix())
