"""A figure that two datasets state: both stand, one is preferred, comparisons use that one, and everything balances."""

from pathlib import Path

import pytest

from tests.integration.warehouse.compiled import Compiled
from tests.integration.warehouse.world import World

pytestmark = pytest.mark.integration

SERVICES = ("norrow", "oxterby", "quillmarsh", "vellow")


@pytest.fixture
def world() -> World:
    """A template return of three services, one of them empty, and a summary that holds all four otherwise."""
    world = World(settings={"coverage_minimum": 0.0, "group_minimum": 1})
    world.indicator("steady_percent")
    for source_id, priority in {"test__summary": 30, "test__template": 20}.items():
        world.datasets.append({"source_id": source_id, "priority": priority, "shape": "observations"})
    for service in SERVICES:
        world.service(service)
        world.claim(service, "delivery")
        world.observe(service, 10.0, source_id="test__summary", delivery_id="D0002")
    world.observe("norrow", 40.0, source_id="test__template")
    world.observe("oxterby", 0.0, source_id="test__template")
    world.observe("quillmarsh", None, source_id="test__template", value_marker="x")
    return world


def test_both_stand_and_the_one_that_is_overruled_names_the_other(
    world: World, compiled: Compiled, tmp_path: Path
) -> None:
    connection = compiled.build(world.write(tmp_path))
    found = connection.execute("""
        select ours.area_code, ours.source_id, ours.is_current, ours.is_preferred, theirs.source_id
        from observations as ours left join observations as theirs on ours.overruled_by = theirs.observation_id
        order by all
    """).fetchall()
    template, summary = "test__template", "test__summary"
    assert found == [
        ("norrow", summary, True, False, template),
        ("norrow", template, True, True, None),
        ("oxterby", summary, True, False, template),
        ("oxterby", template, True, True, None),
        ("quillmarsh", summary, True, True, None),
        ("quillmarsh", template, True, False, summary),
        ("vellow", summary, True, True, None),
    ]
    assert compiled.failing(connection, tmp_path) == set()
    assert connection.execute("select count(distinct observation_id) from attributions").fetchall() == [(7,)]


def test_one_comparison_takes_the_preferred_figure_of_each_service(
    world: World, compiled: Compiled, tmp_path: Path
) -> None:
    connection = compiled.build(world.write(tmp_path))
    used = connection.execute("""
        select distinct comparisons.source_id, services.service_id, services.value, services.source_id
        from comparison_services as services inner join comparisons using (comparison_id)
        where typology_id = 'yjb_2024' order by all
    """).fetchall()
    template, summary = "test__template", "test__summary"
    assert used == [
        (template, "norrow", 40.0, template), (template, "oxterby", 0.0, template),
        (template, "quillmarsh", 10.0, summary), (template, "vellow", 10.0, summary),
    ]  # fmt: skip
