"""Claims of one document against each other: two models in force on the same days, from one reading."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import date, timedelta

from pipelines.intake.layouts.registers.faults import Fault, Known, Row
from pipelines.intake.layouts.registers.fields import day
from pipelines.intake.places import FOREVER

IN_FORCE = ("in_force", "interim", "ended")


def overlaps(rows: Sequence[Row], known: Known) -> Iterator[tuple[int, Fault]]:
    """Claims of one document and coder that have a service in two models of a typology on the same days.

    Models with the same first and last day are several levels at once, which is told; any other overlap is a
    contradiction, of both claims. An open claim ends where the same document's next begins (as in int_structures).
    Each claim is held against the one claim of every other model that lasts longest, so that ten thousand claims of a
    service cost no more than ten thousand steps.
    """
    readings: dict[tuple[object, ...], list[int]] = defaultdict(list)
    for place, row in enumerate(rows):
        if _counts(row, known):
            readings[tuple(row[field] for field in ("service_id", "typology_id", "source", "coder"))].append(place)
    for places in readings.values():
        if len({rows[place]["model_id"] for place in places}) > 1:
            yield from _of_one_reading(rows, sorted(places, key=lambda at: _first(rows[at])), known)


def _of_one_reading(rows: Sequence[Row], places: list[int], known: Known) -> Iterator[tuple[int, Fault]]:
    ends = _ends(rows, places)
    lasting: dict[object, int] = {}
    found: dict[int, Fault] = {}
    for place in places:
        row, first = rows[place], _first(rows[place])
        for model, earlier in lasting.items():
            if model == row["model_id"] or ends[earlier] < first:
                continue
            is_level = first == _first(rows[earlier]) and ends[place] == ends[earlier]
            rule = "claim_levels_together" if is_level else "claims_overlap"
            for here, there in ((place, earlier),) if is_level else ((place, earlier), (earlier, place)):
                if here not in found or found[here].rule == "claim_levels_together":
                    found[here] = _fault(rule, rows[here], rows[there], first, known)
        kept = lasting.get(row["model_id"])
        if kept is None or ends[place] > ends[kept]:
            lasting[row["model_id"]] = place
    yield from sorted(found.items())


def _fault(rule: str, row: Row, other: Row, first: date, known: Known) -> Fault:
    reason = (
        f"{row['source']} has {row['service_name']} in {row['model_id']} and in {other['model_id']}"
        f" (row {other['row']}) from {first}"
    )
    return Fault(rule, known.column("model_id"), row["model_id"], reason)


def _ends(rows: Sequence[Row], places: list[int]) -> dict[int, date]:
    """The last day of each claim; of an open one the day before the next begins."""
    ends: dict[int, date] = {}
    following = FOREVER
    for at in range(len(places) - 1, -1, -1):
        place = places[at]
        if at + 1 < len(places) and _first(rows[places[at + 1]]) > _first(rows[place]):
            following = _first(rows[places[at + 1]]) - timedelta(days=1)
        ends[place] = day(rows[place], "valid_to") or following
    return ends


def _counts(row: Row, known: Known) -> bool:
    typology = known.catalogue.typologies[str(row["typology_id"])]
    model = next(model for model in typology.models if model.id == row["model_id"])
    return row["tenure"] in IN_FORCE and model.assignable and not typology.multi_label


def _first(row: Row) -> date:
    return day(row, "valid_from") or day(row, "source_date") or date.min
