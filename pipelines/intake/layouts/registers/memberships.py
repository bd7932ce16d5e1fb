"""Registers of services: which authorities make one up, on which days, with which share of it."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import date

from pipelines.intake.layouts.registers.evidence import days_in_order
from pipelines.intake.layouts.registers.faults import Fault, Known, Row
from pipelines.intake.layouts.registers.fields import day
from pipelines.intake.layouts.registers.shares import in_range, sums
from pipelines.intake.names import name_key, service_id_of
from pipelines.intake.places import FOREVER, Registers
from sources.catalogue import Catalogue


def membership(row: Row, known: Known) -> Iterator[Fault]:
    """A membership lies within the days of its authority, of which the registers know."""
    name = str(row["service_name"])
    row["service_id"] = known.registers.variants.get(name_key(name)) or service_id_of(name)
    row["nation"] = row["nation"] or _nation(str(row["area_code"]), known.registers, known.catalogue)
    yield from days_in_order(row, known)
    yield from in_range(row, known)
    yield from _within_the_authority(row, known)


def _within_the_authority(row: Row, known: Known) -> Iterator[Fault]:
    code, registers, column = str(row["area_code"]), known.registers, known.column("area_code")
    first, last = day(row, "valid_from") or date.min, day(row, "valid_to") or FOREVER
    days = registers.days_of_code(code)
    if not days:
        if registers.areas and known.area_is_unknown(code):
            yield Fault("membership_area_unknown", column, code, f"no register knows the authority {code}")
        return
    born, ended = min(days)[0], max(days)[1]
    until = "" if ended == FOREVER else f" to {ended}"
    if last < born or ended < first:
        reason = f"{code} was in force from {born}{until}, and the membership is of other days"
        yield Fault("membership_outside_authority", column, code, reason)
    elif first < born:
        reason = f"{code} began on {born}, and the membership on {first}"
        yield Fault("membership_before_authority", known.column("valid_from"), first, reason)


def in_two_services(rows: Sequence[Row], known: Known) -> Iterator[tuple[int, Fault]]:
    """Memberships of one authority in two services on the same days; each is told of one it meets."""
    of_area: dict[str, list[int]] = defaultdict(list)
    for place, row in enumerate(rows):
        of_area[str(row["area_code"])].append(place)
    for places in of_area.values():
        last_of: dict[str, tuple[date, int]] = {}
        for place in sorted(places, key=lambda at: day(rows[at], "valid_from") or date.min):
            row = rows[place]
            service, first = str(row["service_id"]), day(row, "valid_from") or date.min
            for other, (last, earlier) in last_of.items():
                if other != service and last >= first:
                    reason = (
                        f"from {first} it is in {row['service_name']} and in {rows[earlier]['service_name']}"
                        f" (row {rows[earlier]['row']})"
                    )
                    yield (
                        place,
                        Fault("membership_in_two_services", known.column("area_code"), row["area_code"], reason),
                    )
                    break
            last = day(row, "valid_to") or FOREVER
            if service not in last_of or last > last_of[service][0]:
                last_of[service] = (last, place)


def shares_of_services(rows: Sequence[Row], known: Known) -> Iterator[tuple[int, Fault]]:
    """Shares of the authorities of one service on one day that do not make 100."""
    return sums(rows, known, by=("service_id",), whole=lambda row: f"the service {row['service_name']}", is_whole=True)


def _nation(code: str, registers: Registers, catalogue: Catalogue) -> str | None:
    if code in registers.areas:
        return registers.areas[code].nation
    prefix = catalogue.prefix_of(code)
    return prefix.nation if prefix else None
