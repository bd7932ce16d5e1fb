"""The register of structural models: what one claim must hold, and how its days, tenure and evidence go together."""

from collections.abc import Iterator
from datetime import date

from pipelines.intake.layouts.registers.evidence import (
    dated,
    days_in_order,
    earliest,
    last_of_month,
    latest,
    read_by_somebody,
)
from pipelines.intake.layouts.registers.faults import Fault, Known, Row, same_name
from pipelines.intake.layouts.registers.fields import day, number
from sources.models.vocabulary import Typology

TENURES = ("planned", "interim", "in_force", "ended", "cancelled")
STANDING = ("in_force", "interim")
FROM_PRECISIONS = ("day", "month", "year", "unknown")
TO_PRECISIONS = (*FROM_PRECISIONS, "open")


def assertion(row: Row, known: Known) -> Iterator[Fault]:
    """A claim names a service, typology and model that are known, and does not contradict itself."""
    typology, fault = typology_of(row, known)
    if typology is not None:
        fault = model_of(row, known, typology)
    if typology is None or fault is not None:
        yield from [fault] if fault else []
        return
    row["tenure"] = str(row["tenure"]).strip().lower().replace(" ", "_")
    if row["tenure"] not in TENURES:
        yield Fault(
            "assertion_inconsistent", known.column("tenure"), row["tenure"], f"tenure is one of {', '.join(TENURES)}"
        )
        return
    yield from days_in_order(row, known)
    yield from dated(row, known)
    yield from _decided(row, known)
    yield from _precise(row, known)
    yield from _in_its_time(row, known)
    yield from _of_its_era(row, typology, known)
    yield from _in_a_portfolio(row, known)
    yield from _scoped(row, known)
    yield from read_by_somebody(row, known, "coder")
    name = str(row["service_name"])
    row["service_id"] = known.service(name)
    if row["service_id"] is None:
        yield known.without_service(name)


def model_of(row: Row, known: Known, typology: Typology) -> Fault | None:
    """Turn the model into its id, which may be given by id or label; the fault where the typology has none such."""
    found = same_name(row["model_id"], [(model.id, model.label) for model in typology.models])
    if found is None:
        models = ", ".join(model.id for model in typology.models)
        return Fault(
            "typology_unknown", known.column("model_id"), row["model_id"], f"{typology.id} has the models {models}"
        )
    row["model_id"] = found
    return None


def typology_of(row: Row, known: Known) -> tuple[Typology | None, Fault | None]:
    """The typology, which may be given by id or title."""
    typologies = known.catalogue.typologies
    found = same_name(row["typology_id"], [(typology.id, typology.title) for typology in typologies.values()])
    if found is None:
        reason = f"no such typology; there are {', '.join(typologies)}"
        return None, Fault("typology_unknown", known.column("typology_id"), row["typology_id"], reason)
    row["typology_id"] = found
    return typologies[found], None


def _decided(row: Row, known: Known) -> Iterator[Fault]:
    """A plan quotes the decision and says when, or that nobody knows when."""
    if row["tenure"] != "planned":
        return
    if row["quote"] is None:
        yield Fault("plan_undecided", known.column("quote"), None, "the plan quotes no decision of any body")
    elif row["valid_from"] is None and row["from_precision"] is None:
        reason = "the plan has no first day, and does not say that it is unknown"
        yield Fault("plan_undecided", known.column("valid_from"), None, reason)


def _precise(row: Row, known: Known) -> Iterator[Fault]:
    """Fill in the precision that the dates tell, and hold the stated one against them."""
    for which, allowed, none in (("from", FROM_PRECISIONS, "unknown"), ("to", TO_PRECISIONS, "open")):
        dates, precision = f"valid_{which}", f"{which}_precision"
        on, column = day(row, dates), known.column(precision)
        stated = row[precision] = row[precision] or ("day" if on else none)
        if stated not in allowed:
            yield Fault("assertion_inconsistent", column, stated, f"{column} is one of {', '.join(allowed)}")
        elif on is None and stated in ("day", "month", "year"):
            reason = f"{column} is {stated}, and {known.column(dates)} is empty"
            yield Fault("precision_contradicts_date", column, stated, reason)
        elif on is not None and stated in ("unknown", "open"):
            reason = f"{column} is {stated}, and {known.column(dates)} is {on}"
            yield Fault("precision_contradicts_date", column, stated, reason)
        elif on is not None and stated == "month" and on not in (on.replace(day=1), last_of_month(on)):
            reason = f"{on} is known to the month, and names a day within it"
            yield Fault("date_finer_than_precision", known.column(dates), on, reason)


def _in_its_time(row: Row, known: Known) -> Iterator[Fault]:
    """A document cannot show what had not yet happened when it was written."""
    said, tenure = day(row, "source_date"), row["tenure"]
    if said is None:
        return
    began, ended = day(row, "valid_from"), day(row, "valid_to")
    if tenure in STANDING and began is not None and said < earliest(began, row["from_precision"]):
        reason = f"{row['source']} of {said} cannot show what is in force from {began}: it can only announce it"
        yield Fault("claim_before_its_day", known.column("tenure"), tenure, reason)
    if tenure == "ended" and ended is not None and said < earliest(ended, row["to_precision"]):
        reason = f"{row['source']} of {said} cannot show what ended on {ended}"
        yield Fault("claim_before_its_day", known.column("tenure"), tenure, reason)


def _of_its_era(row: Row, typology: Typology, known: Known) -> Iterator[Fault]:
    """Some day of the claim is a day of the typology."""
    began, ended, said = day(row, "valid_from"), day(row, "valid_to"), day(row, "source_date")
    first = earliest(began, row["from_precision"]) if began else (said if ended is None else None)
    last = latest(ended, row["to_precision"]) if ended else None
    is_after = typology.valid_to is not None and first is not None and first > typology.valid_to
    is_before = last is not None and last < typology.valid_from
    if is_after or is_before:
        until = f"to {typology.valid_to}" if typology.valid_to else "on"
        reason = f"{typology.id} describes {typology.valid_from} {until}, and the claim is of {_days(first, last)}"
        yield Fault("typology_not_of_those_days", known.column("typology_id"), typology.id, reason)


def _days(first: date | None, last: date | None) -> str:
    return f"{first or 'some day'} to {last}" if last else f"{first} on"


def _scoped(row: Row, known: Known) -> Iterator[Fault]:
    """A scope is a share of the service's area in per cent, the whole of it where nothing is said."""
    scope = number(row, "scope_percent")
    if scope is None:
        row["scope_percent"] = 100.0
        return
    column = known.column("scope_percent")
    if not 0 < scope <= 100:
        yield Fault("assertion_inconsistent", column, scope, f"{column} is over 0 and at most 100")
    elif scope <= 1:
        # A spreadsheet that shows 50% holds 0.5.
        reason = f"{column} is in per cent, and {scope:g} looks like a part of 1: write {scope * 100:g}"
        yield Fault("assertion_inconsistent", column, scope, reason)


def _in_a_portfolio(row: Row, known: Known) -> Iterator[Fault]:
    """A manager's portfolio holds another service, which the words quoted name."""
    wording = known.catalogue.claim_wordings.get((str(row["typology_id"]), str(row["model_id"])))
    if wording is None:
        return
    quote = row["quote"]
    if quote is None:
        yield Fault("portfolio_unquoted", known.column("quote"), None, f"{row['model_id']} needs {wording.needs}")
    elif not wording.is_in(str(quote)):
        yield Fault("portfolio_alone", known.column("quote"), quote, f"{row['model_id']} needs {wording.needs}")
