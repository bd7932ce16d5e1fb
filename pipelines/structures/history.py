"""How a service was organised, over its history or on one day: intervals with their claims, plans and decisions."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from pipelines.releases.asking import Ask
from pipelines.releases.quoted import literal
from pipelines.structures.services import Service


@dataclass(frozen=True)
class Claim:
    """One claim of a document, and whether it agrees with the model of the interval it is told with."""

    assertion_id: str
    model_id: str
    model: str
    tenure: str
    valid_from: date | None
    from_precision: str | None
    valid_to: date | None
    to_precision: str | None
    scope_percent: float | None
    source: str
    source_date: date | None
    page: str | None
    quote: str | None
    coder: str | None
    agrees: bool | None = None


@dataclass(frozen=True)
class Decision:
    """Who settled a conflict, when and why."""

    decision_id: str
    decided_by: str | None
    decided_on: date | None
    reason: str | None


@dataclass(frozen=True)
class Interval:
    """Days over which one model was in force, over which sources conflict, or, of a scheme of several labels, all hold.

    `model_id` is null for the last two; `levels` are the labels of every model that the documents behind it give.
    """

    structure_id: str
    model_id: str | None
    model: str | None
    tenure: str | None
    valid_from: date
    from_precision: str | None
    valid_to: date | None
    to_precision: str | None
    scope_percent: float | None
    evidence_date: date | None
    is_contested: bool
    decision: Decision | None
    claims: tuple[Claim, ...]
    levels: tuple[str, ...] = ()


@dataclass(frozen=True)
class Remedy:
    """A kind of gap that stands, what it says, and what would settle it."""

    kind: str
    says: str
    settled_by: str


@dataclass(frozen=True)
class OfTypology:
    """A service in one typology: its intervals (that of the day, where one is asked for), plans, and what is open.

    `not_applicable` says why no figure of the day asked for is attributed in it.
    """

    typology_id: str
    title: str
    intervals: tuple[Interval, ...]
    plans: tuple[Claim, ...]
    open_questions: tuple[Remedy, ...]
    not_applicable: str | None = None


@dataclass(frozen=True)
class History:
    """What is known of a service, on a day or on all of them."""

    service: Service
    on: date | None
    typologies: tuple[OfTypology, ...]


@dataclass(frozen=True)
class Stale:
    """After how many months evidence is a caveat, and after how many it is none."""

    caveat_months: int
    unassigned_months: int


def history(service: Service, ask: Ask, stale: Stale, on: date | None = None, typology: str | None = None) -> History:
    """Everything a release knows of how a service was organised.

    Args:
        service: The service.
        ask: The public tables.
        stale: When evidence is too old, as the release was built with.
        on: The day asked for; None for the whole history.
        typology: One typology only.
    """
    chosen = f"where typology_id = {literal(typology)}" if typology else ""
    typologies = ask(f"select * from typologies {chosen} order by valid_from, typology_id")
    claims = _claims(service, ask)
    intervals = _intervals(service, ask, claims)
    kinds = {row["kind"]: row for row in ask("select * from gap_kinds")}
    told: list[OfTypology] = []
    of_other_days: list[OfTypology] = []
    for row in typologies:
        typology_id = row["typology_id"]
        of_it = [interval for owner, interval in intervals if owner == typology_id]
        plans = tuple(
            claim for owner, claim in claims if owner == typology_id and claim.tenure in ("planned", "cancelled")
        )
        if typology is None and not (of_it or plans):
            continue
        here = tuple(each for each in of_it if on is None or _holds(each.valid_from, each.valid_to, on))
        if on is not None and not _holds(row["valid_from"], row["valid_to"], on):
            why = f"{typology_id} describes {row['valid_from']} to {row['valid_to'] or 'now'}"
            (told if here else of_other_days).append(OfTypology(typology_id, row["title"], here, (), (), why))
            continue
        told.append(OfTypology(typology_id, row["title"], here, plans, _open_questions(here, plans, on, stale, kinds)))
    # Where nothing can be told of the day, a scheme of other days is at least named.
    told = told or of_other_days
    return History(service, on, tuple(told))


def _claims(service: Service, ask: Ask) -> list[tuple[str, Claim]]:
    rows = ask(f"""
        select assertions.*, coalesce(models.label, assertions.model_id) as model
        from structure_assertions as assertions
        left join typology_models as models
            on assertions.typology_id = models.typology_id and assertions.model_id = models.model_id
        where assertions.service_id = {literal(service.service_id)} and assertions.is_current
        order by coalesce(assertions.valid_from, assertions.source_date), assertions.source, assertions.assertion_id
    """)
    fields = [name for name in Claim.__dataclass_fields__ if name != "agrees"]
    return [(row["typology_id"], Claim(**{name: row[name] for name in fields})) for row in rows]


def _intervals(service: Service, ask: Ask, claims: list[tuple[str, Claim]]) -> list[tuple[str, Interval]]:
    rows = ask(f"""
        select structures.*, models.label as model, decisions.decided_by, decisions.decided_on, decisions.reason
        from structures
        left join typology_models as models
            on structures.typology_id = models.typology_id and structures.model_id = models.model_id
        left join decisions on structures.decision_id = decisions.decision_id
        where structures.service_id = {literal(service.service_id)}
        order by structures.typology_id, structures.valid_from
    """)
    labels = {(row["typology_id"], row["model_id"]): row["label"] for row in ask("select * from typology_models")}
    by_id = {claim.assertion_id: claim for _, claim in claims}
    found = []
    for row in rows:
        behind = [by_id[each] for each in row["assertion_ids"] if each in by_id]
        told = tuple(
            _beside(claim, row) for claim in sorted(behind, key=lambda c: (c.source_date or date.max, c.source))
        )
        decision = None
        if row["decision_id"]:
            decision = Decision(row["decision_id"], row["decided_by"], row["decided_on"], row["reason"])
        plain = {
            name: row[name]
            for name in Interval.__dataclass_fields__
            if name not in ("decision", "claims", "levels", "model")
        }
        levels = tuple(labels.get((row["typology_id"], level), level) for level in row.get("levels") or ())
        found.append(
            (row["typology_id"], Interval(**plain, model=row["model"], decision=decision, claims=told, levels=levels))
        )
    return found


def _beside(claim: Claim, row: dict[str, Any]) -> Claim:
    """The claim, with whether it says what the interval came to; a level that is kept beside the highest agrees."""
    if row["is_contested"] and row["model_id"] is None:
        return claim
    agrees = claim.model_id == row["model_id"] or claim.model_id in (row.get("levels") or ())
    return Claim(**(vars(claim) | {"agrees": agrees}))


def _holds(first: date, last: date | None, on: date) -> bool:
    return first <= on and (last is None or last >= on)


def _open_questions(
    intervals: tuple[Interval, ...],
    plans: tuple[Claim, ...],
    on: date | None,
    stale: Stale,
    kinds: dict[str, dict[str, Any]],
) -> tuple[Remedy, ...]:
    """What stands open, in the words of the kinds of gap; how old evidence is can only be told on a day."""
    found: dict[str, str] = {}
    for interval in intervals:
        if interval.is_contested:
            models = " or ".join(dict.fromkeys(f"{claim.model} ({claim.source})" for claim in interval.claims))
            found["E2"] = f"sources disagree: {models}"
        elif interval.model_id == "unassigned":
            found["E1U"] = "the source gives no clear indication"
        if interval.tenure == "interim":
            found["S2"] = f"an interim arrangement since {interval.valid_from}"
        if "year" in (interval.from_precision, interval.to_precision) or "unknown" in (
            interval.from_precision,
            interval.to_precision,
        ):
            found["S7"] = "the day of a change is not known to the month"
        if on is not None and interval.evidence_date is not None:
            age = months_between(interval.evidence_date, on)
            if age > stale.unassigned_months:
                months = f"over {stale.unassigned_months} months before"
                found["S8U"] = f"last confirmed {interval.evidence_date}, {months}: too long ago to use"
            elif age > stale.caveat_months:
                found["S8"] = f"last confirmed {interval.evidence_date}, over {stale.caveat_months} months before"
    planned = [plan for plan in plans if plan.tenure == "planned"]
    if planned:
        found["S3"] = f"a plan is no evidence that it happened: {planned[-1].model} ({planned[-1].source})"
    if on is not None and not intervals:
        found["E1"] = f"nothing says how the service was organised on {on}"
    return tuple(
        Remedy(kind, says, str(kinds[kind]["resolved_by"]) if kind in kinds else "evidence")
        for kind, says in found.items()
    )


def months_between(earlier: date, later: date) -> int:
    """Whole months from one day to a later one, a month begun counted; below nought where it is not later."""
    months = (later.year - earlier.year) * 12 + later.month - earlier.month
    return months + (later.day > earlier.day)
