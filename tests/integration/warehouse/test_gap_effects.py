"""Which gaps would change an answer: checked by closing each, in each way, and building the warehouse again."""

from collections.abc import Callable
from datetime import date
from pathlib import Path

import duckdb
import pytest

from tests.integration.warehouse.compiled import Compiled
from tests.integration.warehouse.partial import build
from tests.integration.warehouse.world import World

pytestmark = pytest.mark.integration

MODELS = ("delivery", "umbrella", "portfolio", "directorate", "standalone")
VALUES = {"umbrella": (10.0, 20.0, 30.0), "delivery": (12.0, 12.0, 12.0, 12.0), "portfolio": (50.0,)}
OUTSIDE = {"silent": 25.0, "torn": 12.0, "hidden": None, "twice_kept_out": 25.0}

Close = Callable[[World], None]


def _world(coverage: float) -> World:
    """Eight services in a comparison of percentages, and four that one or two gaps keep out."""
    world = World()
    world.indicator("steady_percent")
    world.settings = {"group_minimum": 2, "coverage_minimum": coverage}
    for model, values in VALUES.items():
        for number, value in enumerate(values):
            world.service(f"{model}{number}")
            world.claim(f"{model}{number}", model)
            world.observe(f"{model}{number}", value)
    for service, value in OUTSIDE.items():
        world.service(service)
        marker = "c" if value is None else "p" if service == "twice_kept_out" else None
        world.observe(service, value, value_marker=marker)
    world.claim("hidden", "portfolio")
    world.claim("torn", "umbrella", source="Plan A")
    world.claim("torn", "delivery", source="Plan B")
    return world


def _claimed(service: str, model: str) -> Close:
    return lambda world: world.claim(service, model) and None


def _decided(model: str) -> Close:
    def close(world: World) -> None:
        claims = world.rows["structure_assertions"]
        upheld = next(c["assertion_id"] for c in claims if c["service_id"] == "torn" and c["model_id"] == model)
        world.add("decisions", decision_id="W-1", decision_kind="resolve_conflict", subject=upheld,
                  decided_by="A. Quill", decided_on=date(2025, 3, 1), reason="as it was")  # fmt: skip

    return close


def _published(value: float) -> Close:
    def close(world: World) -> None:
        row = next(row for row in world.rows["observations"] if row["area_code"] == "hidden")
        row["value"], row["value_marker"] = value, None

    return close


WAYS: dict[tuple[str, str], Close] = {
    **{("silent", model): _claimed("silent", model) for model in MODELS},
    ("torn", "umbrella"): _decided("umbrella"),
    ("torn", "delivery"): _decided("delivery"),
    ("hidden", "portfolio"): _published(50.0),
    **{("twice_kept_out", model): _claimed("twice_kept_out", model) for model in MODELS},
}

Answer = dict[str, tuple[object, ...]]


def _answer(connection: duckdb.DuckDBPyConnection) -> Answer:
    return {
        model: tuple(rest)
        for model, *rest in connection.execute("""
            select model_id, is_refused, is_shown, is_testable, round(median, 1) from internal.comparison_groups
            where typology_id = 'yjb_2024'
        """).fetchall()
    }


@pytest.mark.parametrize("coverage", [0.6, 0.75, 0.99])
def test_an_effect_is_what_closing_the_gap_does(compiled: Compiled, tmp_path: Path, coverage: float) -> None:
    base = build(compiled, _world(coverage).write(tmp_path / "base"), "attribution_gaps")
    before = _answer(base)
    effects = {
        (service, model): (effect, after)
        for service, model, effect, after in base.execute("""
            select service_id, model_id, effect, round(median_after, 1) from main.gap_effects where gap_id is not null
        """).fetchall()
    }
    changed = {}
    for number, ((service, model), close) in enumerate(WAYS.items()):
        world = _world(coverage)
        close(world)
        after = _answer(build(compiled, world.write(tmp_path / str(number)), "comparison_groups"))
        if after != before:
            changed[service, model] = after
    # A count that is not published keeps its median unknown: all that can be said is what one more service does.
    assert effects.keys() == changed.keys()
    for way, (effect, median) in effects.items():
        is_refused, _, is_testable, found = changed[way][way[1]]
        assert is_refused is False
        if effect == "lifts the refusal":
            assert before[way[1]][0] is True
        if effect == "lets the model be tested":
            assert (before[way[1]][2], is_testable) == (False, True)
        if median is not None:
            assert median == found
    gaps = dict(
        base.execute("""
        select service_id, comparisons_changed from main.attribution_gaps
        where would_change_answer
    """).fetchall()
    )
    assert gaps == dict.fromkeys({service for service, _ in changed}, 1)


def test_a_refusal_that_takes_many_services_names_the_kind(compiled: Compiled, tmp_path: Path) -> None:
    world = World()
    world.indicator("steady_percent")
    world.settings = {"group_minimum": 2, "coverage_minimum": 0.9}
    for number in range(10):
        world.service(f"s{number}")
        world.observe(f"s{number}", 10.0)
        if number < 6:
            world.claim(f"s{number}", "umbrella" if number % 2 else "delivery")
    found = (
        build(compiled, world.write(tmp_path / "w"), "gap_effects")
        .execute("""
        select gap_id, kind, gaps, effect, services_used, services_used_after, services_in_scope from main.gap_effects
    """)
        .fetchall()
    )
    assert found == [(None, "E1", 4, "reaches the coverage needed", 6, 10, 10)]
