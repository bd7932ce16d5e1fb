"""The public build: a second, complete pass over rows in which what may not be open is hidden.

Everything downstream (attributions, comparisons, gaps, charts, sheets) is made again from what is open, so none of it
can hold what is hidden. An audit that finds a hidden count open to calculation blocks the public release.
"""

import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from pipelines import steps
from pipelines.build_state import load_checks, save_checks
from pipelines.disclosure.access import make_private, writing_openly
from pipelines.disclosure.proof import Proof, prove
from pipelines.disclosure.redact import write_public_inputs
from pipelines.disclosure.survey import Survey, survey
from pipelines.releases.checks import Check
from pipelines.releases.store import Release, ReleaseStore
from pipelines.workspace import Workspace
from sources.catalogue import Catalogue

HIDDEN = "hidden.parquet"


@dataclass(frozen=True)
class PublicBuild:
    """What a public build came to."""

    release: Release
    is_new: bool
    front_page: Path
    rows: int
    primary: int
    secondary: int


class PublicBuildRefused(Exception):
    """A blocking check of the public build failed; the public release before it stands. The message says which."""


@writing_openly()
def build_public(
    workspace: Workspace, catalogue: Catalogue, release_id: str, progress: Callable[[str], None]
) -> PublicBuild:
    """Make the public release that goes with a restricted one.

    Args:
        workspace: the restricted workspace, with landed rows and the catalogue of its build.
        catalogue: what is declared.
        release_id: the restricted release; the public one takes its number unless that was given before.
        progress: told each step as it begins.

    Raises:
        PublicBuildRefused: a hidden count could be worked out, or a gate failed.
    """
    public = workspace.public
    public.warehouse.mkdir(parents=True, exist_ok=True)
    make_private(workspace)
    progress("public build: what must be hidden")
    found = survey(workspace, catalogue)
    _keep_plan(workspace, found)
    write_public_inputs(workspace, catalogue, found.plan.hidden, found.indicators)
    progress("public build: the audit")
    proof = prove(found, workspace.disclosure, pl.read_parquet(public.landed / "observations" / "**" / "*.parquet"))
    shutil.rmtree(public.building, ignore_errors=True)
    save_checks(public, "0-disclosure", [_as_check(proof)])
    _refuse_if_blocked(public)
    number = release_id if release_id not in ReleaseStore(public.warehouse).issued() else None
    steps.prepare(public, catalogue, number)
    progress("public build: gates and models")
    steps.landing_gate(public)
    _refuse_if_blocked(public)
    failed = [node for node in steps.build_models(public) if node.is_failure]
    _refuse_if_blocked(public)
    if failed:
        raise PublicBuildRefused(f"{failed[0].unique_id}: {failed[0].message}")
    steps.attribution_gate(public)
    steps.release_gate(public)
    _refuse_if_blocked(public)
    release, is_new = steps.publish(public, catalogue, lambda step: progress(f"public {step}"))
    progress("public report")
    front_page = steps.report(public)
    return PublicBuild(release, is_new, front_page, found.plan.rows, found.plan.primary, found.plan.secondary)


def _keep_plan(workspace: Workspace, found: Survey) -> None:
    """For the data team, among the restricted files: which rows were hidden, and why."""
    folder = workspace.warehouse / "disclosure"
    folder.mkdir(mode=0o700, exist_ok=True)
    found.plan.hidden.write_parquet(folder / HIDDEN)


def _as_check(proof: Proof) -> Check:
    return Check(
        "hidden_counts_stay_hidden", "disclosure", "landing",
        "No hidden count can be worked out or bounded closer than nought to the threshold", True,
        "fail" if proof.failing else "pass", proof.failing, proof.keys,
        f"{proof.protected:,} figures that must stay hidden were tried, in every vintage, by subtraction and by linear"
        " programming, given everything open.",
    )  # fmt: skip


def _refuse_if_blocked(public: Workspace) -> None:
    blocked = [check for check in load_checks(public) if check.is_blocking and check.outcome == "fail"]
    if blocked:
        said = "; ".join(f"{check.title}: {check.failing_rows} failing [{check.check_id}]" for check in blocked)
        raise PublicBuildRefused(f"the public build is refused: {said}")
