"""Days and periods in words, as the field writes them. No calendar arithmetic beyond recognising whole months."""

from __future__ import annotations

import re
from calendar import monthrange
from datetime import date, datetime
from functools import cache

from reports import language
from reports.language import _

_A_DAY = re.compile(r"\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d)")


def day(value: date | datetime | None) -> str:
    """1 April 2021."""
    return "" if value is None else f"{value.day} {_month(value)} {value.year}"


def moment(value: datetime | None) -> str:
    """1 April 2021 at 09:05 (UTC)."""
    return "" if value is None else f"{day(value)} at {value:%H:%M} UTC"


def published_as(label: str) -> str:
    """That a publisher has this name for a period."""
    return _("published as {label}").format(label=own_name(label))


def own_name(label: str) -> str:
    """A publisher's own name of a period: itself, but a bare day ("2025-01-01") in words."""
    return day(date.fromisoformat(label)) if _A_DAY.fullmatch(label) else label


def _month(value: date) -> str:
    return _months(language.code())[value.month - 1]


@cache
def _months(_language: str) -> tuple[str, ...]:
    """The months by name; kept for each language, because a site prints some hundred thousand days."""
    return (
        _("January"), _("February"), _("March"), _("April"), _("May"), _("June"), _("July"), _("August"),
        _("September"), _("October"), _("November"), _("December"),
    )  # fmt: skip


def span(start: date, end: date) -> str:
    """A period in words: whole months by name ("October to December 2023"), anything else by its days."""
    if start == end:
        return day(start)
    if start.day != 1 or end.day != monthrange(end.year, end.month)[1]:
        return _("%(first)s to %(last)s") % {"first": day(start), "last": day(end)}
    if (start.year, start.month) == (end.year, end.month):
        return f"{_month(start)} {start.year}"
    first = _month(start) if start.year == end.year else f"{_month(start)} {start.year}"
    return _("%(first)s to %(last)s") % {"first": first, "last": f"{_month(end)} {end.year}"}


def exposure(months_before: int, months_after: int) -> str:
    """The exposure window of a definition in words."""
    parts = ["the period itself"]
    if months_before:
        parts.insert(0, f"the {months_before} months before it" if months_before > 1 else "the month before it")
    if months_after:
        parts.append(f"the {months_after} months after it" if months_after > 1 else "the month after it")
    words = ", ".join(parts[:-1]) + " and " + parts[-1] if len(parts) > 1 else parts[0]
    return words[0].upper() + words[1:]


def short(start: date, end: date) -> str:
    """A period on an axis: "2023", "2023-24", "Oct-Dec 2023", "May 2024"; by its last day where it has no such name."""
    if start == end:
        return f"{start.day} {start:%b %Y}"
    months = 12 * (end.year - start.year) + end.month - start.month + 1
    if start.day != 1 or end.day != monthrange(end.year, end.month)[1] or months not in (1, 3, 12):
        return f"to {end.day} {end:%b %Y}"
    if months == 1:
        return f"{end:%b %Y}"
    if months == 3:
        return f"{start:%b}-{end:%b} {end.year}"
    if start.month == 1:
        return str(end.year)
    return f"{start.year}-{end:%y}" if start.month == 4 else f"year to {end:%b %Y}"
