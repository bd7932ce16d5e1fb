"""A service's history as lines of text: how it was organised, who says so, and whether anyone disagrees."""

from collections.abc import Iterator
from datetime import date

from pipelines.one_line import one_line
from pipelines.structures.history import Claim, History, Interval, OfTypology

_TENURES = {
    "in_force": "in force",
    "interim": "interim",
    "ended": "ended",
    "planned": "planned",
    "cancelled": "dropped",
}
QUOTE_SHOWN = 160


def lines(history: History) -> Iterator[str]:
    """The whole answer."""
    return map(one_line, _lines(history))


def day_in_words(on: date) -> str:
    """1 July 2022."""
    return f"{on.day} {on:%B %Y}"


def stated(on: date | None, precision: str | None, open_end: str = "not known when") -> str:
    """A day no more precisely than it is known."""
    if on is None:
        return open_end
    if precision == "month":
        return f"{on:%B %Y}"
    if precision == "year":
        return f"{on.year}, month not known"
    return f"a day not known (taken as {day_in_words(on)})" if precision == "unknown" else day_in_words(on)


def _lines(history: History) -> Iterator[str]:
    when = f" on {day_in_words(history.on)}" if history.on else ""
    yield f"{history.service.service_name} ({history.service.service_id}){when}"
    if not history.typologies:
        yield "  No claim about how it was organised is known."
    for each in history.typologies:
        yield ""
        yield f"{each.title} ({each.typology_id})"
        if each.not_applicable and not each.intervals:
            yield f"  Not asked of that day: {each.not_applicable}."
            continue
        if each.not_applicable:
            yield f"  No figure of that day is attributed in it: {each.not_applicable}."
        yield from _of_typology(each, history)


def _of_typology(each: OfTypology, history: History) -> Iterator[str]:
    if not each.intervals:
        yield "  Not known: no claim is in force" + (" on that day." if history.on else ".")
    for interval in each.intervals:
        yield from _interval(interval)
    if each.plans:
        yield "  Plans, never used as if they had happened:"
        for plan in each.plans:
            yield from _claim(plan)
    if each.open_questions:
        yield "  What stands open, and what would settle it:"
        for question in each.open_questions:
            yield f"    [{question.kind}] {question.says}. It takes {question.settled_by}"
    if any(interval.is_contested for interval in each.intervals):
        yield "    To decide, record a decision of kind resolve_conflict: its subject is the assertion_id to uphold."


def _interval(interval: Interval) -> Iterator[str]:
    yield f"  {_model(interval)}{_scope(interval.scope_percent)}: {_days(interval)}"
    if len(interval.levels) > 1 and interval.model_id is not None:
        yield f"    Several levels at once: {', '.join(interval.levels)}; the highest counts"
    yield "    Who says so:"
    for claim in interval.claims:
        if claim.agrees is not False:
            yield from _claim(claim, named=interval.is_contested)
    against = [claim for claim in interval.claims if claim.agrees is False]
    if interval.is_contested:
        yield "    Does anyone disagree: yes, the sources above, and nobody has decided"
    elif interval.decision is not None:
        decided = interval.decision
        when = f" on {day_in_words(decided.decided_on)}" if decided.decided_on else ""
        who = f"{decided.decided_by} decided{when} ({decided.decision_id})"
        yield f"    Does anyone disagree: yes; {who}: {decided.reason}"
    elif against:
        yield "    Does anyone disagree: another document says otherwise or cannot tell"
    else:
        yield "    Does anyone disagree: no"
    for claim in against:
        yield from _claim(claim)
    if interval.evidence_date is not None:
        yield f"    Last confirmed: {day_in_words(interval.evidence_date)}"


def _model(interval: Interval) -> str:
    if interval.is_contested:
        return "Contested"
    if interval.model_id is None:
        return " and ".join(interval.levels) or "Several models"
    interim = ", interim" if interval.tenure == "interim" else ""
    return f"{interval.model or interval.model_id}{interim}"


def _days(interval: Interval) -> str:
    since = f"from {stated(interval.valid_from, interval.from_precision)}"
    if interval.valid_to is None:
        return f"{since} on"
    return f"{since} to {stated(interval.valid_to, interval.to_precision)}"


def _scope(percent: float | None) -> str:
    return "" if percent is None or percent >= 100 else f", in {percent:g} per cent of its area"


def _claim(claim: Claim, named: bool = True) -> Iterator[str]:
    tenure = _TENURES.get(claim.tenure, claim.tenure)
    since = f" from {stated(claim.valid_from, claim.from_precision)}" if claim.valid_from else ""
    until = f" to {stated(claim.valid_to, claim.to_precision)}" if claim.valid_to else ""
    said = f"{claim.model}, {tenure}{since}{until}{_scope(claim.scope_percent)}" if named or since or until else tenure
    page = f", {claim.page}" if claim.page else ""
    of = f", {day_in_words(claim.source_date)}" if claim.source_date else ", undated"
    read = f"; read by {claim.coder}" if claim.coder else "; nobody is named as having read it"
    yield f"      {said}: {claim.source}{page}{of}{read}"
    if claim.quote:
        quote = claim.quote if len(claim.quote) <= QUOTE_SHOWN else f"{claim.quote[:QUOTE_SHOWN].rstrip()} …"
        yield f"        “{quote}”"
    yield f"        assertion_id {claim.assertion_id}"
