"""Shares in per cent: each within 0 to 100, those of one whole on one day together 100."""

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from datetime import date, timedelta

from pipelines.intake.layouts.registers.faults import Fault, Known, Row
from pipelines.intake.layouts.registers.fields import day, number
from pipelines.intake.places import FOREVER

SHARE = "share_percent"
TOLERANCE = 1.0
"""How far shares that are rounded to whole percentages may be off 100 together."""


def in_range(row: Row, known: Known) -> Iterator[Fault]:
    """A share is over 0 and at most 100; else it alone is set aside."""
    share = number(row, SHARE)
    if share is not None and not 0 < share <= 100:
        column = known.column(SHARE)
        row[SHARE] = None
        yield Fault("share_out_of_range", column, share, f"{column} is over 0 and at most 100", blanks=SHARE)


def sums(
    rows: Sequence[Row], known: Known, *, by: tuple[str, ...], whole: Callable[[Row], str], is_whole: bool
) -> Iterator[tuple[int, Fault]]:
    """Rows whose shares do not go together on some day: over 100, or not 100 where `is_whole` and all are given.

    Args:
        rows: Rows with first and last day and a share.
        known: What they are judged with.
        by: The fields that name the whole.
        whole: What the whole is called.
        is_whole: Whether all rows of a day make the whole; else others may have a part in it too.
    """
    groups: dict[tuple[object, ...], list[int]] = defaultdict(list)
    for place, row in enumerate(rows):
        groups[tuple(row[field] for field in by)].append(place)
    column = known.column(SHARE)
    for places in groups.values():
        if all(number(rows[place], SHARE) is None for place in places):
            continue
        wrong = _wrong_days(rows, places, is_whole)
        for place in places:
            row = rows[place]
            first, last = day(row, "valid_from") or date.min, day(row, "valid_to") or FOREVER
            found = next(((on, total) for on, until, total in wrong if on <= last and until >= first), None)
            if found and number(row, SHARE) is not None:
                on, total = found
                since = f"from {on} " if on > date.min else ""
                reason = f"{since}the shares of {whole(row)} sum to {total:g}"
                yield place, Fault("shares_not_whole", column, row[SHARE], reason, blanks=SHARE)


def _wrong_days(rows: Sequence[Row], places: list[int], is_whole: bool) -> list[tuple[date, date, float]]:
    """First and last day of each stretch whose shares do not go together, with their sum."""
    events: dict[date, list[tuple[int, float | None]]] = defaultdict(list)
    for place in places:
        share = number(rows[place], SHARE)
        first, last = day(rows[place], "valid_from") or date.min, day(rows[place], "valid_to") or FOREVER
        events[first].append((1, share))
        if last < FOREVER:
            events[last + timedelta(days=1)].append((-1, share))
    wrong: list[tuple[date, date, float]] = []
    total, given, silent = 0.0, 0, 0
    days = sorted(events)
    for on, following in zip(days, [*days[1:], None], strict=True):
        for sign, share in events[on]:
            total += sign * (share or 0.0)
            given += sign * (share is not None)
            silent += sign * (share is None)
        is_short = is_whole and given > 0 and not silent and total < 100 - TOLERANCE
        if is_short or total > 100 + TOLERANCE:
            wrong.append((on, following - timedelta(days=1) if following else FOREVER, round(total, 4)))
    return wrong
