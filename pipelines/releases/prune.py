"""Pruning: which releases may go, why the others stay, and taking one away with its report and its kept pictures.

A release goes when none of these keeps it: it is current; it is the newest; it is pinned; it is one of the newest
`keep`; it holds a published value that no release which stays can say (as_known.py). Its number is not given again.
"""

import os
import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from pipelines.releases.as_known import said_by_none_of
from pipelines.releases.manifest import MANIFEST
from pipelines.releases.store import Release, ReleaseStore, sync_folder

_KEPT_PICTURES = ("charts", "workbooks")


@dataclass(frozen=True)
class Fate:
    """What becomes of one release; `because` is empty when it goes."""

    release: Release
    because: str

    @property
    def goes(self) -> bool:
        """Whether it is to be removed."""
        return not self.because


def plan(store: ReleaseStore, keep: int) -> list[Fate]:
    """What would become of every release, the newest first.

    Args:
        store: the releases.
        keep: how many of the newest stay in any case.
    """
    pinned, current = store.pinned(), store.current_id()
    fates: list[Fate] = []
    for place, release in enumerate(reversed(store.list())):
        because = (
            "current" if release.release_id == current
            else "newest" if place == 0
            else "pinned" if release.release_id in pinned
            else f"one of the newest {keep}" if place < keep
            else ""
        )  # fmt: skip
        fates.append(Fate(release, because))
    # From the newest to the oldest: what one older release says, a still older one need not be kept for.
    staying = [fate.release for fate in fates if fate.because]
    for place, fate in enumerate(fates):
        if fate.because:
            continue
        needed = _needed(fate.release, staying)
        if needed:
            fates[place] = Fate(fate.release, needed)
            staying.append(fate.release)
    return fates


def remove(store: ReleaseStore, release: Release) -> None:
    """Take a release away, with its report. Who has it open reads on; its number is never given again.

    Raises:
        ValueError: it is current.
    """
    if store.is_current(release):
        raise ValueError(f"Release {release.release_id} is current and stays.")
    store.record_issued(release.release_id)
    # Under a name that no one takes for a release: what a stopped removal leaves, the next publisher clears away.
    leaving = store.folder / f".partial-{release.release_id}-{os.getpid()}"
    release.path.rename(leaving)
    sync_folder(store.folder)
    shutil.rmtree(leaving, ignore_errors=True)
    shutil.rmtree(store.warehouse / "reports" / release.release_id, ignore_errors=True)


def forget_pictures(store: ReleaseStore) -> int:
    """Remove kept charts and workbooks that no report of a release that is left was made with; the bytes set free.

    A picture carries the time of its last use: what was not used since the oldest release that is left was made belongs
    to none of them.
    """
    left = [release.path / MANIFEST for release in store.list()]
    if not left:
        return 0
    since = min(manifest.stat().st_mtime for manifest in left if manifest.exists())
    free = 0
    for name in _KEPT_PICTURES:
        for picture in (store.warehouse / "cache" / name).rglob("*"):
            if picture.is_file() and picture.stat().st_mtime < since:
                free += picture.stat().st_size
                picture.unlink()
    return free


def size(folder: Path) -> tuple[int, int]:
    """Bytes of a folder's files, and of these the bytes that no other folder shares: what would be set free with it."""
    files = [path.stat() for path in folder.rglob("*") if path.is_file()]
    return sum(file.st_size for file in files), sum(file.st_size for file in files if file.st_nlink == 1)


def _needed(release: Release, staying: Sequence[Release]) -> str:
    values = said_by_none_of(release, staying)
    if values is None:
        return "what it alone says cannot be told"
    counted = "1 published value" if values == 1 else f"{values:,} published values"
    return f"as known on: {counted} that no newer release holds" if values else ""
