"""Days and months as the oracle counts them. Last days are inclusive; an open end is the last day there is."""

from calendar import monthrange
from datetime import date, timedelta

EVER = date.min
STILL = date.max


def day_before(day: date) -> date:
    """The day before."""
    return day - timedelta(days=1)


def day_after(day: date) -> date:
    """The day after; an open end stays open."""
    return day if day == STILL else day + timedelta(days=1)


def days_between(first: date, last: date) -> int:
    """Days from the first to the last, both counted; 0 where there are none."""
    return max(0, (last - first).days + 1)


def overlap(first: date, last: date, other_first: date, other_last: date) -> bool:
    """Whether two runs of days share one."""
    return first <= other_last and other_first <= last


def months_later(day: date, months: int) -> date:
    """The same day of another month, or that month's last day where it has no such day; months may be negative."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def is_month_end(day: date) -> bool:
    """Whether it is the last day of its month."""
    return day.day == monthrange(day.year, day.month)[1]


def period_end_later(day: date, months: int) -> date:
    """As `months_later`, but a month's last day stays a month's last day."""
    later = months_later(day, months)
    return later.replace(day=monthrange(later.year, later.month)[1]) if is_month_end(day) else later


def whole_months(first: date, last: date) -> int:
    """Whole months in a closed run of days: 20 January to 5 January is 11."""
    end = day_after(last)
    months = (end.year - first.year) * 12 + end.month - first.month
    while months_later(first, months) > end:
        months -= 1
    return months
