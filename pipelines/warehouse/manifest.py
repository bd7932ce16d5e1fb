"""The parsed dbt project: made once for each state of its files, then read by Dagster, by the build and by tests.

Parsing takes seconds and its result depends on nothing but the files of dbt_project/ and the versions of dbt: every
input of a build has a relative path, so one parsed project serves every warehouse folder.
"""

import hashlib
import json
import os
import shutil
import tempfile
from contextlib import chdir
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from dbt.contracts.graph.manifest import Manifest

PROJECT = Path(__file__).resolve().parents[2] / "dbt_project"
MADE = ("manifest.json", "partial_parse.msgpack")
FINGERPRINT = "fingerprint"
SOURCES_OF_MEANING = {".sql", ".yml", ".py", ".md", ".csv"}
NOT_SOURCES = {"target", "logs", "__pycache__"}


class ProjectNotParsed(Exception):
    """The dbt project cannot be parsed; the message is dbt's."""


def manifest() -> dict[str, Any]:
    """The manifest as plain data, parsed first when the files changed."""
    found: dict[str, Any] = json.loads((prepare() / "manifest.json").read_text(encoding="utf-8"))
    return found


def parsed(target: Path) -> "Manifest":
    """Manifest of dbt's own kind from a prepared target. A fresh copy each time, because a run writes into it."""
    from dbt.contracts.graph.manifest import Manifest
    from dbt.parser.manifest import extended_mashumuro_decoder

    found: Manifest = Manifest.from_msgpack(
        (target / "partial_parse.msgpack").read_bytes(), decoder=extended_mashumuro_decoder
    )
    found.build_flat_graph()
    return found


def prepare(target: Path | None = None) -> Path:
    """Make the parsed project in `target` unless it is there and fresh; returns where it is.

    Args:
        target: Folder for it; dbt_project/target, or a folder of the user's cache where that cannot be written.

    Raises:
        ProjectNotParsed: when dbt refuses the project.
    """
    wanted = fingerprint()
    for folder in [target] if target else [PROJECT / "target", _cache()]:
        if _is_fresh(folder, wanted):
            return folder
    for folder in [target] if target else [PROJECT / "target", _cache()]:
        try:
            folder.mkdir(parents=True, exist_ok=True)
            _parse_into(folder, wanted)
        except OSError:
            # Not ours to write, on a read-only file system, or full.
            continue
        return folder
    raise ProjectNotParsed(f"no folder can be written for the parsed dbt project: {target or PROJECT / 'target'}")


def fingerprint() -> str:
    """What the parsed project depends on, in one text: the files of dbt_project/ and the versions of dbt."""
    found = hashlib.sha256(f"{version('dbt-core')} {version('dbt-duckdb')}".encode())
    for path in sorted(PROJECT.rglob("*")):
        parts = path.relative_to(PROJECT).parts
        if path.suffix in SOURCES_OF_MEANING and parts[0] not in NOT_SOURCES:
            found.update("/".join(parts).encode())
            found.update(hashlib.sha256(path.read_bytes()).digest())
    return found.hexdigest()


def _is_fresh(folder: Path, wanted: str) -> bool:
    mark = folder / FINGERPRINT
    there = all((folder / name).is_file() for name in MADE)
    return there and mark.is_file() and mark.read_text(encoding="utf-8", errors="replace") == _mark(folder, wanted)


def _mark(folder: Path, wanted: str) -> str:
    """What stands in the fingerprint's file: also the hashes of what was made, so that a damaged one is made again."""
    made = (hashlib.sha256((folder / name).read_bytes()).hexdigest() for name in MADE)
    return "\n".join((wanted, *made))


def _cache() -> Path:
    """For an installation that its user may not write to."""
    base = os.environ.get("XDG_CACHE_HOME") or str(Path.home() / ".cache")
    return Path(base) / "dovetail" / "dbt"


def _parse_into(folder: Path, wanted: str) -> None:
    """Parse aside and move the files in, the fingerprint last: a reader never sees half of it."""
    from dbt.cli.main import dbtRunner

    aside = Path(tempfile.mkdtemp(prefix="parsing-", dir=folder))
    try:
        # dbt is run from the folder aside, so that nothing is left where the caller stands.
        with chdir(aside):
            outcome = dbtRunner().invoke([
                "--log-level", "none", "--log-level-file", "none", "--log-path", str(aside / "logs"), "parse",
                "--no-partial-parse", "--project-dir", str(PROJECT), "--profiles-dir", str(PROJECT),
                "--target-path", str(aside),
            ])  # fmt: skip
        if not outcome.success:
            raise ProjectNotParsed(str(outcome.exception))
        (aside / FINGERPRINT).write_text(_mark(aside, wanted), encoding="utf-8")
        for name in (*MADE, FINGERPRINT):
            (aside / name).replace(folder / name)
    finally:
        shutil.rmtree(aside, ignore_errors=True)


if __name__ == "__main__":
    prepare()
