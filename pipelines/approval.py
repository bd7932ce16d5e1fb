"""A person's approval between build and publish: what waits, for whom it may be given, and what is remembered of it.

What belongs here: the file that says what waits. What does not: publishing (releases), asking (the command, Dagster).
"""

import json
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path

from pipelines.build_state import fingerprint, load_checks
from pipelines.workspace import Workspace
from sources.catalogue import Catalogue


class NotToApprove(Exception):
    """There is nothing that this approval could be for; the message says why and what to do."""


@dataclass(frozen=True)
class Waiting:
    """A build that waits: the number it would have, when it was built (UTC), and what a person sees to."""

    release_id: str
    built_at: str
    fingerprint: str
    checks: int
    warnings: int


@dataclass(frozen=True)
class Approval:
    """Who let a build go on, why, and when (UTC). It stands in the release's MANIFEST."""

    approved_by: str
    reason: str
    approved_at: str

    @classmethod
    def given(cls, by: str, reason: str) -> "Approval":
        """An approval of now.

        Raises:
            NotToApprove: no name, or no reason.
        """
        if not by.strip() or not reason.strip():
            raise NotToApprove("an approval needs a person's name and a reason: --by NAME --reason TEXT")
        return cls(by.strip(), reason.strip(), datetime.now(UTC).replace(tzinfo=None, microsecond=0).isoformat(" "))


def wait(workspace: Workspace, catalogue: Catalogue, release_id: str) -> Waiting:
    """Note that what was built waits for a person; nothing that anyone can read changes."""
    checks = load_checks(workspace)
    waiting = Waiting(
        release_id,
        datetime.now(UTC).replace(tzinfo=None, microsecond=0).isoformat(" "),
        fingerprint(workspace, catalogue),
        len(checks),
        sum(check.outcome == "warn" for check in checks),
    )
    path = _path(workspace)
    partial = path.with_name(f"{path.name}.partial")
    partial.write_text(json.dumps(asdict(waiting), indent=1), encoding="utf-8")
    partial.replace(path)
    return waiting


def last_waiting(workspace: Workspace) -> Waiting | None:
    """The build that was last left to wait, and was not published since."""
    try:
        return Waiting(**json.loads(_path(workspace).read_text(encoding="utf-8")))
    except (FileNotFoundError, ValueError, TypeError):
        return None


def waiting(workspace: Workspace, catalogue: Catalogue) -> Waiting | None:
    """The build that waits, where it is still what the present inputs come to."""
    said = last_waiting(workspace)
    return said if said is not None and said.fingerprint == fingerprint(workspace, catalogue) else None


def to_approve(workspace: Workspace, catalogue: Catalogue) -> Waiting:
    """The build that an approval would be for.

    Raises:
        NotToApprove: nothing waits, or something came in since it was built.
    """
    found = waiting(workspace, catalogue)
    if found is not None:
        return found
    if _path(workspace).exists():
        raise NotToApprove("something came in or changed since that was built: run dovetail build, and look again")
    raise NotToApprove("no build waits for approval: run dovetail build")


def no_longer_waiting(workspace: Workspace) -> None:
    """Forget what waited: it was published."""
    _path(workspace).unlink(missing_ok=True)


def _path(workspace: Workspace) -> Path:
    return workspace.building / "waiting.json"
