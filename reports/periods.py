"""Days and periods in words, as the field writes them. No calendar arithmetic beyond recognising whole months."""

from __future__ import annotations

from calendar import monthrange
from datetime import date, datetime


def day(value: date | datetime | None) -> str:
    """1 April 2021."""
    return "" if value is None else f"{value.day} {value:%B %Y}"


def moment(value: datetime | None) -> str:
    """1 April 2021 at 09:05 (UTC)."""
    return "" if value is None else f"{day(value)} at {value:%H:%M} UTC"


def span(start: date, end: date) -> str:
    """A period in words: whole months by name ("October to December 2023"), anything else by its days."""
    if start == end:
        return day(start)
    if start.day != 1 or end.day != monthrange(end.year, end.month)[1]:
        return f"{day(start)} to {day(end)}"
    if (start.year, start.month) == (end.year, end.month):
        return f"{start:%B %Y}"
    first = f"{start:%B}" if start.year == end.year else f"{start:%B %Y}"
    return f"{first} to {end:%B %Y}"


def exposure(months_before: int, months_after: int) -> str:
    """The exposure window of a definition in words."""
    parts = ["the period itself"]
    if months_before:
        parts.insert(0, f"the {months_before} months before it" if months_before > 1 else "the month before it")
    if months_after:
        parts.append(f"the {months_after} months after it" if months_after > 1 else "the month after it")
    words = ", ".join(parts[:-1]) + " and " + parts[-1] if len(parts) > 1 else parts[0]
    return words[0].upper() + words[1:]
