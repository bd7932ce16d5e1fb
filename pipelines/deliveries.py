"""Receiving deliveries: from a file to landed rows and a line in the ledger, each file whole or not at all.

What belongs here: the order of the steps for one file and for many. What does not: any of the steps themselves.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from hashlib import sha256 as sha256_of
from pathlib import Path
from typing import Any

import polars as pl

from pipelines.intake.judge import coverage, judge, recognise_file
from pipelines.intake.periods import parse_day
from pipelines.intake.places import Registers
from pipelines.intake.problems import Problem, Refused, quarantine_frame
from pipelines.intake.recognise import Recognised
from pipelines.intake.sidecar import SUFFIX, Said, SidecarError, sidecar_of
from pipelines.landing.registers import registers
from pipelines.landing.write import discard_orphans, ensure_empty, write, write_quarantine
from pipelines.ledger.originals import fingerprint, keep
from pipelines.ledger.store import Ledger
from pipelines.workspace import Workspace
from sources.catalogue import Catalogue

# Registers before what is judged against them.
SHAPE_ORDER = (
    "authorities", "authority_changes", "authority_parents", "service_memberships", "structure_assertions",
    "decisions", "observations",
)  # fmt: skip
MENDED_BY_A_REGISTER = ("area_unknown", "service_unknown")
IGNORED_SUFFIXES = (SUFFIX, ".md", ".txt~", ".tmp", ".part", ".crdownload")


@dataclass
class Outcome:
    """What became of one delivered file. `problems` are the sentences a person reads."""

    path: Path
    verdict: str
    source_id: str | None
    reason: str | None
    delivery_id: str | None = None
    rows_landed: int = 0
    cells_in: int = 0
    cells_landed: int = 0
    cells_quarantined: int = 0
    cells_out_of_scope: int = 0
    problems: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class _File:
    path: Path
    sha256: str
    said: Said
    recognised: Recognised | None
    refusal: Problem | None


Progress = Callable[[str], None]


def landing_files(folder: Path) -> list[Path]:
    """Files of a landing folder that may be deliveries, in the order of their names; sidecars and notes are not."""
    if not folder.exists():
        return []
    return sorted(
        path
        for path in folder.rglob("*")
        if path.is_file() and not path.name.startswith(".") and not path.name.lower().endswith(IGNORED_SUFFIXES)
    )


def receive(
    paths: Iterable[Path],
    workspace: Workspace,
    catalogue: Catalogue,
    *,
    options: Said | None = None,
    only: set[str] | None = None,
    again: bool = False,
    now: datetime | None = None,
    progress: Progress = lambda _: None,
) -> list[Outcome]:
    """Receive files: record, recognise, judge, land; registers first.

    A file whose bytes were judged before is not judged again, unless it was refused, or places of it were in no
    register, and the catalogue or the registers have changed since. With `again` (an explicit load) a repeat is
    recorded as `unchanged`; a scan of the landing folder passes over it.

    Args:
        paths: The files.
        workspace: Where the warehouse is.
        catalogue: What is declared.
        options: What the command line said of these files; wins over sidecars.
        only: Take only files of these datasets; others, and files not recognised, stay for another time.
        again: Whether a repeat is worth a line in the ledger.
        now: The moment to record, UTC; the clock's when not given.
        progress: Told the name of each file as it is taken up.
    """
    ledger = Ledger(workspace.ledger)
    ensure_empty(workspace.landed)
    discard_orphans(workspace.landed, set(ledger.deliveries()["delivery_id"]))
    state = registers(workspace.landed, catalogue)
    files: list[_File] = []
    outcomes: list[Outcome] = []
    for path in paths:
        sha256 = fingerprint(path)
        earlier = ledger.last_judgement(sha256)
        if earlier and not _worth_another_look(earlier, catalogue, workspace):
            outcomes.append(_repeat(path, sha256, earlier, ledger, again, now))
            continue
        progress(f"reading {path.name}")
        file = _recognised(path, sha256, options, catalogue)
        if only is None or (file.recognised is not None and file.recognised.dataset.id in only):
            files.append(file)
    for file in sorted(files, key=_intake_order):
        progress(f"checking {file.path.name}")
        outcome = _land(file, workspace, catalogue, state, ledger, now or _clock())
        outcomes.append(outcome)
        if outcome.rows_landed and file.recognised and file.recognised.dataset.shape != "observations":
            state = registers(workspace.landed, catalogue)
    return outcomes


def dry_run(path: Path, workspace: Workspace, catalogue: Catalogue, options: Said | None = None) -> Outcome:
    """Judge one file against the loaded registers without recording or landing anything."""
    file = _recognised(path, fingerprint(path), options, catalogue)
    if file.refusal is None:
        assert file.recognised is not None
        try:
            judgement = judge(file.recognised, registers(workspace.landed, catalogue), catalogue)
        except Refused as refused:
            return _refused(file, refused.problem, catalogue)
        problems = [problem.sentence(path.name, catalogue) for problem in judgement.problems]
        return Outcome(
            path, "accepted_in_part" if problems else "accepted", file.recognised.dataset.id, None, None,
            sum(frame.height for frame in judgement.landed.values()), judgement.cells_in, judgement.cells_landed,
            judgement.cells_quarantined, judgement.cells_out_of_scope, problems,
        )  # fmt: skip
    return _refused(file, file.refusal, catalogue)


def judged_with(catalogue: Catalogue, workspace: Workspace) -> str:
    """A fingerprint of what a file is judged against: the catalogue and the landed registers."""
    digest = sha256_of(catalogue.fingerprint.encode())
    for shape in SHAPE_ORDER[:4]:
        for path in sorted((workspace.landed / shape).glob("*/D*.parquet")):
            digest.update(path.name.encode())
    return digest.hexdigest()[:16]


def _worth_another_look(earlier: dict[str, Any], catalogue: Catalogue, workspace: Workspace) -> bool:
    """Whether a file judged before may now come out otherwise.

    The catalogue or the registers have changed since, and it was refused or some of its places were in no register.
    """
    if earlier["judged_with"] == judged_with(catalogue, workspace):
        return False
    if earlier["verdict"] == "refused":
        return True
    dataset = catalogue.datasets.get(earlier["source_id"])
    is_judged_by_registers = dataset is not None and dataset.shape in ("observations", "structure_assertions")
    aside = workspace.landed / "quarantined_rows" / f"{earlier['delivery_id']}.parquet"
    if not is_judged_by_registers or not aside.exists():
        return False
    return pl.read_parquet(aside, columns=["rule"])["rule"].is_in(MENDED_BY_A_REGISTER).any()


def _recognised(path: Path, sha256: str, options: Said | None, catalogue: Catalogue) -> _File:
    try:
        said = sidecar_of(path)
        if options is not None:
            said = said.model_copy(update=options.model_dump(exclude_none=True))
        return _File(path, sha256, said, recognise_file(path, path.name, said, catalogue), None)
    except SidecarError as error:
        return _File(path, sha256, Said(), None, Problem("file_unreadable", str(error)))
    except Refused as refused:
        return _File(path, sha256, Said(), None, refused.problem)


def _intake_order(file: _File) -> tuple[int, str]:
    shape = file.recognised.dataset.shape if file.recognised else "observations"
    return SHAPE_ORDER.index(shape), file.path.as_posix()


def _land(
    file: _File, workspace: Workspace, catalogue: Catalogue, state: Registers, ledger: Ledger, now: datetime
) -> Outcome:
    keep(file.path, workspace.originals, file.sha256)
    delivery_id = ledger.next_id()
    record: dict[str, Any] = {
        "delivery_id": delivery_id,
        "file_name": file.path.name,
        "sha256": file.sha256,
        "size_bytes": file.path.stat().st_size,
        "recorded_at": now,
        "cells_in": 0, "cells_landed": 0, "cells_quarantined": 0, "cells_out_of_scope": 0,
        "rows_read": 0, "rows_landed": 0, "areas": 0,
    }  # fmt: skip
    try:
        if file.refusal is not None:
            raise Refused(file.refusal)
        assert file.recognised is not None
        dataset = file.recognised.dataset
        published = _published(file.recognised)
        record |= {"source_id": dataset.id, "recognised_by": file.recognised.by, "published_at": published}
        judgement = judge(file.recognised, state, catalogue)
    except Refused as refused:
        outcome = _refused(file, refused.problem, catalogue)
        quarantine = quarantine_frame([refused.problem], catalogue)
        write_quarantine(_stamped(quarantine, record, now), workspace.landed, delivery_id)
        ledger.record(record | {
            "verdict": "refused", "reason": outcome.reason, "judged_with": judged_with(catalogue, workspace),
        })  # fmt: skip
        outcome.delivery_id = delivery_id
        return outcome
    rows = write(
        judgement, workspace.landed, source_id=dataset.id, delivery_id=delivery_id, published_at=published,
        recorded_at=now, catalogue=catalogue,
    )  # fmt: skip
    problems = [problem.sentence(file.path.name, catalogue) for problem in judgement.problems]
    verdict = "accepted_in_part" if problems else "accepted"
    if not rows:
        verdict = "refused"
    covered = coverage(judgement)
    reason = "; ".join(judgement.notes) or None
    if problems:
        reason = f"{len(problems)} set aside, the first: {problems[0]}" + (f"; {reason}" if reason else "")
    ledger.record(record | {
        "verdict": verdict, "reason": reason, "period_start": covered.start, "period_end": covered.end,
        "areas": covered.areas, "rows_read": judgement.rows_read, "cells_in": judgement.cells_in,
        "cells_landed": judgement.cells_landed, "cells_quarantined": judgement.cells_quarantined,
        "cells_out_of_scope": judgement.cells_out_of_scope, "rows_landed": rows,
        "judged_with": judged_with(catalogue, workspace),
    })  # fmt: skip
    return Outcome(
        file.path, verdict, dataset.id, reason, delivery_id, rows, judgement.cells_in, judgement.cells_landed,
        judgement.cells_quarantined, judgement.cells_out_of_scope, problems,
    )  # fmt: skip


def _stamped(quarantine: pl.DataFrame, record: dict[str, Any], now: datetime) -> pl.DataFrame:
    return quarantine.with_columns(
        pl.lit(record["delivery_id"]).alias("delivery_id"),
        pl.lit(record.get("source_id"), pl.String).alias("source_id"),
        pl.lit(now, pl.Datetime("us")).alias("recorded_at"),
    )


def _refused(file: _File, problem: Problem, catalogue: Catalogue) -> Outcome:
    sentence = problem.sentence(file.path.name, catalogue)
    source = file.recognised.dataset.id if file.recognised else None
    return Outcome(file.path, "refused", source, sentence, problems=[sentence])


def _repeat(
    path: Path, sha256: str, earlier: dict[str, Any], ledger: Ledger, again: bool, now: datetime | None
) -> Outcome:
    reason = f"the same bytes came as {earlier['delivery_id']} ({earlier['file_name']}): nothing to do"
    outcome = Outcome(path, "unchanged", earlier["source_id"], reason, earlier["delivery_id"])
    if again:
        outcome.delivery_id = ledger.next_id()
        ledger.record({
            "delivery_id": outcome.delivery_id, "file_name": path.name, "sha256": sha256,
            "size_bytes": path.stat().st_size, "source_id": earlier["source_id"], "verdict": "unchanged",
            "reason": reason, "recorded_at": now or _clock(),
            "cells_in": 0, "cells_landed": 0, "cells_quarantined": 0, "cells_out_of_scope": 0, "rows_read": 0,
            "rows_landed": 0, "areas": 0,
        })  # fmt: skip
    return outcome


def _published(recognised: Recognised) -> datetime | None:
    text = recognised.published or (str(recognised.dataset.published) if recognised.dataset.published else None)
    day = parse_day(text) if text else None
    return datetime(day.year, day.month, day.day) if day else None


def _clock() -> datetime:
    return datetime.now(UTC).replace(tzinfo=None)
