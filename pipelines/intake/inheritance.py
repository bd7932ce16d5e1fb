"""Who belongs to which service on which days: stated memberships, and those that a successor inherits.

The warehouse derives the same for attribution (dbt: int_service_authorities, from int_successions and int_area_lives);
here it decides which services and authorities a file may name. A test holds the two equal over random worlds
(tests/integration/warehouse/test_inheritance.py). What belongs here: that rule and nothing else about places.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta

FOREVER = date(9999, 12, 31)
DAY = timedelta(days=1)


@dataclass(frozen=True)
class Life:
    """The days of an area, its type, and its department's code."""

    area_type: str
    valid_from: date
    valid_to: date
    dfe_code: str | None = None


@dataclass(frozen=True)
class Membership:
    """An authority in a service over an interval.

    Attributes:
        stated_until: Last day that the register states, where it may lie beyond the authority's own last day.
    """

    service_id: str
    area_code: str
    valid_from: date
    valid_to: date
    nation: str | None
    stated_until: date = FOREVER


def successions(stated: Iterable[tuple[str, str, date]], lives: Mapping[str, Life]) -> dict[tuple[str, str], date]:
    """First day of each successor, by (code before, code after).

    Args:
        stated: What registers state, the one believed first before the others.
        lives: The days of each area as registers state them.

    A register's statement comes first; otherwise an authority follows another whose department code it carries from the
    day after.
    """
    found: dict[tuple[str, str], date] = {}
    for before, after, day in stated:
        if before != after:
            found.setdefault((before, after), day)
    by_dfe_code: dict[str, list[tuple[str, Life]]] = {}
    for code, life in lives.items():
        if life.dfe_code and life.area_type == "authority":
            by_dfe_code.setdefault(life.dfe_code, []).append((code, life))
    for bearers in by_dfe_code.values():
        for before, old in bearers:
            for after, new in bearers:
                if before != after and old.valid_to != FOREVER and old.valid_to + DAY == new.valid_from:
                    found.setdefault((before, after), new.valid_from)
    return found


def inherited(
    stated: Iterable[Membership], lives: Mapping[str, Life], changes: Mapping[tuple[str, str], date]
) -> list[Membership]:
    """Stated memberships within the days of their authorities, and those that successors inherit from them.

    A stated membership ends with its authority; the successor inherits it from its first day, unless a register states
    where the successor belongs then. Only authorities inherit.
    """
    lives = _ended_by_successors(lives, changes)
    kept = [_within_life(membership, lives.get(membership.area_code)) for membership in stated]
    result = _joined((m for m in kept if m.valid_from <= m.valid_to), touching=True)
    by_area: dict[str, list[Membership]] = {}
    for membership in result:
        by_area.setdefault(membership.area_code, []).append(membership)
    heirs = _heirs(changes, lives, by_area)
    queue, seen = list(result), set(result)
    while queue:
        held = queue.pop()
        for day, code, until in heirs.get(held.area_code, ()):
            # Each step begins on a later day than the one before it, so that a cycle of codes ends.
            if not (held.valid_from < day and held.valid_to == day - DAY):
                continue
            last = min(until, held.stated_until) if held.stated_until >= day else until
            heir = replace(held, area_code=code, valid_from=day, valid_to=last)
            if heir not in seen:
                seen.add(heir)
                queue.append(heir)
                result.append(heir)
    return _joined(result, touching=False)


def _ended_by_successors(lives: Mapping[str, Life], changes: Mapping[tuple[str, str], date]) -> dict[str, Life]:
    """A register may give an area's last day, its successor's first day, or nothing."""
    last_change: dict[str, date] = {}
    for (before, _), day in changes.items():
        last_change[before] = max(day, last_change.get(before, day))
    return {
        code: replace(life, valid_to=last_change[code] - DAY)
        if code in last_change and life.valid_to in (FOREVER, last_change[code])
        else life
        for code, life in lives.items()
    }


def _within_life(membership: Membership, life: Life | None) -> Membership:
    if life is None:
        return replace(membership, stated_until=membership.valid_to)
    return replace(
        membership,
        valid_from=max(membership.valid_from, life.valid_from),
        valid_to=min(membership.valid_to, life.valid_to),
        stated_until=membership.valid_to,
    )


def _heirs(
    changes: Mapping[tuple[str, str], date], lives: Mapping[str, Life], stated: Mapping[str, list[Membership]]
) -> dict[str, list[tuple[date, str, date]]]:
    """For each code, who may inherit from it: first day, code, and the last day before the heir's own membership."""
    heirs: dict[str, list[tuple[date, str, date]]] = {}
    for (before, after), day in changes.items():
        life = lives.get(after)
        own = stated.get(after, [])
        # In a circle of codes a successor may have ended before it began.
        if life is None or life.area_type != "authority" or life.valid_to < day:
            continue
        if any(m.valid_from <= day <= m.valid_to for m in own):
            continue
        later = [m.valid_from - DAY for m in own if m.valid_from > day]
        heirs.setdefault(before, []).append((day, after, min(life.valid_to, *later) if later else life.valid_to))
    return heirs


def _joined(memberships: Iterable[Membership], *, touching: bool) -> list[Membership]:
    """One membership for those of one authority in one service that share days, or only touch."""
    joined: list[Membership] = []
    reach = DAY if touching else timedelta(0)
    for each in sorted(memberships, key=lambda m: (m.service_id, m.area_code, m.valid_from)):
        held = joined[-1] if joined else None
        if (
            held is not None
            and (held.service_id, held.area_code) == (each.service_id, each.area_code)
            and (held.valid_to == FOREVER or each.valid_from <= held.valid_to + reach)
        ):
            joined[-1] = replace(
                held,
                valid_to=max(held.valid_to, each.valid_to),
                stated_until=max(held.stated_until, each.stated_until),
            )
        else:
            joined.append(each)
    return joined
