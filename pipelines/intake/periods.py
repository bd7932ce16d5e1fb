"""Period labels become two days, by the period types of the vocabulary. No other module parses a period."""

import calendar
import re
from dataclasses import dataclass
from datetime import date, timedelta

from sources.models.vocabulary import PeriodType


@dataclass(frozen=True)
class Period:
    """First and last day counted (inclusive), and the type that read them."""

    start: date
    end: date
    type: str


def parse_period(label: str, period_type: PeriodType) -> Period | None:
    """The period that `label` names under `period_type`, or None when it is not of that type.

    A label with an end year (`2021-22`, `202122`, `2021-2022`) must name consecutive years.
    """
    for pattern in period_type.formats:
        match = re.fullmatch(pattern, label.strip())
        if match:
            return _period(match.groupdict(), period_type)
    return None


def _period(parts: dict[str, str], kind: PeriodType) -> Period | None:
    year = int(parts["year"]) if parts.get("year") else 2000 + int(parts["short"])
    if parts.get("end") and int(parts["end"]) % 100 != (year + 1) % 100:
        return None
    month = int(parts["month"]) if parts.get("month") else kind.start_month
    if kind.lasts == "week":
        try:
            monday = date.fromisocalendar(year, int(parts["week"]), 1)
        except ValueError:
            return None
        return Period(monday, monday + timedelta(days=6), kind.id)
    if kind.lasts == "day":
        day = int(parts["day"]) if parts.get("day") else calendar.monthrange(year, month)[1]
        try:
            on = date(year, month, day)
        except ValueError:
            return None
        return Period(on, on, kind.id)
    start = date(year + kind.start_year_offset, month, 1)
    if kind.lasts == "quarter" and parts.get("quarter"):
        start = add_months(start, 3 * (int(parts["quarter"]) - 1))
    elif kind.lasts == "quarter":
        # A day stands for the quarter that holds it.
        start = date(year, month - (month - 1) % 3, 1)
    return Period(start, add_months(start, kind.months) - timedelta(days=1), kind.id)


def add_months(day: date, months: int) -> date:
    """The first-of-month `day` moved by whole months."""
    years, month = divmod(day.month - 1 + months, 12)
    return date(day.year + years, month + 1, day.day)


def parse_day(text: str) -> date | None:
    """A day written YYYY-MM-DD, DD/MM/YYYY or YYYY-MM (its first day); None when it is none of these."""
    for pattern, order in ((r"(\d{4})-(\d{2})-(\d{2})(?:[T ].*)?", (0, 1, 2)), (r"(\d{2})/(\d{2})/(\d{4})", (2, 1, 0))):
        match = re.fullmatch(pattern, text.strip())
        if match:
            try:
                return date(*(int(match.groups()[position]) for position in order))
            except ValueError:
                return None
    match = re.fullmatch(r"(\d{4})-(\d{2})", text.strip())
    if match and 1 <= int(match[2]) <= 12:
        return date(int(match[1]), int(match[2]), 1)
    return None
