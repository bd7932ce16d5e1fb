"""What is described and not tested: figures beside a change of model, ratings by model, groups at stages."""

from datetime import date
from pathlib import Path

import duckdb
import pytest

from tests.integration.warehouse.compiled import Compiled
from tests.integration.warehouse.partial import build
from tests.integration.warehouse.world import World

pytestmark = pytest.mark.integration


def year(of: int) -> dict:
    return {"period_start": date(of, 1, 1), "period_end": date(of, 12, 31), "period_label": str(of)}


@pytest.fixture(scope="module")
def changes(compiled: Compiled, tmp_path_factory: pytest.TempPathFactory) -> duckdb.DuckDBPyConnection:
    world = World()
    world.indicator("steady_percent")
    world.indicator("late_percent", window_months_before=12)
    world.breaks.append({"indicator_id": "steady_percent", "definition_version": "v1", "break_date": date(2022, 4, 1),
                         "title": "New recording system", "citation": "test", "is_verified": True})  # fmt: skip
    for service, precision, tenure in (
        ("vellow", "day", "in_force"), ("oxterby", "year", "in_force"), ("quillmarsh", "unknown", "in_force"),
        ("norrow", "day", "planned"),
    ):  # fmt: skip
        world.service(service)
        world.claim(service, "portfolio", valid_from=date(2018, 4, 1), source_date=date(2021, 1, 1))
        world.claim(service, "umbrella", tenure, valid_from=date(2022, 4, 1), from_precision=precision)
        for of in range(2019, 2025):
            world.observe(service, float(of - 2000), **year(of))
            world.observe(service, float(of - 2000), indicator_id="late_percent", **year(of))
    world.add("gap_evidence", evidence_id="e1", kind="M1A", service_id="vellow", valid_from=date(2022, 6, 1),
              statement="A new case system was taken up", source="A letter", recorded_by="A person")  # fmt: skip
    world.add("gap_evidence", evidence_id="e2", kind="M1A", service_id="vellow", valid_from=date(2019, 6, 1),
              valid_to=date(2019, 7, 1), statement="Long before", source="A letter",
              recorded_by="A person")  # fmt: skip
    return build(compiled, world.write(tmp_path_factory.mktemp("changes")), "model_changes")


def change_of(connection: duckdb.DuckDBPyConnection, service: str, indicator="steady_percent") -> dict | None:
    rows = connection.execute(
        "select * from model_changes where service_id = ? and indicator_id = ?", [service, indicator]
    )
    names = [column[0] for column in rows.description or ()]
    found = [dict(zip(names, row, strict=True)) for row in rows.fetchall()]
    assert len(found) <= 1
    return found[0] if found else None


def test_the_last_figure_wholly_before_and_the_first_wholly_after(changes) -> None:
    row = change_of(changes, "vellow")
    assert (row["from_model_id"], row["to_model_id"], row["changed_on"]) == ("portfolio", "umbrella", date(2022, 4, 1))
    assert (row["before_value"], row["before_period_end"]) == (21.0, date(2021, 12, 31))
    assert (row["after_value"], row["after_period_start"]) == (23.0, date(2023, 1, 1))
    assert (row["periods_before"], row["periods_across"], row["periods_after"]) == (3, 1, 2)
    assert (row["is_shown"], row["refusal_reason"]) == (True, None)


def test_exposure_before_the_period_counts_too(changes) -> None:
    """Children of 2023 were exposed in 2022 as well: the first figure wholly after is that of 2024."""
    row = change_of(changes, "vellow", "late_percent")
    assert (row["before_value"], row["after_value"], row["periods_across"]) == (21.0, 24.0, 2)


def test_what_else_happened_between_the_two_is_listed(changes) -> None:
    row = change_of(changes, "vellow")
    assert row["breaks"] == ["2022-04-01 New recording system"]
    assert row["other_events"] == ["2022-06-01 Recorded by a person: A new case system was taken up"]


def test_a_change_on_an_unknown_day_of_a_year_takes_the_whole_year_out(changes) -> None:
    row = change_of(changes, "oxterby")
    assert (row["before_value"], row["after_value"], row["precision"]) == (21.0, 23.0, "year")


def test_only_dated_changes_that_are_in_force_are_described(changes) -> None:
    undated = change_of(changes, "quillmarsh")
    assert undated is None or undated["refusal_reason"] == "It is not known on which day the structural model changed."
    assert change_of(changes, "norrow") is None


@pytest.fixture
def rated() -> World:
    """Six services of two models, all rated; the newest rating of Vellow is the second one."""
    world = World(settings={"coverage_minimum": 0.7, "group_minimum": 3})
    for version in ("framework_a", "framework_b"):
        world.indicator("inspection_overall_rating", definition_version=version, measure="ordinal",
                        unit="rating_0_to_3", unit_base=None, is_compared=False)  # fmt: skip
    for number, service in enumerate(("vellow", "oxterby", "quillmarsh", "norrow", "averley", "tarnholt")):
        world.service(service)
        world.claim(service, "umbrella" if number < 3 else "delivery")
        _rate(world, service, number % 3, date(2024, 3, 1))
    _rate(world, "vellow", 3, date(2024, 9, 1))
    _rate(world, "vellow", 1, date(2024, 10, 1), "framework_b")
    return world


def _rate(world: World, service: str, rating: float, on: date, version: str = "framework_a") -> None:
    world.observe(service, float(rating), indicator_id="inspection_overall_rating", definition_version=version,
                  unit="rating_0_to_3", period_type="inspection", period_start=on, period_end=on,
                  period_label=str(on))  # fmt: skip


RATINGS = """
    select model_id, rating, services from rating_distributions
    where definition_version = 'framework_a' and typology_id = 'yjb_2024' and services_rated > 0 order by all
"""


def test_ratings_are_counted_by_model_within_one_framework(rated: World, compiled: Compiled, tmp_path: Path) -> None:
    connection = build(compiled, rated.write(tmp_path), "rating_distributions")
    assert connection.execute(RATINGS).fetchall() == [
        ("delivery", 0, 1), ("delivery", 1, 1), ("delivery", 2, 1), ("delivery", 3, 0),
        ("umbrella", 0, 0), ("umbrella", 1, 1), ("umbrella", 2, 1), ("umbrella", 3, 1),
    ]  # fmt: skip
    shown = connection.execute("""
        select definition_version, bool_or(is_shown), any_value(services_in_scope), any_value(refusal_reason)
        from rating_distributions where typology_id = 'yjb_2024' group by definition_version order by all
    """).fetchall()
    assert shown == [
        ("framework_a", True, 6, None),
        ("framework_b", False, 6,
         "Refused: 1 of 6 services in scope have a rating that can be used (at least 70% needed)."),
    ]  # fmt: skip


def test_ratings_of_groups_that_are_too_small_are_refused(rated: World, compiled: Compiled, tmp_path: Path) -> None:
    rated.settings["group_minimum"] = 4
    connection = build(compiled, rated.write(tmp_path), "rating_distributions")
    assert {services for _, _, services in connection.execute(RATINGS).fetchall()} == {None}
    reasons = connection.execute("""
        select distinct refusal_reason from rating_distributions
        where definition_version = 'framework_a' and typology_id = 'yjb_2024'
    """).fetchall()
    assert reasons == [(
        "Refused: two structural models with at least 4 rated services are needed, and there is none"
        " (6 of 6 services in scope used).",
    )]  # fmt: skip


def test_a_group_is_measured_on_the_stage_before(compiled: Compiled, tmp_path: Path) -> None:
    world = World()
    count = {"measure": "count", "unit": "children", "unit_base": None}
    for indicator in ("population_10_to_17", "children_cautioned_or_sentenced_10_to_17", "custody_10_to_17_per_1000"):
        world.indicator(
            indicator, **(count if "custody" not in indicator else {"measure": "rate", "unit_base": 1000.0})
        )
    world.service("vellow")
    day = {"period_start": date(2024, 6, 30), "period_end": date(2024, 6, 30), "period_type": "mid_year"}
    for group, (living, sentenced, in_custody) in {
        "all": (5000, 200, 40), "ethnicity_white": (4000, 100, 10), "ethnicity_black": (500, 50, 10),
        "ethnicity_asian": (40, 20, 6), "ethnicity_unknown": (10, 8, 2),
    }.items():  # fmt: skip
        world.observe("vellow", float(living), indicator_id="population_10_to_17", breakdown_id=group, **day)
        world.observe("vellow", float(sentenced), indicator_id="children_cautioned_or_sentenced_10_to_17",
                      breakdown_id=group)  # fmt: skip
        world.observe("vellow", 1.0, numerator=float(in_custody), denominator=float(living),
                      indicator_id="custody_10_to_17_per_1000", breakdown_id=group)  # fmt: skip
    connection = build(compiled, world.write(tmp_path), "disproportionality")
    rows = connection.execute("""
        select stage, group_breakdown, ratio, difference, difference_unit, expected_at_reference, refusal_reason
        from disproportionality order by stage, group_breakdown
    """).fetchall()
    small = "The group is less than 1% of the children who live in the area."
    assert rows == [
        ("cautioned_or_sentenced", "ethnicity_asian", None, None, "per_1000", None, small),
        ("cautioned_or_sentenced", "ethnicity_black", pytest.approx(4), pytest.approx(75), "per_1000",
         pytest.approx(12.5), None),
        ("custodial_sentence", "ethnicity_asian", None, None, "percentage_points", None, small),
        ("custodial_sentence", "ethnicity_black", pytest.approx(2), pytest.approx(10), "percentage_points",
         pytest.approx(5), None),
    ]  # fmt: skip
