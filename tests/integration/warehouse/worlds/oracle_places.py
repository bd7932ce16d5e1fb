"""Which service is behind an area over a window: lives of areas, memberships and what goes wrong with them, by hand.

Rules: attribution_gaps.md 3.4 (U1, U2, U4, U7), ADR 9 (U10, U11), ADR 10 and 14. Choices the documents leave open
and the code settles: a register may give an area's last day, its successor's first day or nothing; a membership that
ends with its authority passes to the successor unless a register places the successor itself; a service is in force
from the first day of any member to the last.
"""

import re
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from tests.integration.warehouse.worlds.days import (
    EVER,
    STILL,
    day_after,
    day_before,
    days_between,
    overlap,
)
from tests.integration.warehouse.worlds.facts import Facts, Row, newest_first

NATIONS = {"E": "England", "W": "Wales", "S": "Scotland", "N": "Northern Ireland"}


@dataclass(frozen=True)
class Area:
    """What the registers say of a code."""

    area_type: str
    nation: str | None
    first: date
    last: date


@dataclass(frozen=True)
class Membership:
    """An authority in a service, and until when a register said it would be."""

    service: str
    code: str
    first: date
    last: date
    stated_until: date


@dataclass(frozen=True)
class Place:
    """The answer for an area and a window."""

    service: str | None
    nation: str | None
    kinds: frozenset[str]


class Places:
    """Areas, memberships and services of one world."""

    def __init__(self, facts: Facts) -> None:
        self.facts = facts

    # ------------------------------------------------------------------------------------------------- areas
    @cached_property
    def registered(self) -> dict[str, Row]:
        """Code -> type, nation, department code and the two days, each of the register believed first."""
        by_code: dict[str, list[Row]] = {}
        for row in sorted(self.facts.standing("authorities", "source_id", "area_code"), key=self.facts.priority):
            by_code.setdefault(row["area_code"], []).append(row)
        found = {}
        for code, rows in by_code.items():
            dated = [row for row in rows if row["valid_from"] or row["valid_to"]]
            found[code] = {
                "area_type": rows[0]["area_type"],
                "nation": next((row["nation"] for row in rows if row["nation"]), None),
                "dfe_code": next((row["dfe_code"] for row in rows if row["dfe_code"]), None),
                "valid_from": next((row["valid_from"] for row in dated if row["valid_from"]), None),
                "valid_to": dated[0]["valid_to"] if dated else None,
            }
        return found

    @cached_property
    def successions(self) -> set[tuple[str, str, date]]:
        """(old code, new code, day): stated, or told by the department's code passing on the next day."""
        stated: dict[tuple[str, str], date] = {}
        changes = self.facts.standing("authority_changes", "source_id", "from_code")
        for row in sorted(changes, key=self.facts.priority):
            if row["from_code"] != row["to_code"]:
                stated.setdefault((row["from_code"], row["to_code"]), row["change_date"])
        for old, before in self.registered.items():
            for new, after in self.registered.items():
                if (
                    old != new
                    and before["dfe_code"]
                    and before["dfe_code"] == after["dfe_code"]
                    and before["area_type"] == after["area_type"] == "authority"
                    and before["valid_to"]
                    and day_after(before["valid_to"]) == after["valid_from"]
                ):
                    stated.setdefault((old, new), after["valid_from"])
        return {(old, new, day) for (old, new), day in stated.items()}

    @cached_property
    def areas(self) -> dict[str, Area]:
        """Every registered area with its life."""
        found = {}
        for code, row in self.registered.items():
            changes = [day for old, _, day in self.successions if old == code]
            last = row["valid_to"]
            if changes and last in (None, max(changes)):
                last = day_before(max(changes))
            found[code] = Area(row["area_type"], row["nation"], row["valid_from"] or EVER, last or STILL)
        return found

    def nation(self, area_type: str, code: str) -> str | None:
        """The nation of a service or an area; the first letter of a code of the national statistics tells it too."""
        if area_type == "youth_justice_service":
            if code in self.services:
                return self._nation_of_service(code)
        elif code in self.areas and self.areas[code].nation:
            return self.areas[code].nation
        return NATIONS[code[0]] if re.fullmatch(r"[EWSN]\d{8}", code) else None

    # ------------------------------------------------------------------------------------------- memberships
    @cached_property
    def stated(self) -> list[Membership]:
        """What registers state, within the authority's own days; runs of days that touch are one."""
        rows = []
        for row in self.facts.standing("service_memberships", "source_id", "service_id"):
            area = self.areas.get(row["area_code"])
            first = row["valid_from"] or (area.first if area and area.first > EVER else row["evidence_date"])
            until = row["valid_to"] or STILL
            if area:
                first, last = max(first, area.first), min(until, area.last)
            else:
                last = until
            if first <= last:
                rows.append(Membership(row["service_id"], row["area_code"], first, last, until))
        joined: list[Membership] = []
        for held in sorted(rows, key=lambda held: (held.service, held.code, held.first)):
            before = joined[-1] if joined else None
            is_same = before is not None and (before.service, before.code) == (held.service, held.code)
            if before is None or not is_same or held.first > day_after(before.last):
                joined.append(held)
                continue
            last, until = max(before.last, held.last), max(before.stated_until, held.stated_until)
            joined[-1] = Membership(held.service, held.code, before.first, last, until)
        return joined

    @cached_property
    def memberships(self) -> set[Membership]:
        """Stated memberships, and those that a successor inherits on the day its predecessor's ended with it."""
        found = set(self.stated)
        waiting = list(self.stated)
        while waiting:
            held = waiting.pop()
            for old, new, day in self.successions:
                if old != held.code or held.first >= day or held.last != day_before(day):
                    continue
                successor = self.areas.get(new)
                own = [other for other in self.stated if other.code == new]
                if successor is None or successor.area_type != "authority" or successor.last < day:
                    continue
                if any(other.first <= day <= other.last for other in own):
                    continue
                last = min([successor.last, *(day_before(other.first) for other in own if other.first > day)])
                if held.stated_until >= day:
                    last = min(last, held.stated_until)
                inherited = Membership(held.service, new, day, last, held.stated_until)
                if inherited not in found:
                    found.add(inherited)
                    waiting.append(inherited)
        return found

    @cached_property
    def services(self) -> dict[str, tuple[date, date]]:
        """First and last day of every service that has a member."""
        found: dict[str, tuple[date, date]] = {}
        for held in self.memberships:
            first, last = found.get(held.service, (held.first, held.last))
            found[held.service] = min(first, held.first), max(last, held.last)
        return found

    def members_on(self, service: str, day: date) -> set[str]:
        """Authorities of a service on a day."""
        return {held.code for held in self.memberships if held.service == service and held.first <= day <= held.last}

    def _statements(self, service: str) -> list[Row]:
        rows = [row for row in self.facts.standing("service_memberships", "source_id", "service_id")
                if row["service_id"] == service]  # fmt: skip
        return sorted(rows, key=lambda row: (self.facts.priority(row)[0], newest_first(row["evidence_date"])))

    def service_name(self, service: str) -> str:
        """The name that the register believed first gives it."""
        return next((str(row["service_name"]) for row in self._statements(service)), service)

    def _nation_of_service(self, service: str) -> str | None:
        stated = [row["nation"] for row in self._statements(service) if row["nation"]]
        members = self.members_on(service, self.services[service][1])
        nations = [self.areas[code].nation for code in members if code in self.areas]
        return stated[0] if stated else min((nation for nation in nations if nation), default=None)

    # ---------------------------------------------------------------------------------------------- the place
    def place(self, area_type: str, code: str, start: date, end: date) -> Place:
        """The one service behind an area over a window, its nation, and the kinds of gap of the unit test."""
        nation = self.nation(area_type, code)
        kinds = self._boundary(area_type, code, start, end)
        if area_type == "youth_justice_service":
            first, last = self.services.get(code, (STILL, EVER))
            if first <= start and last >= end:
                return Place(code, nation, frozenset(kinds))
            return Place(None, nation, frozenset(kinds | {"U10"}))
        if area_type == "district":
            return Place(None, nation, frozenset(kinds | {"U4"}))
        if area_type != "authority":
            larger = self.facts.area_levels.get(area_type, 9) < self.facts.area_levels["authority"]
            return Place(None, nation, frozenset(kinds | {"U11" if larger else "U10"}))

        area = self.areas.get(code, Area("authority", None, EVER, STILL))
        held = [held for held in self.memberships if held.code == code and overlap(held.first, held.last, start, end)]
        served = {membership.service for membership in held}
        first, last = max(start, area.first), min(end, area.last)
        placed = sum(days_between(max(one.first, first), min(one.last, last)) for one in _apart(held))
        if len(served) > 1:
            return Place(None, nation, frozenset(kinds | {"U2"}))
        if not served or first > last or placed < days_between(first, last):
            return Place(None, nation, frozenset(kinds | {"U10"}))
        (service,) = served
        fellows = {
            other.code
            for mine in held
            for other in self.memberships
            if other.service == service
            and other.code != code
            and overlap(max(mine.first, start), min(mine.last, end), other.first, other.last)
        }
        return Place(service, nation, frozenset(kinds | ({"U1"} if fellows else set())))

    def _boundary(self, area_type: str, code: str, start: date, end: date) -> set[str]:
        area = self.areas.get(code)
        if area_type == "youth_justice_service" or area is None:
            return set()
        return {"U7"} if start < area.first <= end or start <= area.last < end else set()


def _apart(held: list[Membership]) -> list[Membership]:
    """The same days, no day twice."""
    apart: list[Membership] = []
    for one in sorted(held, key=lambda one: one.first):
        if apart and one.first <= apart[-1].last:
            if one.last <= apart[-1].last:
                continue
            one = Membership(one.service, one.code, day_after(apart[-1].last), one.last, one.stated_until)
        apart.append(one)
    return apart
