"""Schedules made of the calendars that datasets declare: the day after their returns are due, in London time.

A calendar without a deadline counts as many days as `expected` waits before it calls a return late; where a calendar is
not verified the schedule says so.
"""

from datetime import date, timedelta

import dagster as dg

from pipelines.landing.expected import LATE_AFTER
from pipelines.orchestration.jobs import programmes_of
from pipelines.orchestration.names import BUILD, CHASE, CLOSE, PROGRAMMES
from pipelines.orchestration.partitions import windows
from sources.catalogue import Catalogue
from sources.models.dataset import Dataset

ZONE = "Europe/London"
HOUR = 6
ANY_YEAR = 2023
"""A year whose days stand for every year's: one after which no 29 February lies within a year."""


def build_schedules(catalogue: Catalogue) -> list[dg.ScheduleDefinition]:
    """One schedule for each job and rhythm of the calendars, the quarterly close, and the daily look at returns."""
    groups: dict[tuple[str, tuple[str, ...]], list[Dataset]] = {}
    for dataset in catalogue.datasets.values():
        crons = due(dataset, catalogue)
        if crons:
            groups.setdefault((_job_of(dataset, catalogue), crons), []).append(dataset)
    schedules = [
        _schedule(f"{job}_every_{datasets[0].calendar.every_months}_months", job, crons, _about(datasets))  # type: ignore[union-attr]
        for (job, crons), datasets in sorted(groups.items())
    ]
    quarterly = [d for d in catalogue.datasets.values() if d.calendar and d.calendar.every_months == 3]
    closing = sorted({cron for dataset in quarterly for cron in due(dataset, catalogue, days_later=1)})
    schedules.append(_schedule(f"{CLOSE}_schedule", CLOSE, tuple(closing), _about(quarterly)))
    schedules.append(_schedule("returns_every_morning", CHASE, (f"0 {HOUR + 1} * * *",), "Every morning"))
    return schedules


def due(dataset: Dataset, catalogue: Catalogue, days_later: int = 0) -> tuple[str, ...]:
    """The days of each year, as cron lines, after which a dataset's returns are due; none where it has no rhythm."""
    calendar, of = dataset.calendar, windows(dataset, catalogue)
    if calendar is None or calendar.every_months is None or of is None:
        return ()
    wait = timedelta(days=calendar.due_days_after_period_end or LATE_AFTER.days)
    ends = {
        of.last_day(of.key_of(date(ANY_YEAR, month, 1)))
        for month in range(1, 13, min(of.months, calendar.every_months))
    }
    days = {end + wait + timedelta(days=1 + days_later) for end in ends}
    return tuple(sorted({f"0 {HOUR} {day.day} {day.month} *" for day in days}))


def _job_of(dataset: Dataset, catalogue: Catalogue) -> str:
    jobs = {PROGRAMMES[name] for name in programmes_of(dataset, catalogue) if name in PROGRAMMES}
    return jobs.pop() if len(jobs) == 1 else BUILD


def _about(datasets: list[Dataset]) -> str:
    """Which datasets, and where each deadline is from; one that nobody verified is marked."""
    said = dict.fromkeys(
        f"{d.calendar.citation}{'' if d.calendar.verified else ' [unverified]'}" for d in datasets if d.calendar
    )
    return f"{', '.join(dataset.id for dataset in datasets)}. {'; '.join(said)}"


def _schedule(name: str, job: str, crons: tuple[str, ...], about: str) -> dg.ScheduleDefinition:
    return dg.ScheduleDefinition(
        name=name,
        job_name=job,
        cron_schedule=list(crons),
        execution_timezone=ZONE,
        description=about,
        default_status=dg.DefaultScheduleStatus.RUNNING,
    )
