"""MANIFEST: what a release is made of and what made it. No other file of a release carries the time of the build."""

import json
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any, Literal

from pipelines.releases.fingerprint import data_fingerprint, files_sha256

MANIFEST = "MANIFEST"
Access = Literal["restricted", "public"]
"""Whether a release holds counts as they were delivered, or hides the small ones."""


class ManifestNotReadable(Exception):
    """A release has no manifest that can be read."""


def hashes(folder: Path, known: Mapping[str, str] | None = None) -> dict[str, str]:
    """SHA-256 of every file of a release but MANIFEST, by path within it, sorted; those `known` are not read again."""
    paths = sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())
    paths = [path for path in paths if path != MANIFEST]
    found = dict(known or {})
    for file, sha256 in files_sha256(folder / path for path in paths if path not in found).items():
        if isinstance(sha256, OSError):
            raise sha256
        found[file.relative_to(folder).as_posix()] = sha256
    return {path: found[path] for path in paths}


def write(
    folder: Path,
    *,
    release_id: str,
    inputs: Mapping[str, object],
    is_fictional: bool,
    files: Mapping[str, str],
    built_at: datetime | None,
    access: Access | None = None,
) -> None:
    """Write MANIFEST. Before the report is rendered it has no time yet: a page that showed it would change with it."""
    document: dict[str, Any] = {"release_id": release_id, "is_fictional": is_fictional}
    if access is not None:
        document["access"] = access.upper()
    if built_at is not None:
        document["built_at"] = built_at.isoformat()
    document["inputs"] = dict(sorted(inputs.items()))
    document["data_fingerprint"] = data_fingerprint(files)
    document["files"] = dict(sorted(files.items()))
    text = json.dumps(document, indent=1, ensure_ascii=False, default=str) + "\n"
    (folder / MANIFEST).write_text(text, encoding="utf-8")


def read(folder: Path) -> dict[str, Any]:
    """The manifest of a release.

    Raises:
        ManifestNotReadable: it is missing, is not JSON, or lacks release_id or files.
    """
    try:
        document = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise ManifestNotReadable(f"{folder.name}: MANIFEST cannot be read ({error}).") from error
    if not isinstance(document, dict) or not isinstance(document.get("files"), dict) or "release_id" not in document:
        raise ManifestNotReadable(f"{folder.name}: MANIFEST does not list the files of a release.")
    return document
