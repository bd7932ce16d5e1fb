"""The main job in this process: takes the lock, runs Dagster's job, and says in plain data what came of it."""

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pipelines.approval import Approval, Waiting, last_waiting, to_approve, waiting
from pipelines.build_state import built_already, fingerprint, load_checks, load_outcomes
from pipelines.disclosure.standing import is_built
from pipelines.landing_folder import landing_files
from pipelines.ledger.originals import fingerprint_of
from pipelines.ledger.store import Ledger
from pipelines.lock import locked
from pipelines.mending import mend_what_stands
from pipelines.outcome import Outcome
from pipelines.progress import tell
from pipelines.releases.checks import Check
from pipelines.releases.rollback import standing, stands_against
from pipelines.releases.store import ReleaseStore
from pipelines.trouble import explained
from pipelines.warehouse.standing import unseal
from pipelines.workspace import Workspace
from sources.catalogue import Catalogue


@dataclass(frozen=True)
class PublicResult:
    """The public release beside a restricted one, and how many rows it hides for what they say or give away."""

    release_id: str
    is_new: bool
    report: Path
    rows: int
    hidden_as_small: int
    hidden_beside: int


@dataclass
class BuildResult:
    """What a build came to. `release_id` is the current release, new or not; None when there is none yet.

    `rolled_back` says in words why the current release is not the newest, where a person went back to it.
    """

    release_id: str | None
    is_new: bool
    report: Path | None
    outcomes: list[Outcome] = field(default_factory=list)
    checks: list[Check] = field(default_factory=list)
    failures: list[str] = field(default_factory=list)
    public: PublicResult | None = None
    waiting: Waiting | None = None
    """The build that waits for a person's approval; what was current is current."""
    rolled_back: str | None = None


def run_build(
    workspace: Workspace, catalogue: Catalogue, wait_seconds: float = 0, *, is_full: bool = False
) -> BuildResult:
    """Receive what is new, build, check, release, report; nothing at all when there is nothing new.

    Another build is waited for, `wait_seconds` at most, before it is an error. With `is_full` every
    table is made new, whatever stands, also when nothing is new.

    Raises:
        Busy: another build holds the warehouse; the message says which process.
    """
    from pipelines.orchestration.names import BUILD

    with locked(workspace, wait_seconds):
        is_mended = mend_what_stands(workspace, catalogue, tell)
        before = standing(ReleaseStore(workspace.warehouse))
        if is_full:
            unseal(workspace.warehouse)
        stays = None if is_full or is_mended else _nothing_new(workspace, catalogue)
        if stays is not None:
            result = BuildResult(stays, False, workspace.warehouse / "reports" / stays / "index.html")
        elif not is_full and (waits := _waiting(workspace, catalogue)) is not None:
            result = BuildResult(None, False, None, waiting=waits)
        else:
            result = _run_job(workspace, BUILD)
            if result.failures and mend_what_stands(workspace, catalogue, tell, "rows"):
                result = _run_job(workspace, BUILD)
        result.rolled_back = before.in_words() if before else None
        return result


def run_publish(workspace: Workspace, catalogue: Catalogue, by: str, reason: str) -> BuildResult:
    """Publish and report the build that waits, approved by a person.

    Raises:
        NotToApprove: nothing waits, something came in since it was built, or name or reason are missing.
        Busy: a build holds the warehouse.
    """
    from pipelines.orchestration.names import PUBLISH, RELEASE_STEP

    Approval.given(by, reason)
    with locked(workspace):
        to_approve(workspace, catalogue)
        given = {"ops": {RELEASE_STEP: {"config": {"approved_by": by, "reason": reason}}}}
        return _run_job(workspace, PUBLISH, given)


def _waiting(workspace: Workspace, catalogue: Catalogue) -> Waiting | None:
    """The build that waits for a person, where it is what the present inputs come to and nothing new came."""
    if not workspace.approval.required or not _all_known(workspace):
        return None
    return waiting(workspace, catalogue)


def _nothing_new(workspace: Workspace, catalogue: Catalogue) -> str | None:
    """The release that already stands for what is there, if every file of the landing folder is known."""
    if stands_against(ReleaseStore(workspace.warehouse), fingerprint(workspace, catalogue)):
        release_id = ReleaseStore(workspace.warehouse).current_id()
    else:
        release_id = built_already(workspace, catalogue) if workspace.building.exists() else None
    if release_id is None:
        return None
    report = workspace.warehouse / "reports" / release_id
    asked = [report] + [report / name for name in ("spreadsheets", "pdf") if getattr(workspace.reports, name)]
    if not all(folder.exists() for folder in asked):
        return None
    if not is_built(workspace, catalogue):
        return None
    return release_id if _all_known(workspace) else None


def _all_known(workspace: Workspace) -> bool:
    """Whether every file of the landing folder was judged before."""
    ledger = Ledger(workspace.ledger)
    for path in landing_files(workspace.landing):
        sha256 = fingerprint_of(path)
        if sha256 is None or not ledger.judgements(sha256):
            return False
    return True


def _run_job(workspace: Workspace, job: str, config: Mapping[str, Any] | None = None) -> BuildResult:
    os.environ["DAGSTER_DISABLE_TELEMETRY"] = "1"
    import logging

    import dagster as dg

    logging.getLogger("dagster").setLevel(logging.CRITICAL)
    from pipelines.definitions import defs
    from pipelines.notifications import of_builds
    from pipelines.notifications.seam import notify
    from pipelines.orchestration.keys import PUBLIC, RELEASE, REPORT

    folders = {
        "landing": str(workspace.landing),
        "warehouse": str(workspace.warehouse),
        "public": workspace.disclosure.public,
        "spreadsheets": workspace.reports.spreadsheets,
        "pdf": workspace.reports.pdf,
        "is_held": True,
    }
    with dg.DagsterInstance.ephemeral() as instance:
        result = defs.resolve_job_def(job).execute_in_process(
            instance=instance,
            run_config={
                "resources": {"workspace": {"config": folders}},
                "loggers": {"console": {"config": {"log_level": "CRITICAL"}}},
                **(config or {}),
            },
            raise_on_error=False,
        )
    made = {}
    for event in result.get_asset_materialization_events():
        made[event.asset_key] = event.materialization.metadata
    release, report = made.get(RELEASE), made.get(REPORT)
    failures = [] if result.success else _failures(result, workspace)
    came_of_it = BuildResult(
        release_id=str(release["release_id"].value) if release else None,
        is_new=bool(release["is_new"].value) if release else False,
        report=Path(str(report["front_page"].value)) if report else None,
        outcomes=load_outcomes(workspace),
        checks=load_checks(workspace),
        failures=failures,
        public=_public(made.get(PUBLIC)),
        waiting=last_waiting(workspace) if result.success and release is None else None,
    )
    stopped = [
        f"{event.step_key}: {error.cls_name if (error := event.step_failure_data.error) else 'failed'}"
        for event in result.all_events
        if event.is_step_failure
    ]
    for told in of_builds.events_of(came_of_it, stopped):
        notify(workspace, told)
    return came_of_it


def _public(made: Mapping[str, Any] | None) -> PublicResult | None:
    if made is None or not made["is_made"].value:
        return None
    return PublicResult(
        str(made["release_id"].value), bool(made["is_new"].value), Path(str(made["front_page"].value)),
        made["rows"].value, made["rows_hidden_as_small"].value, made["rows_hidden_beside"].value,
    )  # fmt: skip


def _failures(result: object, workspace: Workspace) -> list[str]:
    blocked = [
        f"{check.title}: {check.failing_rows} failing: {'; '.join(check.failing_keys[:3])} [{check.check_id}]"
        for check in load_checks(workspace)
        if check.outcome == "fail" and check.is_blocking
    ]
    if blocked:
        return blocked
    said = []
    for event in result.all_events:  # type: ignore[attr-defined]
        if event.is_step_failure:
            error = event.step_failure_data.error
            while error is not None and error.cause is not None:
                error = error.cause
            said.append(f"{event.step_key}: {explained(error.message) if error else 'failed'}")
    return said or ["the job failed and gave no reason; run it in `dovetail dev` to see its log"]
