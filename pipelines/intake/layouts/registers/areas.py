"""Registers of areas: authorities with their days, the parents they lie in, what followed what, and neighbours."""

from collections.abc import Iterator, Sequence
from datetime import timedelta

import polars as pl

from pipelines.intake.layouts.registers.evidence import days_in_order
from pipelines.intake.layouts.registers.faults import Fault, Known, Row
from pipelines.intake.layouts.registers.fields import DELIVERY_COLUMNS, Raw, day
from sources.models.dataset import Dataset
from sources.shapes import schema


def authority(row: Row, known: Known) -> Iterator[Fault]:
    """An area takes from the form of its code what the register does not say of it."""
    code = str(row["area_code"])
    prefix = known.catalogue.prefix_of(code)
    if " / " in code:
        row["area_type"] = "other"
    if prefix:
        row["area_type"] = row["area_type"] or prefix.area_type
        row["nation"] = row["nation"] or prefix.nation
        row["authority_class"] = row["authority_class"] or prefix.authority_class
    if row["alternate_names"]:
        row["alternate_names"] = "|".join(part.strip() for part in str(row["alternate_names"]).split(","))
    if row["area_type"] is None:
        yield Fault("register_field_invalid", "area_code", code, "nothing says what type of area it is")
    yield from days_in_order(row, known)


def parent(row: Row, known: Known) -> Iterator[Fault]:
    """A parent that is no authority is its own."""
    prefix = known.catalogue.prefix_of(str(row["parent_code"]))
    if prefix is not None and prefix.area_type != "authority":
        row["parent_code"] = row["child_code"]
    yield from ()


def neighbour(row: Row, known: Known) -> Iterator[Fault]:
    """The codes of the authorities that carried the department codes on the day of the vintage, where any did."""
    on = day(row, "vintage")
    assert on is not None
    for code, dfe_code in (("area_code", "dfe_code"), ("neighbour_code", "neighbour_dfe_code")):
        row[code] = known.registers.area_by_dfe(str(row[dfe_code]), None, on, on).area_code
    yield from ()


def hexagon(_row: Row, _known: Known) -> Iterator[Fault]:
    """A place on a map says all that there is to say: which authority it is of is found in the warehouse."""
    yield from ()


def succession(row: Row, known: Known) -> Iterator[Fault]:
    """An area that succeeds itself has changed its name alone."""
    if row["from_code"] == row["to_code"]:
        reason = f"{row['from_code']} is said to have taken over from itself"
        yield Fault("succession_to_itself", known.column("to_code"), row["to_code"], reason)


def circles(rows: Sequence[Row], known: Known) -> Iterator[tuple[int, Fault]]:
    """Changes that lead from an area back to it: those of every circle."""
    after: dict[str, set[str]] = {}
    for row in rows:
        after.setdefault(str(row["from_code"]), set()).add(str(row["to_code"]))
    for place, row in enumerate(rows):
        way = _way(str(row["to_code"]), str(row["from_code"]), after)
        if len(way) > 1:
            reason = f"it leads back: {' to '.join([str(row['from_code']), *way])}"
            yield place, Fault("succession_in_circle", known.column("to_code"), row["to_code"], reason)


def _way(start: str, goal: str, after: dict[str, set[str]]) -> list[str]:
    """A way from one code to another along changes; empty where there is none."""
    came_from: dict[str, str] = {}
    queue = [start]
    for here in queue:
        if here == goal:
            way = [here]
            while way[-1] != start:
                way.append(came_from[way[-1]])
            return way[::-1]
        for there in sorted(after.get(here, ())):
            if there not in came_from and there != start:
                came_from[there] = here
                queue.append(there)
    return []


def replacements(kept: Sequence[Raw], rows: Sequence[Row], dataset: Dataset) -> list[Row]:
    """Changes told by a register of areas whose rows name what replaced them by the register's own codes."""
    own, by = dataset.fields["own_code"], dataset.fields["replaced_by"]
    code_of = {raw[own]: row["area_code"] for raw, row in zip(kept, rows, strict=True)}
    changes: list[Row] = []
    for raw, row in zip(kept, rows, strict=True):
        last = day(row, "valid_to")
        for successor in (raw[by] or "").split(","):
            if successor.strip() in code_of and last is not None:
                changes.append(
                    {
                        "from_code": row["area_code"],
                        "to_code": code_of[successor.strip()],
                        "change_date": last + timedelta(days=1),
                        "instrument": None,
                        "sheet": row["sheet"],
                        "row": row["row"],
                    }
                )
    return changes


def frame_of(rows: Sequence[Row], shape: str) -> pl.DataFrame:
    """Landed rows of a shape as a frame, without what the delivery adds."""
    types = {name: kind for name, kind in schema(shape).items() if name not in DELIVERY_COLUMNS}
    return pl.DataFrame(list(rows), schema=types, orient="row")
