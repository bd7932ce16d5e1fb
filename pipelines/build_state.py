"""What one step of a build leaves for the next and for the person: small JSON files in the building folder.

Steps may run in different processes, so they speak through files and not through memory.
"""

import json
from collections.abc import Iterable
from dataclasses import asdict
from hashlib import sha256
from pathlib import Path
from typing import Any

from pipelines.another_look import judged_with
from pipelines.ledger.store import Ledger
from pipelines.outcome import Outcome
from pipelines.releases.checks import Check
from pipelines.workspace import Workspace
from sources.catalogue import Catalogue

PACKAGES = ("sources", "pipelines", "expectations", "reports", "dbt_project")
FINDINGS_KEPT = 20
"""Findings of a file that a build's output may show; all of them stand in quarantined_rows and delivery_warnings."""
CODE = (".py", ".sql", ".yml", ".html", ".css")


def save_outcomes(workspace: Workspace, outcomes: Iterable[Outcome]) -> None:
    """Store what became of the delivered files."""
    _save(workspace.building / "outcomes.json", [outcome.plain(FINDINGS_KEPT) for outcome in outcomes])


def load_outcomes(workspace: Workspace) -> list[Outcome]:
    """What became of the delivered files of this build."""
    return [Outcome.of_plain(row) for row in _load(workspace.building / "outcomes.json") or []]


def save_checks(workspace: Workspace, name: str, checks: Iterable[Check]) -> None:
    """Store the outcomes of one gate."""
    _save(workspace.building / f"checks-{name}.json", [asdict(check) for check in checks])


def load_checks(workspace: Workspace) -> list[Check]:
    """The outcomes of every gate of this build, in a fixed order."""
    rows = [row for path in sorted(workspace.building.glob("checks-*.json")) for row in _load(path)]
    return [Check(**{**row, "failing_keys": tuple(row["failing_keys"])}) for row in rows]


def clear(workspace: Workspace) -> None:
    """Forget what the build before said, so that nothing of it can be taken for this one's. Its tables stay."""
    for pattern in ("checks-*.json", "outcomes.json"):
        for path in workspace.building.glob(pattern):
            path.unlink()


def fingerprint(workspace: Workspace, catalogue: Catalogue) -> str:
    """Hash of everything a build depends on: deliveries, settings, catalogue and code."""
    digest = sha256()
    deliveries = Ledger(workspace.ledger).deliveries()
    kept = deliveries.filter(deliveries["verdict"] != "unchanged")
    digest.update(kept.select("delivery_id", "sha256", "verdict", "published_at").write_csv().encode())
    digest.update(workspace.thresholds.model_dump_json().encode())
    if workspace.is_public:
        digest.update(workspace.disclosure.model_dump_json().encode())
    digest.update(judged_with(catalogue, workspace).encode())
    digest.update(code_fingerprint().encode())
    return digest.hexdigest()


def code_fingerprint() -> str:
    """Hash of the program's own files, which says which code made a release."""
    root = Path(__file__).parents[1]
    digest = sha256()
    for package in PACKAGES:
        for path in sorted((root / package).rglob("*")):
            inside = path.relative_to(root).parts
            if path.suffix in CODE and not {"target", "logs", "__pycache__"} & set(inside):
                digest.update("/".join(inside).encode() + path.read_bytes())
    return digest.hexdigest()


def remember_build(workspace: Workspace, catalogue: Catalogue, release_id: str) -> None:
    """Note that the release is what the present inputs come to."""
    _save(workspace.building / "last_build.json", {
        "fingerprint": fingerprint(workspace, catalogue), "release_id": release_id,
    })  # fmt: skip


def built_already(workspace: Workspace, catalogue: Catalogue) -> str | None:
    """The release that the present inputs came to, when they were built before; else None."""
    last = _load(workspace.building / "last_build.json")
    if last and last["fingerprint"] == fingerprint(workspace, catalogue):
        return str(last["release_id"])
    return None


def last_fingerprint(workspace: Workspace) -> str | None:
    """Hash of the inputs of the last build that came to a release; None before the first."""
    last = _load(workspace.building / "last_build.json")
    return str(last["fingerprint"]) if last else None


def _save(path: Path, content: Any) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_name(f"{path.name}.partial")
    partial.write_text(json.dumps(content, indent=1, default=str), encoding="utf-8")
    partial.replace(path)


def _load(path: Path) -> Any:
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except (FileNotFoundError, ValueError):
        # What a machine that lost its power left half written counts as not there: it is made again.
        return []
