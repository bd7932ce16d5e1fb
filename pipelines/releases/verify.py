"""Verifying a release: that every file is there, is the one that was published, and that none was added."""

from dataclasses import dataclass
from typing import Literal

from pipelines.releases import manifest
from pipelines.releases.fingerprint import files_sha256
from pipelines.releases.store import Release


@dataclass(frozen=True)
class Problem:
    """One file of a release that is not as it was published."""

    kind: Literal["missing", "extra", "changed", "unreadable"]
    path: str
    about: str

    def __str__(self) -> str:
        return f"{self.path}: {self.about}"


def verify(release: Release) -> list[Problem]:
    """Every problem of a release, by path; none when it is what was published. Every byte is read.

    MANIFEST has no hash of itself: that it names this release and lists files is all that can be said of it.
    """
    try:
        document = manifest.read(release.path)
    except manifest.ManifestNotReadable as error:
        kind: Literal["missing", "unreadable"] = "unreadable"
        if not (release.path / manifest.MANIFEST).exists():
            kind = "missing"
        return [Problem(kind, manifest.MANIFEST, str(error))]

    problems = []
    if document["release_id"] != release.release_id:
        about = f"is of release {document['release_id']} and stands in the folder of {release.release_id}"
        problems.append(Problem("changed", manifest.MANIFEST, about))
    found = files_sha256(release.path / path for path in document["files"])
    for path, sha256 in document["files"].items():
        problem = _problem(path, sha256, found[release.path / path])
        if problem:
            problems.append(problem)
    there = {path.relative_to(release.path).as_posix() for path in release.path.rglob("*") if not path.is_dir()}
    for path in there - set(document["files"]) - {manifest.MANIFEST}:
        problems.append(Problem("extra", path, "was not published with this release"))
    return sorted(problems, key=lambda problem: problem.path)


def _problem(path: str, sha256: str, found: str | OSError) -> Problem | None:
    if isinstance(found, FileNotFoundError):
        return Problem("missing", path, "is gone")
    if isinstance(found, OSError):
        return Problem("unreadable", path, f"cannot be read ({found.strerror or found})")
    if found != sha256:
        return Problem("changed", path, f"is not what was published (SHA-256 {found[:12]}, published {sha256[:12]})")
    return None
