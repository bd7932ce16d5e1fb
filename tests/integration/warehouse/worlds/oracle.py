"""Attribution by hand: of every current observation in every typology in scope, its gaps, statuses and model.

Rules: design.md 1 to 8; attribution_gaps.md 3.1 to 3.4; what a kind sets is read from sources/vocab/gap_kinds.yml.
Choices the documents leave open and the code settles: an area of unknown nation stays in scope; a break counts after
the first day of the period up to the window's end; of two definition versions the one with fewer areas differs,
neither on a tie; a figure's own marker says more of its disclosure than what a gap adds; credit is of what happened
in the period, declared gaps of the window.
"""

from collections import Counter, defaultdict
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

from tests.integration.warehouse.world import World
from tests.integration.warehouse.worlds.days import EVER, STILL, months_later, overlap, period_end_later
from tests.integration.warehouse.worlds.facts import Facts, Row
from tests.integration.warehouse.worlds.oracle_figures import Figure, Figures, Key
from tests.integration.warehouse.worlds.oracle_places import Place, Places
from tests.integration.warehouse.worlds.oracle_structures import Structures

# design.md, rule 2; the second list follows the order in which rule 1 names them, what refuses most first.
ATTRIBUTION = ("not_attributable", "contested", "shared", "transition", "planned_only", "unassigned",
               "attributable_with_caveat", "attributable")  # fmt: skip
COMPARABILITY = ("not_comparable", "break", "definition_differs", "coverage_low", "provisional", "comparable")
ATTRIBUTED = ("attributable", "attributable_with_caveat")


@dataclass(frozen=True)
class Verdict:
    """What must be said of an observation in a typology."""

    attribution: str
    comparability: str
    disclosure: str
    model: str | None
    candidate: str | None
    kinds: frozenset[str]
    figure: tuple[float | str | None, ...]


def stated(
    value: float | None, numerator: float | None, denominator: float | None, marker: str | None
) -> tuple[float | str | None, ...]:
    """What a figure says, without the noise of the order in which it was summed."""
    return *(None if part is None else round(part, 6) for part in (value, numerator, denominator)), marker


class Oracle:
    """One world, judged."""

    def __init__(self, world: World) -> None:
        self.facts = Facts(world)
        self.places = Places(self.facts)
        self.structures = Structures(self.facts)
        self.figures = Figures(self.facts, self.places)

    # ----------------------------------------------------------------------------------------------- structures
    def intervals(self) -> set[tuple[Any, ...]]:
        """(service, typology, first day, last day or none, model, contested, tenure, decision) of every interval."""
        return {
            (service, typology, one.first, None if one.last == STILL else one.last, one.model, one.is_contested,
             one.tenure, one.decision, one.precision, one.evidence_date)
            for service, typology in self.structures.histories
            for one in self.structures.intervals(service, typology)
        }  # fmt: skip

    # -------------------------------------------------------------------------------------------------- verdicts
    def verdicts(self) -> dict[tuple[Key, str], Verdict]:
        """The verdict on every current observation in every typology in scope."""
        found = {}
        for figure in self.figures.current:
            row = self.facts.indicators[figure.definition]
            start = months_later(figure.start, -(row["window_months_before"] or 0))
            end = period_end_later(figure.end, row["window_months_after"] or 0)
            place = self.places.place(figure.area_type, figure.code, start, end)
            common = place.kinds | self._of_figure(figure, place, end)
            for typology, scheme in self.facts.typologies.items():
                in_years = overlap(scheme["valid_from"] or EVER, scheme["valid_to"] or STILL, start, end)
                in_nation = place.nation is None or place.nation in scheme["nations"].split("|")
                if in_years and in_nation and scheme["is_attributed"]:
                    found[figure.key, typology] = self._verdict(figure, place, typology, common, start, end)
        return found

    def _verdict(
        self, figure: Figure, place: Place, typology: str, common: set[str] | frozenset[str], start: date, end: date
    ) -> Verdict:
        kinds, suggested = set(common), None
        if place.service:
            window = self.structures.window(place.service, typology, start, end)
            kinds, suggested = kinds | window.kinds, window.suggested
            is_longer = (start, end) != (figure.start, figure.end)
            if "S1" in kinds and is_longer and self.structures.is_steady(
                place.service, typology, figure.start, figure.end
            ):  # fmt: skip
                kinds.add("S9")
        kinds |= self._declared(figure, place, typology, suggested, start, end)
        attribution = self._first(kinds, "attribution_status", ATTRIBUTION)
        is_attributed = attribution in ATTRIBUTED
        return Verdict(
            attribution,
            self._first(kinds, "comparability_status", COMPARABILITY),
            self._disclosure(figure, kinds),
            suggested if is_attributed else None,
            None if is_attributed else suggested,
            frozenset(kinds),
            stated(figure.value, figure.numerator, figure.denominator, figure.marker),
        )

    def _first(self, kinds: set[str], field: str, order: tuple[str, ...]) -> str:
        values = [
            self.facts.kinds[kind]["sets_value"] for kind in kinds if self.facts.kinds[kind]["sets_field"] == field
        ]
        return min([*values, order[-1]], key=order.index)

    def _disclosure(self, figure: Figure, kinds: set[str]) -> str:
        by_marker = self.facts.disclosure.get(figure.marker or "")
        return by_marker or ("z" if "U9" in kinds else "c2" if "Z3" in kinds else "open")

    # ------------------------------------------------------------------------------------- measure, return, size
    def _of_figure(self, figure: Figure, place: Place, end: date) -> set[str]:
        row, settings = self.facts.indicators[figure.definition], self.facts.settings
        kinds = self._of_marker(figure)
        if place.nation and place.nation not in row["nations"].split("|"):
            kinds.add("U9")
        for one in self.facts.breaks:
            is_ours = (one["indicator_id"], one["definition_version"]) == figure.definition
            if is_ours and figure.start < one["break_date"] <= end:
                kinds.add("M1")
        on_version = self.areas_on_version[self._version_group(figure)]
        if on_version[figure.definition[1]] < max(on_version.values()):
            kinds.add("M2")
        if self._is_doubtful(figure, row):
            kinds.add("M3")
        events = figure.numerator
        if row["measure"] == "count" and events is None:
            events = figure.value
        if figure.value is not None and events is not None and 0 < events < settings["small_count"]:
            kinds.add("Z1U")
        base = figure.denominator
        is_share = figure.value is not None and row["measure"] == "proportion"
        if is_share and base is not None and base < settings["small_denominator"]:
            kinds.add("Z2")
        if self._can_be_worked_out(figure):
            kinds.add("Z3")
        return kinds | self._credit(figure, place)

    def _of_marker(self, figure: Figure) -> set[str]:
        if figure.marker == "p":
            return {"M8"}
        if figure.is_incomplete:
            return {"U3"}
        if figure.is_expected:
            return {"C6"}
        return {kind for marker, kind in {"x": "D1", "z": "D2", "low": "D3", "u": "D4", "c": "Z1"}.items()
                if marker == figure.marker}  # fmt: skip

    def _version_group(self, figure: Figure) -> tuple[Any, ...]:
        return figure.definition[0], figure.source, figure.area_type, figure.start, figure.end

    @cached_property
    def areas_on_version(self) -> dict[tuple[Any, ...], Counter[str]]:
        """How many areas report an indicator of a period on each version."""
        areas: dict[tuple[Any, ...], set[tuple[str, str]]] = defaultdict(set)
        for figure in self.figures.current:
            areas[self._version_group(figure)].add((figure.definition[1], figure.code))
        return {group: Counter(version for version, _ in pairs) for group, pairs in areas.items()}

    def _is_doubtful(self, figure: Figure, row: Row) -> bool:
        if row["companion_indicator_id"] is None:
            return False
        return any(
            other.definition[0] == row["companion_indicator_id"]
            and row["companion_definition_version"] in (None, other.definition[1])
            and (other.source, *other.key[3:7]) == (figure.source, *figure.key[3:7])
            and other.breakdown == "all"
            and other.value is not None
            and other.value > row["companion_maximum"]
            for other in self.figures.current
        )

    def _can_be_worked_out(self, figure: Figure) -> bool:
        """Whether a count of a service stands beside those of all its authorities but one, which is suppressed."""

        def is_count(one: Figure) -> bool:
            measure = self.facts.indicators[one.definition]["measure"]
            return not one.is_derived and (measure == "count" or one.numerator is not None or one.marker == "c")

        def is_shown(one: Figure) -> bool:
            return one.numerator is not None or one.value is not None

        if figure.area_type != "youth_justice_service" or not is_count(figure) or not is_shown(figure):
            return False
        members = self.places.members_on(figure.code, figure.end)
        parts = [
            part
            for code in members
            if (part := self.preferred.get((*figure.key[1:3], "authority", code, *figure.key[5:]))) and is_count(part)
        ]
        shown, suppressed = sum(map(is_shown, parts)), sum(part.marker == "c" for part in parts)
        return len(members) > 1 and suppressed == 1 and shown == len(members) - 1

    @cached_property
    def preferred(self) -> dict[tuple[object, ...], Figure]:
        """The preferred one of each figure."""
        return self.figures.preferred()

    # --------------------------------------------------------------------------------------------------- credit
    def _credit(self, figure: Figure, place: Place) -> set[str]:
        if place.service is None:
            return set()
        name = self.places.service_name(place.service).strip().lower()
        teams: dict[str, set[str]] = defaultdict(set)
        for row in self.facts.standing("contributions", "source_id", "contribution_id"):
            if (
                row["service_id"] == place.service
                and row["indicator_id"] in (None, figure.definition[0])
                and overlap(row["valid_from"] or EVER, row["valid_to"] or STILL, figure.start, figure.end)
            ):
                teams[row["role"]].add(row["contributor"].strip().lower())
        kinds = {"C1"} if len(teams["claims"]) > 1 else set()
        others = set().union(*(names for role, names in teams.items() if role != "records"))
        if len(teams["records"]) == 1 and others - teams["records"]:
            kinds.add("C2")
        if teams["delivers"] - {name}:
            kinds.add("C3")
        return kinds

    def _declared(
        self, figure: Figure, place: Place, typology: str, suggested: str | None, start: date, end: date
    ) -> set[str]:
        """Kinds that a person recorded for this service or area, over a day of the window."""
        return {
            row["kind"]
            for row in self.facts.standing("gap_evidence", "source_id", "evidence_id")
            if row["service_id"] in (None, place.service)
            and row["area_code"] in (None, figure.code)
            and row["indicator_id"] in (None, figure.definition[0])
            and row["definition_version"] in (None, figure.definition[1])
            and row["typology_id"] in (None, typology)
            and (row["model_id"] is None or row["model_id"] == suggested)
            and overlap(row["valid_from"] or EVER, row["valid_to"] or STILL, start, end)
        }
