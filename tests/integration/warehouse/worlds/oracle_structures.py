"""How a service was organised, day by day, from the claims alone; and what is wrong with that over a window.

Rules: design.md 2, 4, 6, 7; attribution_gaps.md 3.4 (S and E kinds). Choices the documents leave open and the code
settles (head of int_structure_claims.sql and int_structures.sql, their tests): a claim without a first day holds from
its document's; an open claim ends before a claim that begins after its document, or before its own document's next;
an ending without a day ends what earlier documents said; one document's several models of an ordered typology mean
the highest; a document that cannot tell contradicts none that can; the newest claim of the model that stands says
tenure and scope.
"""

from dataclasses import dataclass, replace
from datetime import date
from functools import cache, cached_property

from tests.integration.warehouse.worlds.days import (
    STILL,
    day_after,
    day_before,
    days_between,
    months_later,
    overlap,
    whole_months,
)
from tests.integration.warehouse.worlds.facts import Facts, Row, newest_first

VAGUENESS = {"unknown": 3, "year": 2, "month": 1}


@dataclass(frozen=True)
class Interval:
    """Touching days over which the same is said."""

    first: date
    last: date
    model: str | None
    is_contested: bool
    is_assigned: bool
    tenure: str
    scope: float | None
    decision: str | None
    several: frozenset[str]
    evidence_date: date | None
    precision: str = "day"

    @property
    def says(self) -> tuple[object, ...]:
        """What must be equal for two runs of days to be one interval."""
        return self.model, self.is_contested, self.tenure, self.scope, self.decision, self.several


@dataclass(frozen=True)
class Window:
    """What holds over a window: kinds of gap, and the model the evidence suggests."""

    kinds: frozenset[str]
    suggested: str | None


class Structures:
    """Claims, intervals and windows of one world."""

    def __init__(self, facts: Facts) -> None:
        self.facts = facts
        self.window = cache(self._window)
        self.intervals = cache(self._intervals)

    # -------------------------------------------------------------------------------------------------- claims
    @cached_property
    def assertions(self) -> list[Row]:
        """Claims that stand: of the latest delivery of their register that names the service and typology."""
        return self.facts.standing("structure_assertions", "source_id", "service_id", "typology_id")

    @cached_property
    def histories(self) -> dict[tuple[str, str], list[Row]]:
        """(service, typology) -> claims that hold over days, each with `starts`, `ends` and `is_interim`."""
        found: dict[tuple[str, str], list[Row]] = {}
        for row in self.assertions:
            is_past = row["tenure"] == "ended" and row["valid_from"] and row["valid_to"]
            starts = row["valid_from"] or row["source_date"]
            if starts and (row["tenure"] in ("in_force", "interim") or is_past):
                claim = row | {"starts": starts, "is_interim": row["tenure"] == "interim"}
                found.setdefault((row["service_id"], row["typology_id"]), []).append(claim)
        for claims in found.values():
            for claim in claims:
                claim["ends"] = self._ends(claim, claims)
        return found

    def _ends(self, claim: Row, claims: list[Row]) -> date:
        if claim["valid_to"]:
            return date.fromordinal(claim["valid_to"].toordinal())
        written = claim["source_date"] or claim["starts"]
        ends = [STILL]
        for row in self.assertions:
            same = all(row[name] == claim[name] for name in ("service_id", "typology_id", "model_id"))
            day = row["valid_to"] or row["source_date"]
            is_ending = row["tenure"] == "ended" and same and day and day >= claim["starts"]
            if is_ending and (row["valid_to"] or row["source_date"] > written):
                ends.append(day)
        for other in claims:
            is_later_event = other["starts"] > max(claim["starts"], written)
            is_continuation = other["source"] == claim["source"] and other["starts"] > claim["starts"]
            if is_later_event or is_continuation:
                ends.append(day_before(other["starts"]))
        return min(ends)

    def _rank(self, typology: str, model: str) -> tuple[int, int]:
        order = self.facts.models[typology, model]["model_order"]
        names = sorted({name for kind, name in self.facts.models if kind == typology}, reverse=True)
        return order, names.index(model)

    def _is_assignable(self, typology: str, model: str) -> bool:
        return bool(self.facts.models[typology, model]["is_assignable"])

    # ----------------------------------------------------------------------------------------------- intervals
    def _on(self, typology: str, claims: list[Row], day: date) -> Interval | None:
        """What holds on one day."""
        scheme = self.facts.typologies[typology]
        holding = [claim for claim in claims if claim["starts"] <= day <= claim["ends"]]
        if not holding:
            return None
        by_document: dict[tuple[str, str], set[str]] = {}
        for claim in holding:
            by_document.setdefault((claim["source_id"], claim["source"]), set()).add(claim["model_id"])
        if scheme["is_ordered"] and not scheme["is_multi_label"]:
            by_document = {
                document: {max(models, key=lambda model: self._rank(typology, model))}
                for document, models in by_document.items()
            }
        models = set().union(*by_document.values())
        assignable = {model for model in models if self._is_assignable(typology, model)}
        model: str | None = None
        decision = None
        if len(assignable) <= 1:
            (model,) = assignable or {max(models, key=lambda name: self._rank(typology, name))}
        elif not scheme["is_multi_label"]:
            upheld = {claim["assertion_id"]: claim["model_id"] for claim in holding}
            ruling = next((row for row in self.facts.decisions if row["subject"] in upheld), None)
            if ruling:
                model, decision = upheld[ruling["subject"]], ruling["decision_id"]
        behind = [claim for claim in holding if model in (None, claim["model_id"])]
        newest = min(
            behind,
            key=lambda claim: (newest_first(claim["source_date"]), not claim["is_interim"], claim["assertion_id"]),
        )
        is_contested = len(assignable) > 1 and not scheme["is_multi_label"] and decision is None
        return Interval(
            first=day,
            last=day,
            model=model,
            is_contested=is_contested,
            is_assigned=not is_contested and model is not None and self._is_assignable(typology, model),
            tenure="interim" if newest["is_interim"] else "in_force",
            scope=newest["scope_percent"],
            decision=decision,
            several=frozenset(models) if scheme["is_multi_label"] else frozenset(),
            evidence_date=newest["source_date"],
        )

    def _intervals(self, service: str, typology: str) -> list[Interval]:
        """Every interval of a service in a typology, the first first."""
        claims = self.histories.get((service, typology), [])
        # Nothing changes on a day on which no claim begins and none has just ended.
        turns = sorted({claim["starts"] for claim in claims} | {day_after(claim["ends"]) for claim in claims})
        runs: list[Interval] = []
        for number, day in enumerate(turns):
            found = self._on(typology, claims, day)
            if found is None or day == STILL:
                continue
            last = day_before(turns[number + 1]) if number + 1 < len(turns) and turns[number + 1] < STILL else STILL
            found = replace(found, last=last)
            if runs and day_after(runs[-1].last) == day and runs[-1].says == found.says:
                dates = [one for one in (runs[-1].evidence_date, found.evidence_date) if one]
                runs[-1] = replace(runs[-1], last=last, evidence_date=max(dates, default=None))
            else:
                runs.append(found)
        return [replace(run, precision=self._precision(run, claims)) for run in runs]

    def _precision(self, run: Interval, claims: list[Row]) -> str:
        words = [
            claim["from_precision"]
            for claim in claims
            if claim["starts"] == run.first and run.model in (None, claim["model_id"]) and claim["ends"] >= run.first
        ]
        return max(words, key=lambda word: VAGUENESS.get(word, 0), default="day")

    # ------------------------------------------------------------------------------------------------- windows
    def _window(self, service: str, typology: str, start: date, end: date) -> Window:
        intervals = self.intervals(service, typology)
        inside = [one for one in intervals if overlap(one.first, one.last, start, end)]
        assigned = [one for one in inside if one.is_assigned]
        held = dict.fromkeys((one.model for one in reversed(assigned)), 0)
        for one in assigned:
            held[one.model] += days_between(max(one.first, start), min(one.last, end))
        contested = sum(days_between(max(o.first, start), min(o.last, end)) for o in inside if o.is_contested)
        unclear = any(not one.is_assigned and not one.is_contested for one in inside)
        claimed = sum(held.values()) + contested
        plan = self._plan(service, typology, end)
        length = days_between(start, end)

        kinds = self._of_assigned(assigned, end)
        if contested:
            kinds.add("E2")
        if len(held) > 1:
            is_majority = self.facts.settings["is_majority_used"] and 2 * max(held.values()) > length
            kinds.add("S1M" if is_majority else "S1")
        if unclear:
            kinds.add("E1U")
            if self._says_integrated(service, typology, start, end):
                kinds.add("E4")
        elif claimed == 0:
            kinds.add("S3" if plan else "E1")
        elif claimed < length:
            kinds.add("E1")
        if any(days < length for days in held.values()):
            kinds.add("S5")
        if any(self._may_change_within(one, start, end) for one in intervals if one.is_assigned):
            kinds.add("S7")
        kinds |= self._of_changes(intervals, start, end)

        # The model with most days; of two with as many, the one that came later.
        first = {one.model: one.first for one in reversed(assigned)}
        longest = max(held, key=lambda model: (held[model], first[model]), default=None)
        return Window(frozenset(kinds), None if contested else longest or plan)

    def _of_assigned(self, assigned: list[Interval], end: date) -> set[str]:
        """Kinds that one interval of the window is enough for."""
        settings = self.facts.settings
        kinds = set()
        for one in assigned:
            relied_on_until = min(one.last, end)
            if one.tenure == "interim":
                kinds.add("S2")
            if one.evidence_date is None:
                kinds.add("E1")
            elif relied_on_until > months_later(one.evidence_date, settings["stale_unassigned_months"]):
                kinds.add("S8U")
            elif relied_on_until > months_later(one.evidence_date, settings["stale_caveat_months"]):
                kinds.add("S8")
            if one.last < STILL and whole_months(one.first, one.last) < settings["short_lived_months"]:
                kinds.add("S5")
            if one.scope is not None and one.scope < 100:
                kinds.add("U5")
        # What is too old to use is not also a caveat: the oldest speaks.
        return kinds - {"S8"} if "S8U" in kinds else kinds

    def _may_change_within(self, one: Interval, start: date, end: date) -> bool:
        if one.precision == "year":
            return overlap(date(one.first.year, 1, 1), date(one.first.year, 12, 31), start, end)
        # Of unknown date: it lies before the day from which it is known to hold, so a window from that day on is free.
        return one.precision == "unknown" and start < one.first <= end

    def _of_changes(self, intervals: list[Interval], start: date, end: date) -> set[str]:
        """Repeated moves up to the window's end, and a model that began shortly before the window."""
        settings = self.facts.settings
        assigned = [one for one in intervals if one.is_assigned]
        changes = [
            (one, before)
            for before, one in zip([None, *assigned], assigned, strict=False)
            if before is None or before.model != one.model
        ]
        moves_since = months_later(end, -settings["repeated_moves_months"])
        moves = [one for one, before in changes if before is not None and moves_since < one.first <= end]
        kinds = {"S6"} if len(moves) >= settings["repeated_moves"] else set()
        early_since = months_later(end, -whole_months(start, end) - settings["early_days_months"])
        if any(early_since < one.first <= start and one.precision in ("day", "month") for one, _ in changes):
            kinds.add("C5")
        return kinds

    def _plan(self, service: str, typology: str, end: date) -> str | None:
        """The model of the newest plan known by the window's end that nobody has said was dropped."""
        own = [row for row in self.assertions if (row["service_id"], row["typology_id"]) == (service, typology)]
        dropped = {(row["model_id"], row["source_date"] or STILL) for row in own if row["tenure"] == "cancelled"}
        plans = [
            row
            for row in own
            if row["tenure"] == "planned"
            and row["source_date"]
            and row["source_date"] <= end
            and not any(model == row["model_id"] and day >= row["source_date"] for model, day in dropped)
        ]
        plans.sort(key=lambda row: (newest_first(row["source_date"]), row["assertion_id"]))
        return plans[0]["model_id"] if plans else None

    def _says_integrated(self, service: str, typology: str, start: date, end: date) -> bool:
        """Whether a claim of no clear model, over days of the window as stated, has the word in its quote."""
        return any(
            (row["service_id"], row["typology_id"]) == (service, typology)
            and row["tenure"] in ("in_force", "interim")
            and not self._is_assignable(typology, row["model_id"])
            and "integrat" in (row["quote"] or "").lower()
            and overlap(row["valid_from"] or row["source_date"] or date.min, row["valid_to"] or STILL, start, end)
            for row in self.assertions
        )

    def is_steady(self, service: str, typology: str, start: date, end: date) -> bool:
        """Whether one model held on every day."""
        inside = [one for one in self.intervals(service, typology) if overlap(one.first, one.last, start, end)]
        days = sum(days_between(max(one.first, start), min(one.last, end)) for one in inside if one.is_assigned)
        return len({one.model for one in inside}) == 1 and days == days_between(start, end)
