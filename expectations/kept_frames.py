"""Evidence that was collected before, kept beside the building database with what it rests on.

What may be kept, and which of it still holds, is for each gate to say (landing/kept.py, attribution/kept.py). Whatever
cannot be read is as good as not there.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any

from expectations.evidence import Evidence

if TYPE_CHECKING:
    import polars as pl

FOLDER = Path("building") / "evidence"
_STATE = "state.json"
_CHANGES_EVERY_BUILD = "settings.parquet"


def frames(
    folder: Path, rests_on: str, evidence: Sequence[Evidence]
) -> tuple[dict[str, Any], list[pl.DataFrame]] | None:
    """What was kept in a folder: what was noted beside it, and the frame of each evidence.

    Args:
        folder: where `keep` put it.
        rests_on: what `rests_on` says now; evidence that rests on anything else is not returned.
        evidence: whose frames.
    """
    import polars as pl

    try:
        state: dict[str, Any] = json.loads((folder / _STATE).read_text(encoding="utf-8"))
        if state["rests_on"] != rests_on:
            return None
        kept = [pl.read_parquet(folder / state["frames"][item.subjects], glob=False) for item in evidence]
        return dict(state["noted"]), kept
    except (OSError, ValueError, KeyError, TypeError, pl.exceptions.PolarsError):
        return None


def keep(
    folder: Path, rests_on: str, noted: dict[str, Any], evidence: Sequence[Evidence], collected: Sequence[pl.DataFrame]
) -> None:
    """Frames first, under names of their own, then what vouches for them, then the old ones go."""
    folder.mkdir(parents=True, exist_ok=True)
    mark = sha256(f"{rests_on}{json.dumps(noted, sort_keys=True)}".encode()).hexdigest()[:16]
    names = {item.subjects: f"{item.subjects}-{mark}.parquet" for item in evidence}
    for item, frame in zip(evidence, collected, strict=True):
        frame.write_parquet(folder / names[item.subjects])
    partial = folder / f"{_STATE}.partial"
    partial.write_text(json.dumps({"rests_on": rests_on, "noted": noted, "frames": names}), encoding="utf-8")
    partial.replace(folder / _STATE)
    for path in folder.glob("*.parquet"):
        if path.name not in names.values():
            path.unlink()


def rests_on(warehouse: Path) -> str:
    """What all evidence rests on beside the rows that it was collected from: the catalogue and this package."""
    found = sha256()
    for path in sorted((warehouse / "catalogue").glob("*.parquet")):
        if path.name != _CHANGES_EVERY_BUILD:
            found.update(path.name.encode() + path.read_bytes())
    for path in sorted(Path(__file__).parent.rglob("*.py")):
        found.update(path.read_bytes())
    return found.hexdigest()
