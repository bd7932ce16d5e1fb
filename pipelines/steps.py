"""The steps of the main job as plain functions over a workspace: what Dagster's assets call and nothing else does.

receive -> prepare -> landing gate -> dbt -> attribution and release gates -> release -> report
"""

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path

import polars as pl

from expectations.results import CheckResult
from pipelines.approval import Approval, Waiting, no_longer_waiting, to_approve, wait
from pipelines.build_state import (
    built_already,
    clear,
    code_fingerprint,
    fingerprint,
    load_checks,
    remember_build,
    save_checks,
    save_outcomes,
)
from pipelines.deliveries import left_for_later, receive
from pipelines.landing.chasing import last_judged
from pipelines.landing.export import export
from pipelines.landing.returns import Returns, returns_of
from pipelines.landing_folder import landing_files, still_arriving
from pipelines.ledger.store import Ledger
from pipelines.mending import mend_what_stands
from pipelines.outcome import Outcome
from pipelines.releases.checks import Check
from pipelines.releases.manifest import Access
from pipelines.releases.rollback import stands_against
from pipelines.releases.store import Release, ReleaseStore
from pipelines.warehouse.results import NodeResult
from pipelines.warehouse.standing import published_as, read
from pipelines.whole_build import refuse_unless_whole
from pipelines.workspace import Workspace
from sources.catalogue import Catalogue

Progress = Callable[[str], None]


def receive_new(workspace: Workspace, catalogue: Catalogue, only: set[str] | None, progress: Progress) -> list[Outcome]:
    """Receive what is new in the landing folder; `only` limits it to some datasets."""
    mend_what_stands(workspace, catalogue, progress, "bytes")
    clear(workspace)
    files = landing_files(workspace.landing)
    arriving = still_arriving(files)
    whole = [path for path in files if path not in arriving]
    outcomes = receive(whole, workspace, catalogue, only=only, progress=progress)
    outcomes += [left_for_later(path) for path in sorted(arriving)]
    save_outcomes(workspace, outcomes)
    return outcomes


def prepare(workspace: Workspace, catalogue: Catalogue, number: str | None = None) -> str:
    """Write what dbt reads beside the landed rows; returns the number the release would have (`number` if given)."""
    store = ReleaseStore(workspace.warehouse)
    release_id = number or store.next_id(datetime.now(UTC))
    current = store.current()
    export(workspace, catalogue, release_id, (current.release_id, current.path) if current else None)
    return release_id


def landing_gate(workspace: Workspace) -> list[Check]:
    """Great Expectations over the landed rows."""
    from expectations import suites

    return _recorded(workspace, "1-landing", suites.landing(workspace.warehouse))


def build_models(workspace: Workspace, progress: Progress | None = None) -> list[NodeResult]:
    """Build and test the dbt models of which something changed; every test's outcome is stored for the release."""
    from pipelines.warehouse.build import bring_up_to_date
    from pipelines.warehouse.manifest import manifest

    tests = {i: n for i, n in manifest()["nodes"].items() if n["resource_type"] == "test"}
    nodes = bring_up_to_date(workspace.warehouse, say=progress)
    outcomes = {"pass": "pass", "warn": "warn"}
    save_checks(
        workspace,
        "2-warehouse",
        [
            Check(
                tests[node.unique_id]["name"], "dbt", "warehouse",
                tests[node.unique_id].get("description") or tests[node.unique_id]["name"].replace("_", " "),
                tests[node.unique_id]["config"].get("severity", "error").lower() == "error",
                outcomes.get(node.status, "fail"),  # type: ignore[arg-type]
                node.rows or 0, node.failing_keys, node.message or "",
            )
            for node in nodes
            if node.unique_id in tests
        ],
    )  # fmt: skip
    return nodes


def attribution_gate(workspace: Workspace) -> list[Check]:
    """Great Expectations over the attribution that dbt made."""
    from expectations import suites

    return _recorded(workspace, "3-attribution", suites.attribution(workspace.warehouse))


def release_gate(workspace: Workspace) -> list[Check]:
    """Great Expectations over the public tables, and against the current release."""
    from expectations import suites

    current = ReleaseStore(workspace.warehouse).current()
    return _recorded(workspace, "4-release", suites.release(workspace.warehouse, current.path if current else None))


def look_at_returns(workspace: Workspace, catalogue: Catalogue, source_ids: Sequence[str]) -> dict[str, Returns]:
    """Where the returns of some datasets stand today; overdue ones are told of, once for each change."""
    from pipelines.notifications.of_returns import overdue
    from pipelines.notifications.seam import notify_once

    found = returns_of(workspace, catalogue, source_ids, datetime.now(UTC).date())
    if (event := overdue(found)) is not None:
        notify_once(workspace, event)
    return found


@dataclass(frozen=True)
class Published:
    """What came of publishing: a release, new or not; or a build that waits for a person."""

    release: Release | None = None
    is_new: bool = False
    waiting: Waiting | None = None


def publish_approved(
    workspace: Workspace, catalogue: Catalogue, progress: Progress, *, by: str = "", reason: str = ""
) -> Published:
    """Publish what was built, where nobody's approval is asked for or it is given; else note that it waits.

    Raises:
        BuildNotWhole: a check of this build was not run.
        NotToApprove: an approval without a reason, or something came in since the build.
    """
    refuse_unless_whole(workspace)
    approval = Approval.given(by, reason) if by or reason else None
    if approval is not None and workspace.approval.required:
        to_approve(workspace, catalogue)
    if approval is None and workspace.approval.required:
        settings = pl.read_parquet(workspace.catalogue / "settings.parquet").row(0, named=True)
        return Published(waiting=wait(workspace, catalogue, settings["release_id"]))
    release, is_new = publish(workspace, catalogue, progress, approval)
    no_longer_waiting(workspace)
    return Published(release, is_new)


def publish(
    workspace: Workspace, catalogue: Catalogue, progress: Progress, approval: Approval | None = None
) -> tuple[Release, bool]:
    """Publish what was built, unless it is what is current already, or what a person went back from.

    Returns:
        The release that stands, and whether it is new.
    """
    from pipelines.releases.publish import publish as publish_release

    store = ReleaseStore(workspace.warehouse)
    current = store.current()
    if current is not None and stands_against(store, fingerprint(workspace, catalogue)):
        return current, False
    if current is not None and _is_published(workspace, catalogue, current):
        return current, False
    settings = pl.read_parquet(workspace.catalogue / "settings.parquet").row(0, named=True)
    save_checks(workspace, "0-reader", _reader_checks(workspace))
    release = publish_release(
        workspace.warehouse,
        settings["release_id"],
        checks=load_checks(workspace),
        inputs=_inputs(workspace, catalogue, settings) | ({"approval": asdict(approval)} if approval else {}),
        built_at=datetime.now(UTC).replace(tzinfo=None),
        render=None,
        is_fictional=settings["is_fictional"],
        unless_same_as=current,
        access=access(workspace),
        on_step=lambda step: progress(f"release: {step}"),
    )
    published_as(workspace.warehouse, release.release_id)
    remember_build(workspace, catalogue, release.release_id)
    return release, current is None or release.release_id != current.release_id


def _is_published(workspace: Workspace, catalogue: Catalogue, current: Release) -> bool:
    """Whether these inputs came to this release, and what was built is still what it was published from."""
    vouched = read(workspace.warehouse)
    is_its_own = vouched is not None and vouched.published_as == current.release_id
    return is_its_own and built_already(workspace, catalogue) == current.release_id


def access(workspace: Workspace) -> Access | None:
    """Public or restricted; nothing is said where no public build is made beside."""
    if workspace.is_public:
        return "public"
    return "restricted" if workspace.disclosure.public else None


def report(workspace: Workspace) -> Path:
    """Render the report of the current release, all pages or none, in place of an older one; returns its front page."""
    from reports.site import render

    current = ReleaseStore(workspace.warehouse).current()
    assert current is not None, "there is no release to report"
    into = workspace.warehouse / "reports" / current.release_id
    into.parent.mkdir(parents=True, exist_ok=True)
    render(
        current.path,
        into,
        charts=workspace.warehouse / "cache" / "charts",
        language=workspace.reports.language,
        spreadsheets=workspace.reports.spreadsheets,
        pdf=workspace.reports.pdf,
    )
    return into / "index.html"


def _recorded(workspace: Workspace, name: str, results: Sequence[CheckResult]) -> list[Check]:
    recorded = [Check(tool="great_expectations", **asdict(result)) for result in results]
    save_checks(workspace, name, recorded)
    return recorded


def _reader_checks(workspace: Workspace) -> list[Check]:
    """The reader contract as a check result: how many deliveries were refused or taken in part."""
    deliveries = Ledger(workspace.ledger).deliveries()
    imperfect = last_judged(deliveries).filter(pl.col("verdict").is_in(["refused", "accepted_in_part"]))
    keys = tuple(f"{d} {n}: {v}" for d, n, v in imperfect.select("delivery_id", "file_name", "verdict").iter_rows())
    return [
        Check(
            "delivery_contract", "reader", "landing", "Delivered files keep their dataset's contract", False,
            "warn" if keys else "pass", len(keys), keys[:20],
            "Refused deliveries, and those with cells set aside; every reason stands in quarantined_rows.",
        )
    ]  # fmt: skip


def _inputs(workspace: Workspace, catalogue: Catalogue, settings: dict[str, object]) -> dict[str, object]:
    from hashlib import sha256
    from importlib.metadata import version

    root = Path(__file__).parents[1]
    lock = root / "requirements.lock"
    deliveries = Ledger(workspace.ledger).deliveries().filter(pl.col("verdict") != "unchanged")
    return {
        "program": f"dovetail {version('dovetail')}",
        "inputs_sha256": fingerprint(workspace, catalogue),
        "code_sha256": code_fingerprint(),
        "catalogue_sha256": catalogue.fingerprint,
        "lock_sha256": sha256(lock.read_bytes()).hexdigest() if lock.exists() else None,
        "deliveries": deliveries.height,
        "deliveries_sha256": sha256(deliveries.select("delivery_id", "sha256").write_csv().encode()).hexdigest(),
        "settings": {name: value for name, value in settings.items() if not name.endswith("release_id")},
        "disclosure": workspace.disclosure.model_dump(),
    }
