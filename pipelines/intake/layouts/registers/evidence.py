"""What every statement with dates and evidence must keep to, whatever it is about."""

from calendar import monthrange
from collections.abc import Iterator
from datetime import date

from pipelines.intake.layouts.registers.faults import Fault, Known, Row
from pipelines.intake.layouts.registers.fields import day


def days_in_order(row: Row, known: Known) -> Iterator[Fault]:
    """The last day does not come before the first."""
    first, last = day(row, "valid_from"), day(row, "valid_to")
    if first is not None and last is not None and last < first:
        reason = f"it ends on {last}, before it begins on {first}"
        yield Fault("register_ends_before_it_begins", known.column("valid_to"), last, reason)


def dated(row: Row, known: Known) -> Iterator[Fault]:
    """The document has a date, and not one after the day it was delivered."""
    said = day(row, "source_date")
    column = known.column("source_date")
    if said is None:
        yield Fault("evidence_undated", column, None, f"{row['source']} has no date")
    elif said > known.delivered_on:
        reason = f"{row['source']} is of {said}, after {known.delivered_on}, when this was delivered"
        yield Fault("evidence_after_delivery", column, said, reason)


def read_by_somebody(row: Row, known: Known, field: str) -> Iterator[Fault]:
    """Somebody is named as the one who read the document."""
    if row[field] is None:
        yield Fault("coder_missing", known.column(field), None, f"{known.column(field)} is empty")


def earliest(on: date, precision: object) -> date:
    """The first day that a day of this precision may stand for."""
    return {"month": on.replace(day=1), "year": on.replace(month=1, day=1)}.get(str(precision), on)


def latest(on: date, precision: object) -> date:
    """The last day that a day of this precision may stand for."""
    if precision == "year":
        return on.replace(month=12, day=31)
    return last_of_month(on) if precision == "month" else on


def last_of_month(on: date) -> date:
    """The last day of a day's month."""
    return on.replace(day=monthrange(on.year, on.month)[1])
