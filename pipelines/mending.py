"""What a build sees to before it relies on what stands: ledger, current release, landed files, and at need its tables.

Each is made good by what is proved: the ledger from its journal, landed rows from the kept original, readers from an
earlier release, tables from the landed rows. Where nothing proves it, nothing is guessed and the build says what a
person has to do.
"""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from pipelines.landing.damage import Depth, damaged
from pipelines.ledger.mending import mend
from pipelines.ledger.store import Ledger, LedgerError
from pipelines.releases.damage import leave_damaged
from pipelines.releases.fingerprint import file_sha256
from pipelines.releases.store import ReleaseStore
from pipelines.workspace import Workspace
from sources.catalogue import Catalogue

Say = Callable[[str], None]


def mend_what_stands(workspace: Workspace, catalogue: Catalogue, say: Say, depth: Depth = "ends") -> bool:
    """Make good what is damaged, each told in a sentence; whether anything was.

    Args:
        workspace: whose warehouse; nobody else writes in it meanwhile.
        catalogue: what is declared.
        say: told what was done.
        depth: how closely landed files are looked at. A build that has work to do compares their bytes with what was
            written; one that could not go on looks at their "rows", and reads the tables that stand to their end too.

    Raises:
        LedgerError: something is damaged that nothing proves; the message says what to do.
    """
    done = []
    if mended := mend(workspace.ledger):
        done.append(mended)
    if left := leave_damaged(ReleaseStore(workspace.warehouse)):
        from pipelines.warehouse.standing import unseal

        # The tables that stand were made to follow the release that is left.
        unseal(workspace.warehouse)
        done.append(left)
    done += _land_again(workspace, catalogue, depth)
    if depth == "rows":
        from pipelines.warehouse import damage

        if unread := damage.leave_damaged(workspace.warehouse):
            done.append(unread)
    for sentence in done:
        say(sentence)
    return bool(done)


def _land_again(workspace: Workspace, catalogue: Catalogue, depth: Depth) -> list[str]:
    """Write damaged landed files again from the kept originals, under the same delivery and with its times."""
    if not workspace.ledger.exists():
        return []
    ledger = Ledger(workspace.ledger)
    rows = {row["delivery_id"]: row for row in ledger.judged()}
    found = damaged(workspace.landed, {name: row["rows_landed"] or 0 for name, row in rows.items()}, depth)
    if not found:
        return []
    from pipelines.deliveries import SHAPE_ORDER

    for paths in found.values():
        for path in paths:
            path.rename(path.with_suffix(".damaged"))

    def order(name: str) -> tuple[int, str]:
        dataset = catalogue.datasets.get(rows[name]["source_id"] or "")
        return (SHAPE_ORDER.index(dataset.shape) if dataset else 0), name

    return [_again(rows[name], workspace, catalogue) for name in sorted(found, key=order)]


def _again(delivery: dict[str, Any], workspace: Workspace, catalogue: Catalogue) -> str:
    from pipelines.deliveries import DeliveredFile, judged
    from pipelines.intake.judge import recognise_file
    from pipelines.intake.problems import Refused
    from pipelines.intake.sidecar import Said
    from pipelines.landing.registers import registers
    from pipelines.landing.write import ensure_empty, write
    from pipelines.ledger.originals import kept_at

    delivery_id, name, source_id = delivery["delivery_id"], delivery["file_name"], delivery["source_id"]
    original = kept_at(workspace.originals, delivery["sha256"] or "")
    if not original.exists() or file_sha256(original) != delivery["sha256"]:
        raise LedgerError(_not_proved(delivery_id, name, "its original is not there as it was delivered"))
    ensure_empty(workspace.landed)
    said = Said.model_validate_json(delivery["said"] or "{}").model_copy(update={"source": source_id})
    try:
        recognised = next(r for r in recognise_file(original, name, said, catalogue) if r.dataset.id == source_id)
        file = DeliveredFile(original, name, delivery["sha256"], said, recognised, None, {})
        recorded = datetime.fromisoformat(delivery["recorded_at"])
        judgement = judged(file, workspace, catalogue, registers(workspace.landed, catalogue), recorded.date())
    except (Refused, StopIteration) as refused:
        raise LedgerError(_not_proved(delivery_id, name, "its original would be refused today")) from refused
    counts = (judgement.cells_in, judgement.cells_landed, judgement.cells_quarantined, judgement.cells_out_of_scope)
    if counts != tuple(delivery[f"cells_{what}"] for what in ("in", "landed", "quarantined", "out_of_scope")):
        raise LedgerError(_not_proved(delivery_id, name, "its original comes out otherwise today"))
    published = delivery["published_at"]
    write(
        judgement, workspace.landed, source_id=source_id, delivery_id=delivery_id, recorded_at=recorded,
        published_at=datetime.fromisoformat(published) if published else None,
    )  # fmt: skip
    return f"the landed rows of {delivery_id} ({name}) were damaged and are written again from the kept original"


def _not_proved(delivery_id: str, name: str, why: str) -> str:
    return (
        f"the landed rows of {delivery_id} ({name}) are damaged and cannot be made again as they were, because {why}."
        " What is current is as it was. Put back the folder landed/ of the warehouse from a backup, or deliver the file"
        " once more with `dovetail load`"
    )
