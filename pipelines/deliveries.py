"""Receiving deliveries: from a file to landed rows and a line in the ledger, each file whole or not at all.

What belongs here: the order of the steps for one file and for many. What does not: any of the steps themselves.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import polars as pl

from pipelines.another_look import judged_with, said_of, worth_another_look
from pipelines.intake.decided import Waivers, applied, waivers
from pipelines.intake.judge import judge, recognise_file
from pipelines.intake.judgement import Coverage, Judgement
from pipelines.intake.layouts.settling import Check
from pipelines.intake.periods import parse_day, parse_period
from pipelines.intake.places import Registers
from pipelines.intake.problems import SETS_ASIDE, Problem, Refused, findings, sentence
from pipelines.intake.recognise import Recognised
from pipelines.intake.sidecar import Said, SidecarError, sidecar_of
from pipelines.landing.current import current_observations
from pipelines.landing.registers import current_rows, registers
from pipelines.landing.write import discard_orphans, ensure_empty, write, write_findings
from pipelines.landing_folder import Look, look
from pipelines.ledger.mending import mend
from pipelines.ledger.originals import FileChanged, fingerprint_of, keep
from pipelines.ledger.store import Ledger
from pipelines.outcome import Outcome
from pipelines.workspace import Workspace
from sources.catalogue import Catalogue
from sources.models.dataset import Dataset

# Registers before what is judged against them.
SHAPE_ORDER = (
    "authorities", "authority_changes", "authority_parents", "service_memberships", "structure_assertions",
    "decisions", "gap_evidence", "contributions", "statistical_neighbours", "area_hexes", "none", "observations",
)  # fmt: skip


@dataclass(frozen=True)
class DeliveredFile:
    """One dataset of a file as it was found, or the one refusal of the file; `stamp` is what it was when looked at."""

    path: Path
    name: str
    sha256: str | None
    said: Said
    recognised: Recognised | None
    refusal: Problem | None
    stamp: Look


Progress = Callable[[str], None]


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
    recorded as `unchanged`; a scan of the landing folder passes over it. What changes or goes while a scan reads it is
    not recorded either: it is whole another time, and the next scan takes it.

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
    if mended := mend(workspace.ledger):
        progress(mended)
    ledger = Ledger(workspace.ledger)
    ensure_empty(workspace.landed)
    discard_orphans(workspace.landed, set(ledger.deliveries()["delivery_id"]))
    state = registers(workspace.landed, catalogue)
    files: list[DeliveredFile] = []
    outcomes: list[Outcome] = []
    moment = now or _later_than_all(ledger, progress)
    for path in paths:
        stamp = look([path])
        sha256 = fingerprint_of(path)
        if not again and not stamp:
            outcomes.append(left_for_later(path))
            continue
        earlier = ledger.judgements(sha256) if sha256 else []
        said = said_of(path, options)
        today = moment.date()
        if earlier and not any(worth_another_look(each, said, catalogue, workspace, today) for each in earlier):
            outcomes += [_repeat(path, each, ledger, again, moment) for each in earlier]
            continue
        progress(f"reading {path.name}")
        of_path = _recognised(path, sha256, options, catalogue, stamp)
        # A file is taken whole: with one of its datasets come the others.
        if only is None or any(file.recognised is not None and file.recognised.dataset.id in only for file in of_path):
            files += of_path
    for file in sorted(files, key=_intake_order):
        progress(f"checking {file.path.name}")
        outcome = _land(file, workspace, catalogue, state, ledger, moment, again=again)
        outcomes.append(outcome)
        if outcome.rows_landed and file.recognised and file.recognised.dataset.shape != "observations":
            state = registers(workspace.landed, catalogue)
    return outcomes


def dry_run(
    path: Path,
    workspace: Workspace,
    catalogue: Catalogue,
    options: Said | None = None,
    *,
    state: Registers | None = None,
    today: date | None = None,
) -> list[Outcome]:
    """Judge one file without recording or landing anything: one outcome a dataset.

    Args:
        path: The file.
        workspace: Where the warehouse is.
        catalogue: What is declared.
        options: What the command line said of the file.
        state: The registers to judge against; the loaded ones when not given.
        today: The day of the check; the clock's when not given.
    """
    outcomes = []
    now = _clock()
    state = state or registers(workspace.landed, catalogue)
    for file in _recognised(path, fingerprint_of(path), options, catalogue):
        try:
            judgement = judged(file, workspace, catalogue, state, today or now.date())
        except Refused as refused:
            outcomes.append(_refused(file, refused.problem, catalogue))
        else:
            assert file.recognised is not None
            outcomes.append(_outcome(file, file.recognised, judgement, None, judgement.rows_landed))
    return outcomes


def _recognised(
    path: Path, sha256: str | None, options: Said | None, catalogue: Catalogue, stamp: Look | None = None
) -> list[DeliveredFile]:
    """The datasets of a file, or the one refusal of it."""
    stamp = look([path]) if stamp is None else stamp
    try:
        said = sidecar_of(path)
        if options is not None:
            said = said.model_copy(update=options.model_dump(exclude_none=True))
        found = recognise_file(path, path.name, said, catalogue)
        return [DeliveredFile(path, path.name, sha256, said, dataset, None, stamp) for dataset in found]
    except SidecarError as error:
        return [DeliveredFile(path, path.name, sha256, Said(), None, Problem("file_unreadable", str(error)), stamp)]
    except Refused as refused:
        return [DeliveredFile(path, path.name, sha256, Said(), None, refused.problem, stamp)]


def _intake_order(file: DeliveredFile) -> tuple[int, str]:
    shape = file.recognised.dataset.shape if file.recognised else "observations"
    return SHAPE_ORDER.index(shape), file.path.as_posix()


def judged(file: DeliveredFile, workspace: Workspace, catalogue: Catalogue, state: Registers, today: date) -> Judgement:
    """Settle every cell of one dataset of a file.

    Raises:
        Refused: the file, or all of the dataset, is not loaded.
    """
    if file.refusal is not None:
        raise Refused(file.refusal)
    assert file.recognised is not None
    waived = waivers(current_rows(workspace.landed, "decisions"), today, catalogue)
    state = state.deciding(waived.names())
    check = _check(file.recognised.dataset, workspace, catalogue, state, waived, today)
    judgement = judge(file.recognised, state, catalogue, check, today)
    if not judgement.cells_landed:
        # Where no number landed, what the file says of its indicators is nothing to keep either.
        judgement.landed = []
    judgement.findings = pl.concat([
        applied(judgement.findings, file.recognised.dataset.id, waived),
        findings(waived.notes(state.relied_on), catalogue),
    ])  # fmt: skip
    return judgement


def _check(
    dataset: Dataset, workspace: Workspace, catalogue: Catalogue, state: Registers, waived: Waivers, today: date
) -> Check:
    """The checks of a whole delivery. What a person waived is found all the same, and sets nothing aside."""
    from pipelines.intake.checks import Context, run

    def check(candidates: pl.LazyFrame, aside: pl.DataFrame, placed: pl.DataFrame) -> pl.DataFrame:
        previous = current_observations(workspace.landed, dataset.id)
        parents = current_rows(workspace.landed, "authority_parents")
        found = run(candidates, Context(dataset, catalogue, state, previous, aside, today, parents, placed))
        let_go = [rule for rule in found["rule"].unique() if waived.of(rule, dataset.id)]
        return found.with_columns(pl.when(~pl.col("rule").is_in(let_go)).then("nth").alias("nth"))

    return check


def _land(
    file: DeliveredFile,
    workspace: Workspace,
    catalogue: Catalogue,
    state: Registers,
    ledger: Ledger,
    now: datetime,
    *,
    again: bool,
) -> Outcome:
    delivery_id = ledger.next_id()
    is_file = file.path.is_file()
    record: dict[str, Any] = {
        "delivery_id": delivery_id,
        "file_name": file.name,
        "sha256": file.sha256,
        "size_bytes": file.path.stat().st_size if is_file else 0,
        "recorded_at": now,
        "judged_with": judged_with(catalogue, workspace),
        "said": file.said.model_dump_json(),
        "cells_in": 0, "cells_landed": 0, "cells_quarantined": 0, "cells_out_of_scope": 0,
        "rows_read": 0, "rows_landed": 0,
    } | _told(file, catalogue).columns()  # fmt: skip
    published = None
    try:
        if file.sha256 is not None:
            _keep(file.path, workspace, file.sha256)
        if file.recognised is not None:
            # The same bytes said what they say no later than when they first came, however late they are understood.
            published = _published(file.recognised) or ledger.first_recorded(file.sha256, file.recognised.dataset.id)
            record |= {
                "source_id": file.recognised.dataset.id, "recognised_by": file.recognised.by, "published_at": published,
            }  # fmt: skip
        judgement = judged(file, workspace, catalogue, state, now.date())
        assert file.recognised is not None
        dataset = file.recognised.dataset
    except Refused as refused:
        if not again and look([file.path]) != file.stamp:
            return left_for_later(file.path)
        outcome = _refused(file, refused.problem, catalogue)
        if not again and _is_still_refused(outcome, record, ledger):
            return outcome
        outcome.delivery_id = delivery_id
        write_findings(outcome.findings, workspace.landed, outcome.source_id, delivery_id, now)
        ledger.record(record | {"verdict": "refused", "reason": outcome.reason})
        return outcome
    if not again and look([file.path]) != file.stamp:
        return left_for_later(file.path)
    outcome = _outcome(file, file.recognised, judgement, delivery_id, judgement.rows_landed)
    if not again and _is_still_refused(outcome, record, ledger):
        return outcome
    rows = write(
        judgement, workspace.landed, source_id=dataset.id, delivery_id=delivery_id, published_at=published,
        recorded_at=now,
    )  # fmt: skip
    judgement.covers.include(Coverage() if judgement.covers.start else _told(file, catalogue))
    ledger.record(record | judgement.covers.columns() | {
        "verdict": outcome.verdict, "reason": outcome.reason, "rows_read": judgement.rows_read,
        "cells_in": judgement.cells_in, "cells_landed": judgement.cells_landed,
        "cells_quarantined": judgement.cells_quarantined, "cells_out_of_scope": judgement.cells_out_of_scope,
        "rows_landed": rows,
    })  # fmt: skip
    return outcome


def left_for_later(path: Path) -> Outcome:
    """A file that is being written, or went, while it was looked at: nothing is recorded and nothing is lost."""
    return Outcome(
        path, "still_arriving", None, "it is still being copied, or went while it was read: the next build takes it"
    )


def _is_still_refused(outcome: Outcome, record: dict[str, Any], ledger: Ledger) -> bool:
    """Whether a file that was looked at again is refused as it was before: that is no new delivery.

    Else every change of the catalogue would add a line for each refused file that still lies in the folder. A file of
    several datasets is recorded whole each time.
    """
    earlier = ledger.judgements(record["sha256"]) if record["sha256"] else []
    if len(earlier) != 1 or outcome.verdict != "refused":
        return False
    same = ("verdict", "reason", "source_id", "said", "file_name")
    now = record | {"verdict": outcome.verdict, "reason": outcome.reason}
    if any(earlier[0][name] != now.get(name) for name in same):
        return False
    outcome.delivery_id = earlier[0]["delivery_id"]
    ledger.looked_again(outcome.delivery_id, record["judged_with"])
    return True


def _told(file: DeliveredFile, catalogue: Catalogue) -> Coverage:
    """What a file is for as far as it is told from outside: the period of a hint, a sidecar or the command line."""
    recognised = file.recognised
    if recognised is None or recognised.period_label is None or recognised.dataset.period is None:
        return Coverage()
    dataset, source = recognised.dataset, recognised.dataset.period
    kinds = [source.type] if source.type else [catalogue.definition(m).period_type for m in dataset.measures]
    periods = [parse_period(recognised.period_label, catalogue.period_types[kind]) for kind in dict.fromkeys(kinds)]
    found = [period for period in periods if period is not None]
    if not found:
        return Coverage()
    return Coverage(min(period.start for period in found), max(period.end for period in found))


def _keep(path: Path, workspace: Workspace, sha256: str) -> None:
    try:
        keep(path, workspace.originals, sha256)
    except FileChanged as changed:
        raise Refused(Problem("file_unreadable", str(changed))) from changed


def _outcome(
    file: DeliveredFile, recognised: Recognised, judgement: Judgement, delivery_id: str | None, rows: int
) -> Outcome:
    """The verdict on a judged dataset: accepted, accepted in part, or refused where nothing of it could land."""
    found = judgement.findings
    aside = found.filter(pl.col("severity").is_in(SETS_ASIDE))
    verdict = "accepted_in_part" if aside.height else "accepted"
    reason = "; ".join(judgement.notes) or None
    if aside.height:
        first = sentence(aside.row(0, named=True), file.path.name)
        reason = f"{aside.height} set aside, the first: {first}" + (f"; {reason}" if reason else "")
    return Outcome(
        file.path, verdict if rows or not aside.height else "refused", recognised.dataset.id, reason, delivery_id, rows,
        judgement.cells_in, judgement.cells_landed, judgement.cells_quarantined, judgement.cells_out_of_scope,
        found, judgement.notes, aside.height,
    )  # fmt: skip


def _refused(file: DeliveredFile, problem: Problem, catalogue: Catalogue) -> Outcome:
    found = findings([problem], catalogue)
    source = file.recognised.dataset.id if file.recognised else None
    reason = sentence(found.row(0, named=True), file.path.name)
    return Outcome(file.path, "refused", source, reason, findings=found, places_aside=1)


def _repeat(path: Path, earlier: dict[str, Any], ledger: Ledger, again: bool, now: datetime) -> Outcome:
    reason = f"the same bytes came as {earlier['delivery_id']} ({earlier['file_name']}): nothing to do"
    outcome = Outcome(path, "unchanged", earlier["source_id"], reason, earlier["delivery_id"])
    if again:
        outcome.delivery_id = ledger.next_id()
        ledger.record({
            "delivery_id": outcome.delivery_id, "file_name": path.name, "sha256": earlier["sha256"],
            "size_bytes": path.stat().st_size, "source_id": earlier["source_id"], "verdict": "unchanged",
            "reason": reason, "recorded_at": now,
            "cells_in": 0, "cells_landed": 0, "cells_quarantined": 0, "cells_out_of_scope": 0, "rows_read": 0,
            "rows_landed": 0, "areas": 0,
        })  # fmt: skip
    return outcome


def _published(recognised: Recognised) -> datetime | None:
    text = recognised.published or (str(recognised.dataset.published) if recognised.dataset.published else None)
    day = parse_day(text) if text else None
    return datetime(day.year, day.month, day.day) if day else None


def _later_than_all(ledger: Ledger, progress: Progress) -> datetime:
    """Now, and never before what was recorded last: what comes later must count as later, whatever the clock says."""
    now, last = _clock(), ledger.last_recorded()
    if last is None or now > last:
        return now
    progress(
        f"the clock says {now:%Y-%m-%d %H:%M}, before the last delivery ({last:%Y-%m-%d %H:%M}): set it; order is kept"
    )
    return last + timedelta(microseconds=1)


def _clock() -> datetime:
    return datetime.now(UTC).replace(tzinfo=None)
