"""Which returns the calendar says should be there on a day, and what became of each.

Late is after the day the return was due. Where no deadline is known, it is more than LATE_AFTER after the first return
for the period came: the deadlines of the KPI era were not verified (domain.md 2.4).
"""

from calendar import monthrange
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

import polars as pl

from pipelines.intake.places import Registers
from pipelines.landing.arrivals import PUBLISHER, Arrival, arrivals
from pipelines.landing.registers import current_rows
from sources.catalogue import Catalogue
from sources.models.dataset import Calendar, Dataset
from sources.shapes import schema

LATE_AFTER = timedelta(days=31)


def expected_deliveries(
    folder: Path, deliveries: pl.DataFrame, catalogue: Catalogue, registers: Registers, on: date
) -> pl.DataFrame:
    """One row for each dataset with a calendar, period, and area that should report, as things stood on a day.

    A dataset begins when its first return comes. From there on every period of its calendar is expected; where no
    deadline is known, no further than the period after the last that anyone reported. An area should report when it
    was in force in the period and is in a nation that one of the dataset's indicators covers.

    Args:
        folder: The landed folder.
        deliveries: The ledger.
        catalogue: What is declared.
        registers: The registers of that folder.
        on: The day to tell late and missing by. A release takes `last_learnt`, so that it holds no clock.
    """
    names = _names(folder, registers)
    rows = [
        row
        for dataset in catalogue.datasets.values()
        if dataset.calendar is not None and dataset.shape == "observations"
        for row in _of(dataset, dataset.calendar, folder, deliveries, catalogue, registers, names, on)
    ]
    return pl.DataFrame(rows, schema=schema("expected_deliveries"), orient="row")


def last_learnt(deliveries: pl.DataFrame) -> date:
    """The day the last delivery was recorded: what a release knows of the time. The same file again tells nothing."""
    learnt = deliveries.filter(pl.col("verdict") != "unchanged")["recorded_at"].dt.date().to_list()
    return max(learnt, default=date.min)


@dataclass(frozen=True)
class _Period:
    start: date
    end: date
    period_type: str
    label: str | None
    due: date | None
    late_after: date | None


def _of(
    dataset: Dataset,
    calendar: Calendar,
    folder: Path,
    deliveries: pl.DataFrame,
    catalogue: Catalogue,
    registers: Registers,
    names: dict[str, str],
    on: date,
) -> Iterator[tuple[object, ...]]:
    came = arrivals(folder, dataset.id, calendar.from_every, deliveries)
    first = {(a.area_code, a.period_start, a.period_end, a.period_type): a for a in came}
    nations = {n for m in dataset.measures for n in catalogue.definition(m).nations}
    refused = deliveries.filter((pl.col("verdict") == "refused") & (pl.col("source_id") == dataset.id)).sort(
        "recorded_at", "delivery_id", descending=True
    )
    refusals = refused.drop_nulls("period_start").to_dicts()
    recorded = dict(deliveries.select("delivery_id", "recorded_at").iter_rows())
    for period in _periods(came, calendar, on):
        for code, nation in _areas(calendar.from_every, period.start, period.end, registers):
            if code in calendar.not_from or (nation is not None and nation not in nations):
                continue
            name = dataset.origin.publisher if code == PUBLISHER else names.get(code)
            arrival = first.get((code, period.start, period.end, period.period_type))
            refusal = None if arrival else _refusal(refusals, code, period)
            status, is_late = _status(arrival, refusal, period.late_after, on)
            yield (
                dataset.id, calendar.from_every, code, name, period.start, period.end, period.period_type,
                period.label, period.due, period.late_after, status, is_late,
                arrival.delivery_id if arrival else None,
                recorded[arrival.delivery_id] if arrival else None,
                arrival.latest_delivery_id if arrival else refusal,
                calendar.chase,
            )  # fmt: skip


def _status(arrival: Arrival | None, refusal: str | None, late_after: date | None, on: date) -> tuple[str, bool]:
    if arrival is None:
        is_late = late_after is not None and on > late_after
        return "refused" if refusal else "missing" if is_late else "due", is_late
    is_late = late_after is not None and arrival.came.date() > late_after
    return "corrected" if arrival.is_corrected else "late" if is_late else "received", is_late


def _refusal(refusals: list[dict[str, object]], code: str, period: _Period) -> str | None:
    """The last refused delivery that was for this area and period, or for several areas in that period."""
    for row in refusals:
        start, end = row["period_start"], row["period_end"] or row["period_start"]
        assert isinstance(start, date)
        assert isinstance(end, date)
        is_for_several = row["area_code"] is None and int(str(row["areas"] or 0)) > 1
        is_for_it = code == PUBLISHER or row["area_code"] == code or is_for_several
        if is_for_it and start <= period.end and end >= period.start:
            return str(row["delivery_id"])
    return None


def _periods(came: list[Arrival], calendar: Calendar, on: date) -> Iterator[_Period]:
    """Periods in order, each type on its own: reported ones, those left out between them, and what comes next."""
    by_type: dict[str, dict[tuple[date, date], list[Arrival]]] = defaultdict(lambda: defaultdict(list))
    for arrival in came:
        by_type[arrival.period_type][arrival.period_start, arrival.period_end].append(arrival)
    for period_type, reported in sorted(by_type.items()):
        last = max(reported)
        for start, end in sorted({*reported, *_further(min(reported), last, calendar, on)}):
            begun = reported.get((start, end)) or [
                a for later, arrived in reported.items() if later > (start, end) for a in arrived
            ]
            due = None
            if calendar.due_days_after_period_end is not None:
                due = end + timedelta(days=calendar.due_days_after_period_end)
            late_after = due or (min(a.came for a in begun).date() + LATE_AFTER if begun else None)
            label = min(a.period_label for a in reported[start, end]) if (start, end) in reported else None
            yield _Period(start, end, period_type, label, due, late_after)


def _further(
    first: tuple[date, date], last: tuple[date, date], calendar: Calendar, on: date
) -> Iterator[tuple[date, date]]:
    """Periods of the calendar from the first reported on: to the one after the last, or while a deadline is known."""
    if calendar.every_months is None:
        return
    months = 0
    while True:
        months += calendar.every_months
        start = _months_later(first[0], months)
        end = _months_later(first[1] + timedelta(days=1), months) - timedelta(days=1)
        yield start, end
        has_ended = end < on and calendar.due_days_after_period_end is not None
        if start > last[0] and not has_ended:
            return


def _months_later(day: date, months: int) -> date:
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def _areas(kind: str, start: date, end: date, registers: Registers) -> list[tuple[str, str | None]]:
    """Who should report for the period, each with its nation."""
    if kind == PUBLISHER:
        return [(PUBLISHER, None)]
    if kind == "youth_justice_service":
        return sorted(registers.services_in_force(start, end).items())
    return sorted(
        (area.code, area.nation)
        for area in registers.areas.values()
        if area.area_type == "authority" and area.valid_from <= start and area.valid_to >= end
    )


def _names(folder: Path, registers: Registers) -> dict[str, str]:
    services = current_rows(folder, "service_memberships").sort("service_name")
    return {code: area.shown for code, area in registers.areas.items()} | dict(
        services.select("service_id", "service_name").iter_rows()
    )
