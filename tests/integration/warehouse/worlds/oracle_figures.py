"""Which observations stand: published, expected and not received, or summed from their members, by hand.

Rules: design.md, "The landed shape"; ADR 15 and the head of int_delivery_coverage.sql (coverage is dataset, area and
period over every indicator; the datasets here are delivered whole, so its subject plays no part). An expected return
holds what others returned for its period; a whole is summed only where its publisher states none and at least one
member can be counted, and then needs them all.
"""

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date

from tests.integration.warehouse.worlds.facts import Facts, Row, last_said
from tests.integration.warehouse.worlds.oracle_places import Places

Key = tuple[str, str, str, str, str, date, date, str]
Group = tuple[str, str, str, date, date, str]
# Whole -> its members on a day.
MembersOn = Callable[[date], dict[str, set[str]]]


@dataclass
class Figure:
    """One current observation."""

    key: Key
    value: float | None
    numerator: float | None
    denominator: float | None
    marker: str | None
    is_expected: bool = False
    is_derived: bool = False
    is_incomplete: bool = False
    parts: list["Figure"] = field(default_factory=list)

    @property
    def source(self) -> str:
        """Dataset."""
        return self.key[0]

    @property
    def definition(self) -> tuple[str, str]:
        """Indicator and version."""
        return self.key[1], self.key[2]

    @property
    def area_type(self) -> str:
        """Type of area."""
        return self.key[3]

    @property
    def code(self) -> str:
        """Area."""
        return self.key[4]

    @property
    def start(self) -> date:
        """First day of the period."""
        return self.key[5]

    @property
    def end(self) -> date:
        """Last day of the period."""
        return self.key[6]

    @property
    def breakdown(self) -> str:
        """Breakdown."""
        return self.key[7]

    @property
    def group(self) -> Group:
        """Figures that may be summed with each other."""
        return self.source, *self.definition, self.start, self.end, self.breakdown

    def count_once(self, is_count: bool) -> None:
        """Takes back what its copies added; a share of copies is the share of one."""
        times = len(self.parts)
        self.numerator = None if self.numerator is None else self.numerator / times
        self.denominator = None if self.denominator is None else self.denominator / times
        if is_count and self.value is not None:
            self.value /= times


class Figures:
    """The current observations of one world."""

    def __init__(self, facts: Facts, places: Places) -> None:
        self.facts = facts
        self.places = places
        published = [*self._published()]
        published += self._expected(published)
        sums = self._sums_of_districts(published)
        self.current = [*published, *sums, *self._sums_of_authorities(published, sums)]

    def _published(self) -> list[Figure]:
        def covered(row: Row) -> tuple[object, ...]:
            return row["source_id"], row["area_type"], row["area_code"], row["period_start"], row["period_end"]

        rows = self.facts.rows("observations")
        latest = last_said(rows, covered)
        return [
            Figure(
                (row["source_id"], row["indicator_id"], row["definition_version"], row["area_type"], row["area_code"],
                 row["period_start"], row["period_end"], row["breakdown_id"]),
                row["value"], row["numerator"], row["denominator"], row["value_marker"],
            )
            for row in rows
            if row["delivery_id"] == latest[covered(row)][-1]
        ]  # fmt: skip

    def _expected(self, published: list[Figure]) -> list[Figure]:
        there = {figure.key for figure in published}
        missing = {}
        for row in self.facts.rows("expected_deliveries"):
            if row["status"] == "due" or row["area_type"] == "publisher":
                continue
            for figure in published:
                if (figure.source, figure.start, figure.end, figure.breakdown) == (
                    row["source_id"], row["period_start"], row["period_end"], "all",
                ):  # fmt: skip
                    key = (*figure.key[:3], row["area_type"], row["area_code"], *figure.key[5:])
                    if key not in there:
                        missing[key] = Figure(key, None, None, None, "x", is_expected=True)
        return list(missing.values())

    # ---------------------------------------------------------------------------------------------------- sums
    def _is_usable(self, figure: Figure) -> bool:
        if self.facts.indicators[figure.definition]["measure"] == "count":
            return figure.value is not None
        return figure.numerator is not None and figure.denominator is not None

    def _is_summed(self, figure: Figure) -> bool:
        row = self.facts.indicators[figure.definition]
        return bool(row["is_additive"]) or row["measure"] in ("proportion", "rate")

    def _sums_of_districts(self, published: list[Figure]) -> list[Figure]:
        parents: dict[str, list[Row]] = defaultdict(list)
        for row in self.facts.standing("authority_parents", "source_id", "child_code", "valid_on"):
            if row["child_code"] != row["parent_code"]:
                parents[row["child_code"]].append(row)

        def districts_of(day: date) -> dict[str, set[str]]:
            found: dict[str, set[str]] = defaultdict(set)
            for child, rows in parents.items():
                # The last lookup up to the day, else the first after it.
                nearest = min(rows, key=lambda row: (
                    row["valid_on"] > day, abs((row["valid_on"] - day).days), row["parent_code"]))  # fmt: skip
                parent = nearest["parent_code"]
                areas = [self.places.areas[code] for code in (child, parent) if code in self.places.areas]
                is_district = child not in self.places.areas or self.places.areas[child].area_type == "district"
                if is_district and all(area.first <= day <= area.last for area in areas):
                    found[parent].add(child)
            return found

        return self._sums(published, published, "district", "authority", districts_of)

    def _sums_of_authorities(self, published: list[Figure], sums: list[Figure]) -> list[Figure]:
        def authorities_of(day: date) -> dict[str, set[str]]:
            services = {service: self.places.members_on(service, day) for service in self.places.services}
            return {service: members for service, members in services.items() if members}

        # A sum that lacks a district is no part of a service's sum.
        parts = [*published, *sums]
        return self._counted_once(self._sums(published, parts, "authority", "youth_justice_service", authorities_of))

    def _sums(
        self, published: list[Figure], parts: list[Figure], part_type: str, whole_type: str, members_on: MembersOn
    ) -> list[Figure]:
        stated = {(figure.group, figure.code) for figure in published if figure.area_type == whole_type}
        groups: dict[Group, dict[str, Figure]] = defaultdict(dict)
        for figure in parts:
            if figure.area_type == part_type and self._is_summed(figure):
                groups[figure.group][figure.code] = figure
        made = []
        for group, by_code in groups.items():
            for whole, members in members_on(group[4]).items():
                usable = [by_code[code] for code in members if code in by_code and self._is_usable(by_code[code])]
                if usable and (group, whole) not in stated:
                    key = (*group[:3], whole_type, whole, *group[3:])
                    made.append(self._sum(key, usable, len(members)))
        return made

    def _sum(self, key: Key, usable: list[Figure], members: int) -> Figure:
        if len(usable) < members:
            return Figure(key, None, None, None, "x", is_derived=True, is_incomplete=True)
        row = self.facts.indicators[key[1], key[2]]
        numerator = _total([figure.numerator for figure in usable])
        denominator = _total([figure.denominator for figure in usable])
        value = None
        if row["measure"] == "count":
            value = _total([figure.value for figure in usable])
        elif denominator and numerator is not None:
            value = row["unit_base"] * numerator / denominator
        markers = [figure.marker for figure in usable]
        marker = next((word for word in ("p", "e", "r") if word in markers), None)
        return Figure(
            key, value, numerator, denominator, "z" if value is None else marker, is_derived=True, parts=usable
        )

    def _counted_once(self, sums: list[Figure]) -> list[Figure]:
        """A figure of a service that its publisher copied to each member counts once.

        Copied (head of int_derived_observations.sql) is a series in which the members of every period that has them
        all agree, in two periods or with four members, on a figure of ten or more.
        """
        series: dict[tuple[object, ...], list[Figure]] = defaultdict(list)
        for figure in sums:
            if not figure.is_incomplete:
                series[(*figure.key[:5], figure.breakdown)].append(figure)
        for figures in series.values():
            told = [figure for figure in figures if all(part.value is not None for part in figure.parts)]
            alike = [figure for figure in told if _is_alike(figure)]
            is_often = len(alike) >= 2 or any(len(figure.parts) >= 4 for figure in alike)
            sizes = [_first_known(figure.numerator, figure.value) / len(figure.parts) for figure in alike]
            if is_often and len(alike) == len(told) and max(sizes) >= 10:
                for figure in figures:
                    figure.count_once(self.facts.indicators[figure.definition]["measure"] == "count")
        return sums

    # ----------------------------------------------------------------------------------------------- preferred
    def preferred(self) -> dict[tuple[object, ...], Figure]:
        """Of one figure that several datasets state, the one preferred (ADR 15), by all of the key but the dataset."""
        best: dict[tuple[object, ...], Figure] = {}

        def rank(figure: Figure) -> tuple[object, ...]:
            return figure.value is None, figure.is_derived, self.facts.priority({"source_id": figure.source})

        for figure in sorted(self.current, key=rank):
            best.setdefault(figure.key[1:], figure)
        return best


def _is_alike(figure: Figure) -> bool:
    stated = [{part.value for part in figure.parts}]
    stated += [{part.numerator for part in figure.parts} - {None}, {part.denominator for part in figure.parts} - {None}]
    return len(figure.parts) > 1 and all(len(values) <= 1 for values in stated)


def _first_known(*values: float | None) -> float:
    return next(value for value in values if value is not None)


def _total(parts: list[float | None]) -> float | None:
    known = [part for part in parts if part is not None]
    return sum(known) if len(known) == len(parts) else None
