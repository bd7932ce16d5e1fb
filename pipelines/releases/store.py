"""The releases of a warehouse: which there are, which is current, which number comes next. It builds none.

On disk: `releases/<id>/` each whole and never changed, `current` a symbolic link to one of them, `releases/.issued`
every number ever given and `releases/.pinned` those that must be kept.
"""

import os
import re
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from pathlib import Path
from typing import Any

from pipelines.releases import manifest

_RELEASE_ID = re.compile(r"(\d{4})\.([1-9]\d*)")


class ReleaseNotFound(Exception):
    """There is no such release."""


@dataclass(frozen=True)
class Release:
    """A release on disk. `path` is its own folder, never the link `current`: who holds it stays with this release."""

    release_id: str
    path: Path

    @property
    def database(self) -> Path:
        """The DuckDB file. Its path is this release's alone, which DuckDB needs: it remembers open files by path."""
        return self.path / "dovetail.duckdb"

    @property
    def report(self) -> Path:
        """The folder of the report."""
        return self.path / "report"

    @cached_property
    def manifest(self) -> dict[str, Any]:
        """What MANIFEST says."""
        return manifest.read(self.path)

    @property
    def data_fingerprint(self) -> str:
        """Hash of the data, whatever the number and time of the release."""
        return str(self.manifest["data_fingerprint"])

    @property
    def inputs_fingerprint(self) -> str | None:
        """Hash of what made the release; None where an older program did not say."""
        said = self.manifest.get("inputs", {}).get("inputs_sha256")
        return str(said) if said else None


class ReleaseStore:
    """The releases under a warehouse folder."""

    def __init__(self, warehouse: Path) -> None:
        self.warehouse = warehouse.resolve()
        self.folder = self.warehouse / "releases"
        self._link = self.warehouse / "current"

    def current(self) -> Release | None:
        """The release that readers are given, or None before the first.

        Raises:
            ReleaseNotFound: `current` points to a release that is not there.
        """
        current = self.current_id()
        return None if current is None else self.get(current)

    def current_id(self) -> str | None:
        """The number that `current` points to, whether or not there is such a release; None before the first."""
        try:
            return self._link.readlink().name
        except FileNotFoundError:
            return None

    def is_current(self, release: Release) -> bool:
        """Whether `current` points to this release."""
        return self.current_id() == release.release_id

    def list(self) -> list[Release]:
        """Every release, oldest number first."""
        if not self.folder.is_dir():
            return []
        found = [Release(path.name, path) for path in self.folder.iterdir() if is_release_id(path.name)]
        return sorted((release for release in found if release.path.is_dir()), key=lambda r: order(r.release_id))

    def get(self, release_id: str) -> Release:
        """One release.

        Raises:
            ReleaseNotFound: there is none of that number; the message lists those there are.
        """
        path = self.folder / release_id
        if is_release_id(release_id) and path.is_dir():
            return Release(release_id, path)
        there = ", ".join(release.release_id for release in self.list()) or "none yet"
        raise ReleaseNotFound(f"There is no release {release_id} in {self.folder} (there are: {there}).")

    def next_id(self, now: datetime) -> str:
        """The number of the next release: the year and a running number, never given before.

        When the clock stands in an earlier year than the newest release, that release's year counts: a later release
        must have the higher number.
        """
        issued = [order(release_id) for release_id in self.issued()]
        year = max([now.year, *(year for year, _ in issued)])
        return f"{year}.{max([0, *(number for its_year, number in issued if its_year == year)]) + 1}"

    def issued(self) -> set[str]:
        """Every number ever given, also those of releases that are gone."""
        return self._ids(".issued") | {release.release_id for release in self.list()}

    def pin(self, release_id: str) -> None:
        """Mark a release as one that must be kept.

        Raises:
            ReleaseNotFound: there is none of that number.
        """
        self._write_ids(".pinned", self.pinned() | {self.get(release_id).release_id})

    def unpin(self, release_id: str) -> None:
        """Let a release be removed again when its time comes; nothing happens when it was not pinned.

        Raises:
            ReleaseNotFound: there is none of that number.
        """
        self._write_ids(".pinned", self.pinned() - {self.get(release_id).release_id})

    def pinned(self) -> set[str]:
        """The releases that must be kept."""
        return self._ids(".pinned")

    def record_issued(self, release_id: str) -> None:
        """Remember that a number is given, so that it is not given again when its release is gone."""
        self._write_ids(".issued", self.issued() | {release_id})

    def make_current(self, release: Release) -> None:
        """Point `current` to a release, in one step: a reader finds the old one or the new one."""
        link = self.warehouse / f".current-{os.getpid()}"
        link.unlink(missing_ok=True)
        link.symlink_to(Path("releases") / release.release_id)
        link.replace(self._link)
        sync_folder(self.warehouse)

    def withdraw_current(self) -> None:
        """Point nowhere: there is no release that readers may be given."""
        self._link.unlink(missing_ok=True)
        sync_folder(self.warehouse)

    def _ids(self, name: str) -> set[str]:
        try:
            lines = (self.folder / name).read_text(encoding="utf-8").split()
        except FileNotFoundError:
            return set()
        return {line for line in lines if is_release_id(line)}

    def _write_ids(self, name: str, release_ids: set[str]) -> None:
        new = self.folder / f"{name}-{os.getpid()}"
        with new.open("w", encoding="utf-8") as lines:
            lines.writelines(f"{release_id}\n" for release_id in sorted(release_ids, key=order))
            lines.flush()
            os.fsync(lines.fileno())
        new.replace(self.folder / name)
        sync_folder(self.folder)


def is_release_id(text: str) -> bool:
    """Whether this is the number of a release."""
    return _RELEASE_ID.fullmatch(text) is not None


def order(release_id: str) -> tuple[int, int]:
    """Year and running number, by which releases are ordered: 2026.10 comes after 2026.9.

    Raises:
        ValueError: it is not the number of a release.
    """
    match = _RELEASE_ID.fullmatch(release_id)
    if match is None:
        raise ValueError(f"{release_id!r} is not the number of a release, such as 2026.1.")
    return int(match[1]), int(match[2])


def sync_folder(folder: Path) -> None:
    """Have the names in a folder reach the disk."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
