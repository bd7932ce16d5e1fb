"""Judging kept originals again for some periods, with today's catalogue and registers, and touching nothing else.

What belongs here: which originals, which rows of them, and whether they came out otherwise. What does not: judging a
file (intake), or files of the landing folder (deliveries).
"""

import shutil
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import polars as pl

from pipelines.another_look import judged_with
from pipelines.deliveries import DeliveredFile, Progress, judged
from pipelines.intake.judge import recognise_file
from pipelines.intake.judgement import Coverage, Judgement, Landed
from pipelines.intake.places import Registers
from pipelines.intake.problems import Refused
from pipelines.intake.sidecar import Said
from pipelines.landing.current import standing_rows
from pipelines.landing.registers import registers
from pipelines.landing.write import discard_orphans, ensure_empty, write
from pipelines.ledger.originals import kept_at
from pipelines.ledger.store import Ledger
from pipelines.workspace import Workspace
from sources.catalogue import Catalogue

Span = tuple[date, date]
"""First and last day; a period is in it when its last day is."""
OWN = ("observation_id", "delivery_id", "published_at", "recorded_at", "superseded_at")
"""What a landed row has of its delivery and not of the file."""


@dataclass(frozen=True)
class JudgedAgain:
    """What became of one original. `delivery_id` is the new delivery; None where nothing came out otherwise.

    `rows` are the rows of the periods asked for; `reason` says what happened in one sentence, and holds no value.
    """

    file_name: str
    first_delivery_id: str
    delivery_id: str | None
    rows: int
    reason: str


def judge_again(
    workspace: Workspace,
    catalogue: Catalogue,
    source_id: str,
    spans: Sequence[Span],
    *,
    now: datetime | None = None,
    progress: Progress = lambda _: None,
) -> list[JudgedAgain]:
    """Judge every original of a dataset that covers the periods again, and land their rows that came out otherwise.

    Only rows of periods whose last day lies in a span are landed, as a delivery of its own; rows of other periods stand
    as they are, and so does a file that comes out as it did. The originals are taken in the order they were said in, so
    a correction stays the last word.

    Args:
        workspace: Where the warehouse is.
        catalogue: What is declared.
        source_id: A dataset of observations.
        spans: The periods; anything else of the dataset is left alone.
        now: The moment to record, UTC; the clock's when not given.
        progress: Told the name of each file as it is taken up.
    """
    ledger = Ledger(workspace.ledger)
    ensure_empty(workspace.landed)
    discard_orphans(workspace.landed, set(ledger.deliveries()["delivery_id"]))
    moment = now or datetime.now(UTC).replace(tzinfo=None)
    state = registers(workspace.landed, catalogue)
    of_file: dict[str, list[dict[str, Any]]] = {}
    for delivery in ledger.of_dataset(source_id):
        of_file.setdefault(delivery["sha256"], []).append(delivery)
    found = []
    landed_at: str | None = None
    for deliveries in sorted(of_file.values(), key=_said_at):
        if not any(_covers(delivery, spans) for delivery in deliveries):
            continue
        progress(f"judging {deliveries[0]['file_name']} again")
        # What was said at the same moment as a file that was landed again must follow it, as it did before.
        is_after = landed_at == _said_at(deliveries)[0]
        one = _of_file(deliveries, workspace, catalogue, state, ledger, spans, moment, even_if_same=is_after)
        if one.delivery_id:
            landed_at = _said_at(deliveries)[0]
        found.append(one)
    return found


def _said_at(deliveries: Sequence[dict[str, Any]]) -> tuple[str, str, str]:
    first = deliveries[0]
    return str(first["published_at"] or first["recorded_at"]), str(first["recorded_at"]), first["delivery_id"]


def _covers(delivery: dict[str, Any], spans: Sequence[Span]) -> bool:
    """Whether a delivery may hold periods asked for; one whose periods nobody could tell is looked at."""
    if delivery["period_start"] is None:
        return True
    first = date.fromisoformat(delivery["period_start"])
    last = date.fromisoformat(delivery["period_end"] or delivery["period_start"])
    return any(first <= span[1] and last >= span[0] for span in spans)


def _of_file(
    deliveries: list[dict[str, Any]],
    workspace: Workspace,
    catalogue: Catalogue,
    state: Registers,
    ledger: Ledger,
    spans: Sequence[Span],
    now: datetime,
    *,
    even_if_same: bool,
) -> JudgedAgain:
    last = deliveries[-1]
    name, first_id, source_id = last["file_name"], deliveries[0]["delivery_id"], last["source_id"]
    original = kept_at(workspace.originals, last["sha256"])
    if not original.exists():
        return JudgedAgain(name, first_id, None, 0, "no original of it was kept, so what stands is left as it is")
    said = Said.model_validate_json(last["said"] or "{}").model_copy(update={"source": source_id})
    try:
        recognised = next(r for r in recognise_file(original, name, said, catalogue) if r.dataset.id == source_id)
        file = DeliveredFile(original, name, last["sha256"], said, recognised, None, {})
        judgement = within(judged(file, workspace, catalogue, state, now.date()), spans)
    except (Refused, StopIteration) as refused:
        rule = refused.problem.rule if isinstance(refused, Refused) else "file_unknown"
        return JudgedAgain(
            name, first_id, None, 0, f"it would be refused today ({rule}), so what stands is left as it is"
        )
    published = datetime.fromisoformat(last["published_at"] or deliveries[0]["recorded_at"])
    delivery_id = ledger.next_id()
    aside = workspace.building / "judged_again"
    shutil.rmtree(aside, ignore_errors=True)
    try:
        rows = write(
            judgement, aside, source_id=source_id, delivery_id=delivery_id, published_at=published, recorded_at=now
        )
        if not rows and judgement.cells_quarantined:
            return JudgedAgain(name, first_id, None, 0, "no row of these periods would land today: what stands stays")
        if not even_if_same and _is_as_it_stands(workspace.landed, aside, source_id, deliveries, spans):
            return JudgedAgain(name, first_id, None, rows, "it came out as it did, so nothing was landed")
        for path in sorted(aside.rglob(f"{delivery_id}.parquet*")):
            target = workspace.landed / path.relative_to(aside)
            target.parent.mkdir(parents=True, exist_ok=True)
            path.replace(target)
    finally:
        shutil.rmtree(aside, ignore_errors=True)
    asked = "; ".join(f"{first} to {end}" for first, end in spans)
    reason = f"{first_id} judged again for {asked}: counted in rows, other periods stand as they were"
    ledger.record({
        "delivery_id": delivery_id, "file_name": name, "sha256": last["sha256"], "size_bytes": last["size_bytes"],
        "source_id": source_id, "recognised_by": recognised.by, "published_at": published, "recorded_at": now,
        "judged_with": judged_with(catalogue, workspace), "said": last["said"],
        "verdict": "accepted_in_part" if judgement.cells_quarantined else "accepted", "reason": reason,
        "rows_read": judgement.rows_read, "rows_landed": rows, "cells_in": judgement.cells_in,
        "cells_landed": judgement.cells_landed, "cells_quarantined": judgement.cells_quarantined,
        "cells_out_of_scope": judgement.cells_out_of_scope,
    } | judgement.covers.columns())  # fmt: skip
    return JudgedAgain(name, first_id, delivery_id, rows, reason)


def within(judgement: Judgement, spans: Sequence[Span]) -> Judgement:
    """The part of a judgement whose periods end in a span.

    Its cells are counted in rows: the file's own cells were counted when it came. What is set aside stands whole, since
    what has no sound period may belong to any of them.
    """
    landed = [_within(each, spans) if each.shape == "observations" else each for each in judgement.landed]
    rows = sum(each.rows for each in landed)
    covers = Coverage()
    for piece in (piece for each in landed if each.shape == "observations" for piece in each):
        places = set(piece.select("area_type", "area_code").unique().iter_rows())
        first, last = piece.select(pl.min("period_start"), pl.max("period_end")).row(0)
        covers.include(Coverage(first, last, places))
    return replace(
        judgement,
        landed=landed,
        cells_in=rows + judgement.cells_quarantined,
        cells_landed=rows,
        cells_out_of_scope=0,
        covers=covers,
    )


def _within(landed: Landed, spans: Sequence[Span]) -> Landed:
    pieces = _Pieces(landed.pieces, spans)
    return Landed(landed.shape, sum(piece.height for piece in pieces), pieces)


@dataclass(frozen=True)
class _Pieces:
    """Pieces cut to the spans, as often as they are asked for."""

    whole: Any
    spans: Sequence[Span]

    def __iter__(self) -> Iterator[pl.DataFrame]:
        yield from (piece.filter(_ends_in(self.spans)) for piece in self.whole)


def _ends_in(spans: Sequence[Span]) -> pl.Expr:
    return pl.any_horizontal([pl.col("period_end").is_between(first, last) for first, last in spans])


def _is_as_it_stands(
    landed: Path, aside: Path, source_id: str, deliveries: list[dict[str, Any]], spans: Sequence[Span]
) -> bool:
    """Whether the rows made now are those that stand for the same bytes and periods."""
    standing = standing_rows(landed, source_id, [delivery["delivery_id"] for delivery in deliveries])
    made = list((aside / "observations" / source_id).glob("*.parquet"))
    before = _comparable(standing.filter(_ends_in(spans))) if standing is not None else None
    after = _comparable(pl.scan_parquet(made)) if made else None
    if before is None or after is None:
        return (before is None or before.height == 0) and (after is None or after.height == 0)
    return before.equals(after)


def _comparable(rows: pl.LazyFrame) -> pl.DataFrame:
    frame = rows.drop(OWN, strict=False).collect(engine="streaming")
    return frame.select(sorted(frame.columns)).sort(sorted(frame.columns))
