"""Who belongs to which service on which day: intake's rule in Python and the warehouse's in SQL say the same.

Both are asked about the same random registers: areas that end, are recoded, split, merge, name each other in circles;
registers that disagree, memberships stated too early, too late, twice and in several services.
"""

from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pipelines.intake.places import FOREVER
from pipelines.landing.registers import registers
from sources.catalogue import load_catalogue
from tests.integration.warehouse.compiled import Compiled
from tests.integration.warehouse.partial import build
from tests.integration.warehouse.world import World

pytestmark = pytest.mark.integration

WORLDS = 300
CODES = ("FE0000001", "FE0000002", "FE0000003", "FE0000004", "FE0000005")
SERVICES = ("vellow", "oxterby", "quillmarsh")
CHANGES = (date(2013, 4, 1), date(2019, 4, 1), date(2023, 4, 1))
# Two registers whose rank the catalogue declares, so that both sides believe the same one first.
AREA_REGISTERS = ("dfe__ees_local_authorities", "mysociety__uk_local_authorities")
turning_days = st.sampled_from([date(2009, 4, 1), *CHANGES])


@st.composite
def worlds(draw: st.DrawFn) -> World:
    """Areas, what became of them, and memberships, as registers may state them."""
    world = World()
    datasets = load_catalogue().datasets
    for source in AREA_REGISTERS:
        world.datasets.append({"source_id": source, "priority": datasets[source].priority, "is_fictional": False})
    for code in CODES:
        kind = draw(st.sampled_from(["authority", "authority", "authority", "district"]))
        for source in draw(st.sampled_from([AREA_REGISTERS[:1], AREA_REGISTERS[1:], AREA_REGISTERS])):
            first = draw(turning_days)
            ends = [day for day in CHANGES if day > first]
            end = draw(st.none() | st.sampled_from(ends)) if ends else None
            # A register may give the last day, or the first day of what came after.
            last = end and end - timedelta(days=draw(st.sampled_from([0, 1])))
            world.authority(code, kind, valid_from=first, valid_to=last, source_id=source,
                            dfe_code=draw(st.sampled_from([None, None, "801", "802"])))  # fmt: skip
    pairs = st.tuples(st.sampled_from(CODES), st.sampled_from(CODES), st.sampled_from(CHANGES),
                      st.sampled_from(AREA_REGISTERS))  # fmt: skip
    for before, after, day, source in draw(st.lists(pairs, max_size=6, unique=True)):
        world.add("authority_changes", from_code=before, to_code=after, change_date=day, source_id=source)
    for _ in range(draw(st.integers(1, 6))):
        first = draw(turning_days | st.dates(date(2008, 1, 1), date(2024, 1, 1)))
        last = draw(st.none() | st.sampled_from([day - timedelta(days=1) for day in CHANGES]))
        if last is None or last >= first:
            world.member(draw(st.sampled_from(SERVICES)), draw(st.sampled_from([*CODES, "FE0000099"])), first, last)
    return world


def by_warehouse(compiled: Compiled, folder: Path) -> set[tuple[str, str, date, date]]:
    """Service, authority, first and last day, as the SQL has them."""
    rows = (
        build(compiled, folder, "int_service_authorities")
        .execute("select service_id, area_code, valid_from, valid_to from internal.int_service_authorities")
        .fetchall()
    )
    return {(service, code, first, last or FOREVER) for service, code, first, last in rows}


def by_intake(folder: Path) -> set[tuple[str, str, date, date]]:
    """The same, as intake's registers have them."""
    known = registers(folder / "landed", load_catalogue())
    return {(m.service_id, m.area_code, m.valid_from, m.valid_to) for m in known.memberships}


@settings(max_examples=WORLDS, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(world=worlds())
def test_intake_and_the_warehouse_agree_on_every_membership(
    compiled: Compiled, tmp_path_factory: pytest.TempPathFactory, world: World
) -> None:
    folder = world.write(tmp_path_factory.mktemp("world"))
    assert by_intake(folder) == by_warehouse(compiled, folder)
