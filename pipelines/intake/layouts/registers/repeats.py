"""Rows of one file that say the same twice, or give different things one id."""

from collections.abc import Iterator, Sequence
from functools import partial

from pipelines.intake.layouts.registers.faults import Fault, Known, Row, Together

WHERE = ("sheet", "row")


def repeated(rows: Sequence[Row], _: Known) -> Iterator[tuple[int, Fault]]:
    """Rows that say again all that an earlier row says."""
    first: dict[tuple[object, ...], Row] = {}
    for place, row in enumerate(rows):
        key = tuple(value for field, value in row.items() if field not in WHERE)
        if key in first:
            earlier = first[key]
            yield place, Fault("register_row_repeated", None, None, f"it says what row {earlier['row']} says")
        else:
            first[key] = row


def one_thing_an_id(field: str) -> Together:
    """Rows of one id that are not the same in everything else."""
    return partial(_ids, field=field)


def _ids(rows: Sequence[Row], known: Known, *, field: str) -> Iterator[tuple[int, Fault]]:
    holders: dict[object, list[int]] = {}
    for place, row in enumerate(rows):
        holders.setdefault(row[field], []).append(place)
    for value, places in holders.items():
        if len(places) > 1:
            others = ", ".join(str(rows[place]["row"]) for place in places)
            for place in places:
                reason = f"rows {others} all have the {known.column(field)} {value}"
                yield place, Fault("register_id_repeated", known.column(field), value, reason)
