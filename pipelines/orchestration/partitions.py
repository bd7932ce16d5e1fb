"""Reporting periods as partitions: the windows that a dataset's landed rows are divided into, and where a day lies.

A dataset whose every period is a year that begins in one month has a window a year; all others have one a quarter. A
period belongs to the window that its last day lies in, so that a year to December and its last quarter meet.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

import dagster as dg

from sources.catalogue import Catalogue
from sources.models.dataset import Dataset

FIRST_YEAR = 1990
"""No dataset of the catalogue has a period before it."""
KEY = "%Y-%m-%d"


@dataclass(frozen=True)
class Windows:
    """Windows of `months` months that begin in `start_month` and every `months` months from it."""

    months: int
    start_month: int

    def key_of(self, day: date) -> str:
        """The partition that a day lies in: the window's first day."""
        months = (day.year * 12 + day.month - self.start_month) // self.months * self.months + self.start_month - 1
        return date(months // 12, months % 12 + 1, 1).isoformat()

    def last_day(self, key: str) -> date:
        """The last day of a partition."""
        first = date.fromisoformat(key)
        months = first.year * 12 + first.month - 1 + self.months
        return date(months // 12, months % 12 + 1, 1) - timedelta(days=1)

    def definition(self) -> dg.TimeWindowPartitionsDefinition:
        """The windows as Dagster counts them, from FIRST_YEAR to the one that has begun."""
        months = sorted((self.start_month - 1 + step) % 12 + 1 for step in range(0, 12, self.months))
        return dg.TimeWindowPartitionsDefinition(
            start=date(FIRST_YEAR, months[0], 1).isoformat(),
            fmt=KEY,
            cron_schedule=f"0 0 1 {','.join(map(str, months))} *",
            timezone="UTC",
            end_offset=1,
        )


def windows(dataset: Dataset, catalogue: Catalogue) -> Windows | None:
    """The windows of a dataset of observations; None for a register, which has no period."""
    if dataset.shape != "observations" or dataset.period is None:
        return None
    named = [dataset.period.type] if dataset.period.type else [
        catalogue.definition(measure).period_type for measure in dataset.measures
    ]  # fmt: skip
    types = [catalogue.period_types[name] for name in dict.fromkeys(named)]
    starts = {kind.start_month for kind in types}
    if len(starts) == 1 and all(kind.months == 12 and kind.non_overlapping for kind in types):
        return Windows(12, starts.pop())
    return Windows(3, 1)


def days_of(keys: Iterable[str], of: Windows) -> list[tuple[date, date]]:
    """First and last day of each run of windows that follow each other."""
    spans: list[tuple[date, date]] = []
    for key in sorted(keys):
        first, last = date.fromisoformat(key), of.last_day(key)
        if spans and spans[-1][1] + timedelta(days=1) == first:
            spans[-1] = (spans[-1][0], last)
        else:
            spans.append((first, last))
    return spans
