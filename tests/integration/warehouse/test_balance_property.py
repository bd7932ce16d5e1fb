"""The balance law holds for any world: nothing that can be landed drops out of the balance or stays unexplained.

A full dbt run for each example would take seconds, so the SQL that dbt compiled for the small country is run as it
stands, in dbt's order, on a database in memory: every model, then every data test, each of which must find nothing.
"""

from datetime import date, datetime, timedelta

import duckdb
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.integration.warehouse.compiled import Compiled
from tests.integration.warehouse.world import World

pytestmark = pytest.mark.integration

SERVICES = ("ash", "birch", "cedar")
AUTHORITIES = ("A1", "A2", "A3", "A4")
AREAS = (
    *(("youth_justice_service", service) for service in (*SERVICES, "unheard_of")),
    *(("authority", code) for code in (*AUTHORITIES, "A9")),
    ("district", "D1"), ("district", "D2"), ("region", "R1"), ("country", "E92000001"), ("country", "K04000001"),
)  # fmt: skip
days = st.dates(date(2021, 1, 1), date(2025, 6, 30))
maybe_days = st.none() | days


@st.composite
def worlds(draw: st.DrawFn) -> World:
    """A few services, authorities, claims and figures, consistent enough to be landed and in no other way."""
    world = World()
    for source in ("test__register", "test__structures", "test__figures"):
        world.datasets.append({"source_id": source, "priority": 10, "is_fictional": True})
    world.settings = {"is_caveat_used": draw(st.booleans()), "group_minimum": draw(st.integers(1, 2)),
                      "coverage_minimum": draw(st.sampled_from([0.1, 0.7]))}  # fmt: skip
    for indicator, unit_base, measure in (("a_percent", 100.0, "proportion"), ("a_count", None, "count")):
        world.indicator(
            indicator, measure=measure, unit_base=unit_base, is_additive=measure == "count",
            window_months_before=draw(st.sampled_from([0, 12])),
            nations=draw(st.sampled_from(["England", "England|Wales"])),
        )  # fmt: skip

    for code in AUTHORITIES:
        first = draw(st.sampled_from([date(2009, 4, 1), date(2024, 4, 1)]))
        last = draw(st.sampled_from([None, None, date(2024, 3, 31)])) if first < date(2024, 1, 1) else None
        world.authority(code, valid_from=first, valid_to=last, nation=draw(st.sampled_from(["England", "Wales", None])))
        for service in draw(st.lists(st.sampled_from(SERVICES), max_size=2, unique=True)):
            begins = draw(days)
            world.member(service, code, begins, draw(st.none() | st.dates(begins, date(2026, 1, 1))))
    for old, new in draw(st.lists(st.tuples(st.sampled_from(AUTHORITIES), st.sampled_from(AUTHORITIES)), max_size=2)):
        if old < new:
            world.add("authority_changes", from_code=old, to_code=new, change_date=date(2024, 4, 1))
    for child in ("D1", "D2"):
        world.authority(child, "district")
        world.add("authority_parents", child_code=child, parent_code="A1", valid_on=date(2020, 4, 1))

    for _ in range(draw(st.integers(0, 6))):
        begins, ends = draw(maybe_days), draw(maybe_days)
        world.claim(
            draw(st.sampled_from(SERVICES)),
            draw(st.sampled_from(["umbrella", "delivery", "directorate", "unassigned"])),
            draw(st.sampled_from(["in_force", "in_force", "interim", "planned", "ended"])), valid_from=begins,
            valid_to=ends if begins is None or ends is None or ends >= begins else None,
            from_precision="unknown" if begins is None else draw(st.sampled_from(["day", "month", "year", "unknown"])),
            scope_percent=draw(st.sampled_from([100.0, 40.0, None])),
            source=draw(st.sampled_from(["Plan A", "Plan B"])), source_date=draw(maybe_days),
        )  # fmt: skip

    deliveries = [
        (f"D000{number}", datetime(2025, 1, 1) + timedelta(days=draw(st.integers(0, 5)))) for number in range(1, 4)
    ]
    figures = draw(st.lists(
        st.tuples(st.sampled_from(AREAS), st.sampled_from(["a_percent", "a_count"]), st.sampled_from([2023, 2024]),
                  st.sampled_from(["all", "age_10_to_14"]), st.sampled_from(deliveries)),
        max_size=14, unique=True,
    ))  # fmt: skip
    for (area_type, area), indicator, year, breakdown, (delivery, published) in figures:
        marker = draw(st.sampled_from([None, None, None, "c", "x", "z", "low", "u", "p"]))
        base = float(draw(st.integers(1, 60)))
        events = float(draw(st.integers(0, int(base))))
        has_value = marker in (None, "p")
        world.observe(
            area, (events if indicator == "a_count" else 100 * events / base) if has_value else None,
            area_type=area_type, indicator_id=indicator, breakdown_id=breakdown, value_marker=marker,
            numerator=events if has_value else None,
            denominator=base if has_value and indicator == "a_percent" else None,
            period_start=date(year, 1, 1), period_end=date(year, 12, 31), period_label=str(year),
            source_id="test__figures", delivery_id=delivery, published_at=published,
        )  # fmt: skip
    for service in draw(st.lists(st.sampled_from(SERVICES), max_size=1)):
        if not any(area == service and year == 2024 for (_, area), _, year, _, _ in figures):
            world.add("expected_deliveries", source_id="test__figures", area_type="youth_justice_service",
                      area_code=service, period_start=date(2024, 1, 1), period_end=date(2024, 12, 31),
                      period_label="2024", status="missing")  # fmt: skip
    return world


@settings(max_examples=25, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(world=worlds())
def test_every_world_balances(compiled: Compiled, tmp_path_factory: pytest.TempPathFactory, world: World) -> None:
    folder = world.write(tmp_path_factory.mktemp("world"))
    connection = compiled.build(folder)
    assert compiled.failing(connection, folder) - MAY_WARN == set()
    _balances_by_hand(connection)


# A register may name what another register does not know: a warning, and no part of the balance.
MAY_WARN = {"memberships_authority_known", "assertions_service_known"}


def _balances_by_hand(connection: duckdb.DuckDBPyConnection) -> None:
    """The law again, counted in Python from the public tables alone."""
    observations = connection.execute(
        "select observation_id, numerator from main.observations where is_current"
    ).fetchall()
    attributions = connection.execute("""
        select observation_id, typology_id, attribution_status, model_id, gaps from main.attributions
    """).fetchall()
    blocking: dict[str, set[str | None]] = {}
    counted: dict[tuple[str, str | None], int] = {}
    for observation, typology, is_blocking in connection.execute("""
        select observation_id, typology_id, is_blocking from main.attribution_gaps where observation_id is not null
    """).fetchall():  # fmt: skip
        counted[observation, typology] = counted.get((observation, typology), 0) + 1
        if is_blocking:
            blocking.setdefault(observation, set()).add(typology)
    current = {observation for observation, _ in observations}
    assert len(current) == len(observations)
    seen = [(observation, typology) for observation, typology, *_ in attributions]
    assert len(seen) == len(set(seen))
    for observation, typology, status, model, gaps in attributions:
        assert observation in current
        is_attributed = status in ("attributable", "attributable_with_caveat")
        is_explained = bool(blocking.get(observation, set()) & {None, typology})
        assert is_attributed != is_explained
        assert is_attributed == (model is not None)
        assert gaps == counted.get((observation, None), 0) + counted.get((observation, typology), 0)
    # Of these years only yjb_2024 speaks, in both nations: every current observation is in its balance.
    assert {observation for observation, _ in seen} == current
