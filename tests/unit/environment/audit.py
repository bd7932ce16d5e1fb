"""Known vulnerabilities of the locked packages, from a database of advisories that a person brings: `make audit`.

The database is in the OSV format (one JSON file an advisory, in a folder or a zip): the PyPI and npm exports of
osv.dev, or any that is written so. None is in the repository: one that aged there would reassure without reason.
"""

import json
import re
import sys
import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from packaging.version import InvalidVersion, Version

from tests.unit.environment.licences import locked, locked_npm

Package = tuple[str, str]
"""Ecosystem, as OSV calls it, and name."""


@dataclass(frozen=True)
class Finding:
    """An advisory that concerns a locked package."""

    advisory: str
    package: str
    version: str
    summary: str
    fixed: tuple[str, ...]

    def __str__(self) -> str:
        mended = f"; mended in {', '.join(self.fixed)}" if self.fixed else "; no version is said to mend it"
        return f"{self.package} {self.version}: {self.advisory}: {self.summary}{mended}"


def advisories(database: Path) -> Iterator[dict[str, Any]]:
    """Every advisory of a folder or a zip."""
    if database.is_dir():
        for path in sorted(database.rglob("*.json")):
            yield json.loads(path.read_text(encoding="utf-8"))
        for path in sorted(database.rglob("*.zip")):
            yield from advisories(path)
        return
    with zipfile.ZipFile(database) as archive:
        for name in sorted(archive.namelist()):
            if name.endswith(".json"):
                yield json.loads(archive.read(name))


def find(known: Iterable[dict[str, Any]], packages: dict[Package, str]) -> Iterator[Finding]:
    """The advisories that concern one of these packages at its version. A withdrawn one concerns none."""
    for advisory in known:
        if advisory.get("withdrawn"):
            continue
        for affected in advisory.get("affected", ()):
            of = affected.get("package", {})
            key = (of.get("ecosystem", ""), normalised(of.get("name", "")))
            if key in packages and is_affected(packages[key], affected):
                fixed = sorted({e["fixed"] for r in affected.get("ranges", ()) for e in r["events"] if "fixed" in e})
                summary = advisory.get("summary") or advisory.get("details", "").split("\n")[0][:120]
                yield Finding(advisory["id"], key[1], packages[key], summary, tuple(fixed))
                break


def is_affected(version: str, affected: dict[str, Any]) -> bool:
    """Whether a version is among those listed, or lies in a range."""
    if version in affected.get("versions", ()):
        return True
    return any(
        _lies_in(version, each["events"])
        for each in affected.get("ranges", ())
        if each.get("type") in ("ECOSYSTEM", "SEMVER")
    )


def _lies_in(version: str, events: Iterable[dict[str, str]]) -> bool:
    try:
        mine = Version(version)
        inside = False
        for event in sorted(events, key=lambda event: _parsed(next(iter(event.values())))):
            ((kind, at),) = event.items()
            if kind == "introduced" and mine >= _parsed(at):
                inside = True
            elif (kind == "fixed" and mine >= _parsed(at)) or (kind == "last_affected" and mine > _parsed(at)):
                inside = False
    except InvalidVersion:
        # A version that cannot be compared is reported: better one too many than one too few.
        return True
    return inside


def _parsed(text: str) -> Version:
    return Version("0" if text == "0" else text)


def normalised(name: str) -> str:
    """A package's name as every index compares it."""
    return re.sub(r"[-_.]+", "-", name).lower()


def packages() -> dict[Package, str]:
    """Every locked package with its version."""
    python = {("PyPI", normalised(name)): version for name, version in locked()}
    return python | {("npm", normalised(name)): version for name, version, _ in locked_npm()}


def main(arguments: list[str]) -> int:
    """Print what concerns us; 0 nothing, 1 something, 2 no database was given."""
    if len(arguments) != 1 or not Path(arguments[0]).exists():
        print(
            "Nothing was checked: no database of advisories is in the repository, and none is asked for over a network."
        )
        print("Bring one in the OSV format and name it: make audit DATABASE=FOLDER_OR_ZIP (docs/guides/licences.md)")
        return 2
    ours, read, newest = packages(), 0, ""
    concerned = {"PyPI": 0, "npm": 0}

    def counted() -> Iterator[dict[str, Any]]:
        nonlocal read, newest
        for advisory in advisories(Path(arguments[0])):
            read, newest = read + 1, max(newest, advisory.get("modified", ""))
            for ecosystem in {each.get("package", {}).get("ecosystem") for each in advisory.get("affected", ())}:
                if ecosystem in concerned:
                    concerned[ecosystem] += 1
            yield advisory

    found = sorted(map(str, find(counted(), ours)))
    for line in found:
        print(line)
    told = ", ".join(f"{number:,} of {ecosystem}" for ecosystem, number in concerned.items())
    print(f"{len(ours)} locked packages against {read:,} advisories ({told}), the newest of {newest[:10] or 'no date'}:"
          f" {len(found)} concern one of them.")  # fmt: skip
    for ecosystem, number in concerned.items():
        if not number:
            print(f"No advisory of {ecosystem} was in the database: its packages were not checked.")
    print("Not checked: Debian's packages, Python itself, and what a package carries compiled inside it.")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
