"""Whether a file that was judged before may now come out otherwise: what was said of it, or what it is judged against.

What belongs here: comparing then with now. What does not: judging (intake) and recording (ledger).
"""

from datetime import date
from hashlib import sha256 as sha256_of
from pathlib import Path
from typing import Any

import polars as pl

from pipelines.intake.decided import waivers
from pipelines.intake.sidecar import Said, SidecarError, sidecar_of
from pipelines.landing.registers import current_rows
from pipelines.workspace import Workspace
from sources.catalogue import Catalogue

JUDGED_AGAINST = ("authorities", "authority_changes", "authority_parents", "service_memberships", "decisions")
MENDED_BY_A_REGISTER = ("area_unknown", "service_unknown", "membership_outside_authority")
WAITING_FOR_REGISTERS = (
    "observations", "service_memberships", "structure_assertions", "gap_evidence", "contributions",
)  # fmt: skip
MENDED_BY_A_DECISION = ("area_name_ambiguous", "area_name_mismatch")


def judged_with(catalogue: Catalogue, workspace: Workspace) -> str:
    """A fingerprint of what a file is judged against: the catalogue and the landed registers."""
    digest = sha256_of(catalogue.fingerprint.encode())
    for shape in JUDGED_AGAINST:
        for path in sorted((workspace.landed / shape).glob("*/D*.parquet")):
            digest.update(path.name.encode())
    return digest.hexdigest()[:16]


def said_of(path: Path, options: Said | None) -> str | None:
    """What is said of a file beside it and on the command line, as the ledger keeps it; None where it is unreadable."""
    try:
        said = sidecar_of(path)
    except SidecarError:
        return None
    return said.model_copy(update=options.model_dump(exclude_none=True) if options else {}).model_dump_json()


def worth_another_look(
    earlier: dict[str, Any], said: str | None, catalogue: Catalogue, workspace: Workspace, today: date
) -> bool:
    """Whether a file judged before may now come out otherwise.

    Something else is said of it than was said then; or the catalogue, the registers or the decisions have changed
    since, and it was refused, or some of it was set aside by what a register or a decision can mend.
    """
    if earlier["said"] is not None and earlier["said"] != said:
        return True
    if earlier["judged_with"] == judged_with(catalogue, workspace):
        return False
    if earlier["verdict"] == "refused":
        return True
    dataset = catalogue.datasets.get(earlier["source_id"])
    aside = workspace.landed / "quarantined_rows" / f"{earlier['delivery_id']}.parquet"
    if dataset is None or dataset.shape not in WAITING_FOR_REGISTERS or not aside.exists():
        return False
    waived = waivers(current_rows(workspace.landed, "decisions"), today, catalogue)
    mended = {*MENDED_BY_A_REGISTER, *waived.rules(dataset.id), *(MENDED_BY_A_DECISION if waived.names() else ())}
    return bool(pl.read_parquet(aside, columns=["rule"])["rule"].is_in(mended).any())
