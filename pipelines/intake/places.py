"""Which areas and services exist on which days, as the loaded registers say, and what a published place means.

A code means nothing without a period: every question here carries the days it is asked for.
"""

from collections.abc import Mapping
from copy import copy
from dataclasses import dataclass, field
from datetime import date

import polars as pl

from pipelines.intake.inheritance import FOREVER as FOREVER
from pipelines.intake.inheritance import Life, Membership, inherited, successions
from pipelines.intake.names import name_key, service_id_of
from sources.catalogue import Catalogue

UNRANKED = 1000
COMBINED = " / "
Days = tuple[date, date]
KINDS_OF_A_BARE_NAME = ("country", "region", "authority")


@dataclass
class Area:
    """One area code, all registers taken together: dates of the foremost register, names of all."""

    code: str
    area_type: str
    nation: str | None
    valid_from: date
    valid_to: date
    dfe_code: str | None
    names: set[str] = field(default_factory=set)
    spellings: set[str] = field(default_factory=set)
    shown: str = ""

    def in_force(self, start: date, end: date) -> bool:
        """Whether the area was in force on any day from `start` to `end`."""
        return self.valid_from <= end and self.valid_to >= start


@dataclass(frozen=True)
class Place:
    """What a published place came to: an area, or the rule that it breaks and why."""

    area_type: str | None = None
    area_code: str | None = None
    rule: str | None = None
    reason: str = ""


class Registers:
    """The loaded registers, ready to be asked."""

    def __init__(
        self, authorities: pl.DataFrame, changes: pl.DataFrame, memberships: pl.DataFrame, catalogue: Catalogue
    ) -> None:
        """Take the landed register frames (current deliveries only)."""
        self.areas = _areas(authorities, catalogue)
        self.by_dfe: dict[str, list[Area]] = {}
        for area in self.areas.values():
            if area.dfe_code:
                self.by_dfe.setdefault(area.dfe_code, []).append(area)
        self.by_name: dict[str, list[Area]] = {}
        for area in self.areas.values():
            for key in area.names:
                self.by_name.setdefault(key, []).append(area)
        self.variants = service_variants(catalogue)
        self.memberships = _memberships(memberships, _changes(changes, catalogue), self.areas)
        self.services: dict[str, list[Membership]] = {}
        for membership in self.memberships:
            self.services.setdefault(membership.service_id, []).append(membership)
        self.service_codes = {
            code.casefold(): service
            for code, service in memberships.select("service_code", "service_id").drop_nulls().iter_rows()
        }
        self.service_names = {
            name_key(name): service for name, service in memberships.select("service_name", "service_id").iter_rows()
        }
        self.decided: Mapping[str, str] = {}
        self.relied_on: dict[str, str] = {}

    def deciding(self, names: Mapping[str, str]) -> "Registers":
        """The same registers where a person said what contested names mean (name key -> area_code or service_id).

        `relied_on` tells afterwards which of them were needed: name key -> the name as it was published.
        """
        deciding = copy(self)
        deciding.decided, deciding.relied_on = names, {}
        return deciding

    def area(self, code: str, name: str | None, start: date, end: date) -> Place:
        """The area with this code, if it was in force in the period and the name is one of its names."""
        area = self.areas.get(code)
        if area is None:
            return Place(rule="area_unknown", reason=f"no register knows the area code {code}")
        if not area.in_force(start, end):
            return Place(area.area_type, code, "area_code_ended", _not_in_force(area, start, end))
        if name and area.names and name_key(name) not in area.names and not self._is_decided(name, code):
            return Place(
                area.area_type, code, "area_name_mismatch", f"{code} is {area.shown}, and the row calls it {name}"
            )
        return Place(area.area_type, code)

    def area_of_the_same_department_code(self, code: str, name: str | None, start: date, end: date) -> Place:
        """The area that carried the department code of `code` in a period in which `code` itself was not in force."""
        area = self.areas[code]
        ended = Place(area.area_type, code, "area_code_ended", _not_in_force(area, start, end))
        if not area.dfe_code:
            return ended
        found = self.area_by_dfe(area.dfe_code, name, start, end)
        return ended if found.rule == "area_code_ended" else found

    def area_by_dfe(self, dfe_code: str, name: str | None, start: date, end: date) -> Place:
        """The area that carried this department code in the period; the one in force on the last day where several."""
        areas = self.by_dfe.get(dfe_code, [])
        if not areas:
            return Place(rule="area_unknown", reason=f"no register knows the department code {dfe_code}")
        inside = [area for area in areas if area.in_force(start, end)]
        if not inside:
            last = max(areas, key=lambda area: area.valid_to)
            return Place(last.area_type, last.code, "area_code_ended", _not_in_force(last, start, end))
        chosen = max(inside, key=lambda area: (area.valid_to >= end, area.valid_from))
        return self.area(chosen.code, name, start, end)

    def area_by_name(self, name: str, area_type: str | None, start: date, end: date) -> Place:
        """The area of this name in force in the period; an old county and its successor share names, days tell them.

        What a person decided a name to mean comes first, for the days on which that area was in force.
        """
        decided = self.areas.get(self.decided.get(name_key(name), ""))
        if decided and decided.in_force(start, end) and area_type in (None, decided.area_type):
            self._is_decided(name, decided.code)
            return Place(decided.area_type, decided.code)
        areas = [a for a in self.by_name.get(name_key(name), []) if area_type is None or a.area_type == area_type]
        if not areas:
            return Place(area_type, None, "area_unknown", f"no register knows an area called {name}")
        inside = [area for area in areas if area.in_force(start, end)]
        if not inside:
            last = max(areas, key=lambda area: area.valid_to)
            return Place(last.area_type, last.code, "area_code_ended", _not_in_force(last, start, end))
        at_the_end = [area for area in inside if area.valid_to >= end] or inside
        # A district and its county, a ward and its town: the kind of area that indicators are published for wins.
        chosen = [a for kind in KINDS_OF_A_BARE_NAME for a in at_the_end if a.area_type == kind] or at_the_end
        chosen = [a for a in chosen if a.area_type == chosen[0].area_type]
        if len(chosen) > 1:
            codes = " and ".join(sorted(area.code for area in chosen))
            return Place(chosen[0].area_type, None, "area_name_ambiguous", f"{name} may be {codes}")
        return Place(chosen[0].area_type, chosen[0].code)

    def areas_together(self, codes: list[str], start: date, end: date) -> Place:
        """Areas published as one (`A / B`): each must be known and in force; together they are no single authority."""
        for code in codes:
            found = self.area(code.strip(), None, start, end)
            if found.rule is not None:
                return found
        return Place("other", COMBINED.join(code.strip() for code in codes))

    def service(self, name: str, start: date, end: date) -> Place:
        """The service with this name or code, if any authority belonged to it in the period."""
        service_id = self.service_codes.get(name.strip().casefold()) or self.service_id(name)
        if service_id not in self.services:
            return Place(rule="service_unknown", reason=f"no register knows the service {name}")
        if not any(m.valid_from <= end and m.valid_to >= start for m in self.services[service_id]):
            return Place(
                "youth_justice_service", service_id, "service_unknown",
                f"the service {name} was not in force from {start} to {end}",
            )  # fmt: skip
        return Place("youth_justice_service", service_id)

    def knows_service(self, service_id: str) -> bool:
        """Whether a service of this id ever was in a register."""
        return service_id in self.services

    def _is_decided(self, name: str, code: str) -> bool:
        """Whether a person decided that the name means this area or service; remembered as relied on where it was."""
        key = name_key(name)
        is_decided = self.decided.get(key) == code
        if is_decided:
            self.relied_on[key] = name
        return is_decided

    def days_of_code(self, code: str) -> list[Days]:
        """First and last day of the area with this code."""
        area = self.areas.get(code)
        return [(area.valid_from, area.valid_to)] if area else []

    def days_of_dfe(self, dfe_code: str) -> list[Days]:
        """First and last day of every area that ever carried this department code."""
        return [(area.valid_from, area.valid_to) for area in self.by_dfe.get(dfe_code, [])]

    def days_of_name(self, name: str) -> list[Days]:
        """First and last day of every area of this name, and of the one that it was decided to mean."""
        key = name_key(name)
        decided = self.days_of_code(self.decided.get(key, ""))
        return decided + [(area.valid_from, area.valid_to) for area in self.by_name.get(key, [])]

    def days_of_service(self, name: str) -> list[Days]:
        """First and last day of every membership of the service of this name or code."""
        service = self.service_codes.get(name.strip().casefold()) or self.service_id(name)
        return [(m.valid_from, m.valid_to) for m in self.services.get(service, [])]

    def service_id(self, name: str) -> str:
        """The id a service's name leads to, by a person's decision, the register or a declared variant."""
        key = name_key(name)
        decided = self.decided.get(key, "")
        if decided in self.services and self._is_decided(name, decided):
            return decided
        return self.service_names.get(key) or self.variants.get(key) or service_id_of(name)

    def services_in_force(self, start: date, end: date) -> dict[str, str | None]:
        """Services with any membership in the period, with their nation."""
        return {m.service_id: m.nation for m in self.memberships if m.valid_from <= end and m.valid_to >= start}


def service_variants(catalogue: Catalogue) -> dict[str, str]:
    """Declared spellings of service names: name key -> service id of the standard name."""
    variants: dict[str, str] = {}
    for entry in catalogue.service_names:
        for name in (entry.standard, *entry.variants):
            variants[name_key(name)] = service_id_of(entry.standard)
    return variants


def _not_in_force(area: Area, start: date, end: date) -> str:
    until = "" if area.valid_to == FOREVER else f" to {area.valid_to}"
    return f"{area.code} ({area.shown}) was in force from {area.valid_from}{until}, not from {start} to {end}"


def _areas(frame: pl.DataFrame, catalogue: Catalogue) -> dict[str, Area]:
    areas: dict[str, Area] = {}
    chosen: dict[str, str] = {}
    ranked = _believed_first(frame, catalogue, "area_code", "valid_from")
    for row in ranked.iter_rows(named=True):
        spellings = {n for n in [row["area_name"], *(row["alternate_names"] or "").split("|")] if n}
        names = {name_key(n) for n in spellings}
        area = areas.get(row["area_code"])
        valid_to = row["valid_to"] or FOREVER
        if area is None:
            areas[row["area_code"]] = Area(
                row["area_code"], row["area_type"], row["nation"], row["valid_from"], valid_to, row["dfe_code"],
                names, spellings, row["area_name"] or "",
            )  # fmt: skip
            chosen[row["area_code"]] = row["source_id"]
            continue
        area.names |= names
        area.spellings |= spellings
        area.dfe_code = area.dfe_code or row["dfe_code"]
        area.nation = area.nation or row["nation"]
        if chosen[row["area_code"]] == row["source_id"]:
            # One register, several rows for a code: the area was renamed in place.
            area.valid_from = min(area.valid_from, row["valid_from"])
            area.valid_to = max(area.valid_to, valid_to)
    return areas


def _believed_first(frame: pl.DataFrame, catalogue: Catalogue, *then_by: str) -> pl.DataFrame:
    """Register rows with those of the register believed first before the others."""
    priority = {d.id: d.priority for d in catalogue.datasets.values()}
    rank = pl.col("source_id").replace_strict(priority, default=UNRANKED, return_dtype=pl.Int64)
    return frame.sort(rank, "source_id", *then_by, nulls_last=True)


def _changes(frame: pl.DataFrame, catalogue: Catalogue) -> list[tuple[str, str, date]]:
    """Predecessor, successor and first day as registers state them, the register believed first before the others."""
    ranked = _believed_first(frame.drop_nulls(["from_code", "to_code", "change_date"]), catalogue)
    return list(ranked.select("from_code", "to_code", "change_date").iter_rows())


def _memberships(frame: pl.DataFrame, changes: list[tuple[str, str, date]], areas: dict[str, Area]) -> list[Membership]:
    """Every membership, stated or inherited."""
    stated = [
        Membership(row["service_id"], row["area_code"], row["valid_from"], row["valid_to"] or FOREVER, row["nation"])
        for row in frame.iter_rows(named=True)
    ]
    lives = {code: Life(a.area_type, a.valid_from, a.valid_to, a.dfe_code) for code, a in areas.items()}
    return inherited(stated, lives, successions(changes, lives))
