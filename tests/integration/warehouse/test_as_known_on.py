"""`as_known_on(day)` answers what a reader at the end of that day would have seen: against a replay in plain Python.

The replay knows nothing of superseded_at: it takes the deliveries that had been recorded by then and asks, for each
dataset, area and period, which of them was published last.
"""

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pipelines.releases.macros import AS_KNOWN_ON
from tests.integration.warehouse.compiled import Compiled
from tests.integration.warehouse.world import World

pytestmark = pytest.mark.integration

DAY_0 = datetime(2025, 3, 1)
HORIZON = 12
INDICATORS = ("a_percent", "b_percent")
SERVICES = ("vellow", "oxterby")


def empty_world() -> World:
    world = World()
    for indicator in INDICATORS:
        world.indicator(indicator)
    for service in SERVICES:
        world.service(service)
    return world


def deliver(
    world: World, number: int, recorded: datetime, published: datetime | None, cells: Iterable[tuple], **more: Any
) -> None:
    """A delivery of (service, indicator, year, value)."""
    world.add("deliveries", delivery_id=f"D{number:04d}", verdict="accepted", recorded_at=recorded,
              published_at=published)  # fmt: skip
    for service, indicator, year, value in cells:
        world.observe(service, value, indicator_id=indicator, period_start=date(year, 1, 1),
                      period_end=date(year, 12, 31), period_label=str(year), delivery_id=f"D{number:04d}",
                      recorded_at=recorded, published_at=published, **more)  # fmt: skip


def known_on(connection: duckdb.DuckDBPyConnection, day: date) -> list[tuple]:
    return connection.execute(
        "select area_code, indicator_id, year(period_start), value, value_marker, delivery_id from as_known_on($day)"
        " order by all",
        {"day": day},
    ).fetchall()


def built(world: World, compiled: Compiled, folder: Path) -> duckdb.DuckDBPyConnection:
    connection = compiled.build(world.write(folder))
    connection.execute(AS_KNOWN_ON.sql)
    return connection


@st.composite
def histories(draw: st.DrawFn) -> list[tuple[datetime, datetime | None, list[tuple]]]:
    """Deliveries in order of arrival, several a day: corrections, repeats, late arrivals, keys that vanish."""
    moments = sorted(
        DAY_0 + timedelta(days=day, hours=hour)
        for day, hour in draw(st.lists(st.tuples(st.integers(0, 5), st.integers(0, 3)), min_size=1, max_size=5))
    )
    cell = st.tuples(st.sampled_from(SERVICES), st.sampled_from(INDICATORS), st.sampled_from([2022, 2023]))
    deliveries: list[tuple[datetime, datetime | None, list[tuple]]] = []
    for moment in moments:
        lag = draw(st.sampled_from([None, -3, -1, 0, 2]))
        published = None if lag is None else DAY_0 + timedelta(days=draw(st.integers(0, 6)) + lag)
        repeats = bool(deliveries) and draw(st.booleans())
        keys = draw(st.lists(cell, min_size=1, max_size=6, unique=True))
        cells = deliveries[-1][2] if repeats else [(*key, float(draw(st.integers(1, 3)))) for key in keys]
        deliveries.append((moment, published, cells))
    return deliveries


def replay(deliveries: list[tuple[datetime, datetime | None, list[tuple]]], day: date) -> list[tuple]:
    """What stood at the end of the day: the return published last, among those recorded by then."""
    standing: dict[tuple, tuple] = {}
    for number, (recorded, published, cells) in enumerate(deliveries, 1):
        if recorded.date() > day:
            continue
        for covered in {(service, year) for service, _, year, _ in cells}:
            said = (published or recorded, recorded, number)
            if covered not in standing or said > standing[covered]:
                standing[covered] = said
    return sorted(
        (service, indicator, year, value, None, f"D{number:04d}")
        for number, (_, _, cells) in enumerate(deliveries, 1)
        for service, indicator, year, value in cells
        if standing.get((service, year), (None, None, None))[2] == number
    )


@settings(max_examples=40, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(deliveries=histories())
def test_every_day_is_answered_as_a_replay_answers_it(
    compiled: Compiled, tmp_path_factory: pytest.TempPathFactory, deliveries: list
) -> None:
    world = empty_world()
    for number, (recorded, published, cells) in enumerate(deliveries, 1):
        deliver(world, number, recorded, published, cells)
    connection = built(world, compiled, tmp_path_factory.mktemp("world"))
    for days in range(-1, HORIZON):
        day = DAY_0.date() + timedelta(days=days)
        assert known_on(connection, day) == replay(deliveries, day), day
    current = connection.execute("select count(*) from observations where is_current").fetchall()
    assert current == [(len(replay(deliveries, date(2100, 1, 1))),)]


CELL = ("vellow", "a_percent", 2022)


@pytest.mark.parametrize(
    ("deliveries", "answers"),
    [
        pytest.param(
            [(DAY_0, None, [(*CELL, 1.0)]), (DAY_0 + timedelta(days=3), None, [(*CELL, 2.0)])],
            {-1: None, 0: 1.0, 2: 1.0, 3: 2.0, 9: 2.0},
            id="corrected",
        ),
        pytest.param(
            [(DAY_0, DAY_0, [(*CELL, 2.0)]), (DAY_0 + timedelta(days=3), DAY_0 - timedelta(days=9), [(*CELL, 1.0)])],
            {0: 2.0, 3: 2.0, 9: 2.0},
            id="an older publication arrives later",
        ),
        pytest.param(
            [(DAY_0, None, [(*CELL, 1.0)]), (DAY_0 + timedelta(days=3), None, [("vellow", "b_percent", 2022, 7.0)])],
            {0: 1.0, 2: 1.0, 3: None, 9: None},
            id="withdrawn",
        ),
        pytest.param(
            [(DAY_0, None, [(*CELL, 1.0)]), (DAY_0 + timedelta(days=3), None, [(*CELL, 1.0)])],
            {0: 1.0, 3: 1.0},
            id="the same numbers twice",
        ),
        pytest.param(
            [(DAY_0, None, [(*CELL, 1.0)]), (DAY_0 + timedelta(hours=5), None, [(*CELL, 2.0)])],
            {-1: None, 0: 2.0, 1: 2.0},
            id="two on one day",
        ),
    ],
)
def test_a_history_is_told_as_it_was(compiled: Compiled, tmp_path: Path, deliveries: list, answers: dict) -> None:
    world = empty_world()
    for number, (recorded, published, cells) in enumerate(deliveries, 1):
        deliver(world, number, recorded, published, cells)
    connection = built(world, compiled, tmp_path)
    for days, value in answers.items():
        day = DAY_0.date() + timedelta(days=days)
        found = [row[3] for row in known_on(connection, day) if row[:3] == CELL]
        assert found == ([] if value is None else [value]), day


@pytest.mark.parametrize(
    ("days", "seen"),
    [(0, []), (4, []), (5, [(None, "x")]), (6, [(None, "x")]), (7, [(3.0, None)]), (9, [(4.0, None)])],
)
def test_a_late_return_was_missing_until_it_came(compiled: Compiled, tmp_path: Path, days: int, seen: list) -> None:
    """Due on the fourth day, it came on the seventh and was corrected on the ninth."""
    world = empty_world()
    deliver(world, 1, DAY_0, None, [("vellow", "a_percent", 2022, 1.0)])
    deliver(world, 2, DAY_0 + timedelta(days=7), None, [("oxterby", "a_percent", 2022, 3.0)])
    deliver(world, 3, DAY_0 + timedelta(days=9), None, [("oxterby", "a_percent", 2022, 4.0)])
    expect(world, "oxterby", "late", "D0002", late_after=DAY_0.date() + timedelta(days=4))
    connection = built(world, compiled, tmp_path)
    found = known_on(connection, DAY_0.date() + timedelta(days=days))
    assert [row[3:5] for row in found if row[0] == "oxterby"] == seen


def test_a_return_withdrawn_is_missing_again_from_that_day(compiled: Compiled, tmp_path: Path) -> None:
    world = empty_world()
    deliver(world, 1, DAY_0, None, [("vellow", "a_percent", 2022, 1.0), ("oxterby", "a_percent", 2022, 3.0)])
    deliver(world, 2, DAY_0 + timedelta(days=6), None, [("oxterby", "b_percent", 2022, 3.0)])
    expect(world, "oxterby", "corrected", "D0001", late_after=DAY_0.date() + timedelta(days=4))
    connection = built(world, compiled, tmp_path)
    told = [
        [
            row[4]
            for row in known_on(connection, DAY_0.date() + timedelta(days=days))
            if row[:2] == ("oxterby", INDICATORS[0])
        ]
        for days in (0, 5, 6)
    ]
    assert told == [[None], [None], ["x"]]


def expect(world: World, service: str, status: str, delivery: str | None, late_after: date) -> None:
    recorded = {row["delivery_id"]: row["recorded_at"] for row in world.rows["deliveries"]}
    world.add("expected_deliveries", source_id="test__by_service", area_type="youth_justice_service",
              area_code=service, period_start=date(2022, 1, 1), period_end=date(2022, 12, 31),
              period_type="calendar_year", period_label="2022", late_after=late_after, status=status,
              delivery_id=delivery, received_at=recorded.get(delivery))  # fmt: skip
