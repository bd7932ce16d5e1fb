"""The beginnings of tidy files that the release before has already. Their rows lie by time: what is new comes last.

What belongs here: which rows are known to be the same, and their bytes. What does not: what a file holds (pairs.py).
"""

from __future__ import annotations

import mmap
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from pipelines.releases.fingerprint import file_sha256, files_sha256
from pipelines.releases.manifest import ManifestNotReadable
from pipelines.releases.open_data.writing import items, tidy_time
from pipelines.releases.partitions import alike
from pipelines.releases.quoted import literal
from sources.catalogue import load_catalogue
from sources.tidy import load_tidy

if TYPE_CHECKING:
    import duckdb

    from pipelines.releases.store import Release

_WORDS = "catalogue_sha256"
_PLACES = ("data/authorities.parquet", "data/services.parquet")


@dataclass(frozen=True)
class Beginnings:
    """Files of the release before whose rows before some time are those of the new release.

    Attributes:
        files: by name, those that are as they were published.
        changed: by family of periods, the times (`time_period`) from the first one on whose rows may be others,
            in order; a family that is not there has none.
    """

    files: Mapping[str, Path]
    changed: Mapping[str, tuple[str, ...]]

    def since(self, family: str) -> str | None:
        """The first time whose rows may be others; None where all are the same."""
        times = self.changed.get(family, ())
        return times[0] if times else None

    def begin(self, file: Path, head: str, family: str) -> bool:
        """Write the lines before `since(family)`; False, and nothing is written, where they are not known.

        Args:
            file: the new file; the old one has its name.
            head: its first line.
            family: the family of its periods.
        """
        before = self.files.get(file.name)
        if before is None:
            return False
        with before.open("rb") as old, mmap.mmap(old.fileno(), 0, access=mmap.ACCESS_READ) as lines:
            if lines[: len(head) + 1] != f"{head}\n".encode():
                return False
            found = (lines.find(f"\n{time},".encode()) for time in self.changed.get(family, ()))
            end = next((place + 1 for place in found if place >= 0), len(lines))
            with file.open("wb") as new, memoryview(lines) as known, known[:end] as beginning:
                new.write(beginning)
        return True


def known_beginnings(
    connection: duckdb.DuckDBPyConnection, inputs: Mapping[str, object], previous: Release, folder: Path, tidy: Path
) -> Beginnings | None:
    """What of the tidy files of a release that the same program made can begin those of a new one.

    Years of observations that hold the same rows (partitions.json) have the same lines, as long as areas, services, the
    catalogue and the words for breakdowns are the same.

    Args:
        connection: with the tables of the new release in use.
        inputs: what makes it, as MANIFEST will list it.
        previous: the release before.
        folder: the folder of the new one, with its data files.
        tidy: the folder of the tidy files within either.

    Returns:
        None where nothing is known to be the same.
    """
    try:
        published, made_of = previous.manifest["files"], previous.manifest["inputs"]
    except (ManifestNotReadable, KeyError):
        return None
    if not inputs.get(_WORDS) or inputs[_WORDS] != made_of.get(_WORDS):
        return None
    if any(not (folder / path).is_file() or file_sha256(folder / path) != published.get(path) for path in _PLACES):
        return None
    same = alike(previous.path, folder, "observations")
    if not same:
        return None
    others = f"year(period_start) not in ({', '.join(map(str, same))})"
    connection.execute(f"attach {literal(previous.database)} as earlier (read_only)")
    try:
        if not _same_words(connection):
            return None
        changed = _changed(connection, others)
    finally:
        connection.execute("detach earlier")
    before = {path: previous.path / path for path in published if Path(path).parent == tidy}
    read = files_sha256(before.values())
    return Beginnings(
        {file.name: file for path, file in before.items() if read[file] == published[path] and file.stat().st_size},
        changed,
    )


def _same_words(connection: duckdb.DuckDBPyConnection) -> bool:
    """Whether what was broken down before is called now as it was called then."""
    catalogue, standard = load_catalogue(), load_tidy()
    then, now = (
        items(sorted(row[0] for row in connection.execute(query).fetchall()), catalogue, standard)
        for query in (
            "select distinct breakdown_id from earlier.main.observations",
            "select distinct breakdown_id from observations",
        )
    )
    return all(now.get(breakdown, item) == item for breakdown, item in then.items())


def _changed(connection: duckdb.DuckDBPyConnection, others: str) -> dict[str, tuple[str, ...]]:
    catalogue, standard = load_catalogue(), load_tidy()

    def times(query: str) -> set[tuple[str, str]]:
        periods: list[tuple[date, date]] = connection.execute(query).fetchall()
        found = (tidy_time(start, end, catalogue, standard) for start, end in periods)
        return {(time.family, time.period) for time in found if time is not None}

    columns = "select distinct period_start, period_end from"
    touched = times(f"{columns} observations where {others} union {columns} earlier.main.observations where {others}")
    every = touched | times(f"{columns} observations where period_start is not null")
    first = {family: min(period for of, period in touched if of == family) for family, _ in touched}
    return {
        family: tuple(sorted(period for of, period in every if of == family and period >= since))
        for family, since in first.items()
    }
