"""How claims become intervals: case studies by month, conflicts, levels, plans, and thousands of claims."""

import random
import time
from collections import Counter
from collections.abc import Callable
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb
import pytest

from tests.integration.warehouse.compiled import Compiled
from tests.integration.warehouse.world import World

pytestmark = pytest.mark.integration

Built = Callable[[World], duckdb.DuckDBPyConnection]
FIRST = date(2020, 4, 1)


@pytest.fixture
def built(compiled: Compiled, tmp_path: Path) -> Built:
    """Builds a world with the SQL that dbt compiled."""
    return lambda world: compiled.build(world.write(tmp_path))


@pytest.fixture(scope="module")
def reports(compiled: Compiled, tmp_path_factory: pytest.TempPathFactory) -> duckdb.DuckDBPyConnection:
    """A warehouse of a user with one service of their own, and the case studies of every build."""
    world = World(has_case_studies=True)
    world.indicator("steady_percent")
    world.service("vellow")
    world.claim("vellow", "umbrella")
    world.observe("vellow", 50.0)
    return compiled.build(world.write(tmp_path_factory.mktemp("reports")))


def intervals(connection: duckdb.DuckDBPyConnection, service: str, columns: str = "model_id") -> list[Any]:
    return connection.execute(
        f"select valid_from, valid_to, {columns} from structures where service_id = ? order by typology_id, valid_from",
        [service],
    ).fetchall()


def decide(world: World, assertion: str, decision: str = "ruled") -> None:
    world.add("decisions", decision_id=decision, decision_kind="resolve_conflict", subject=assertion,
              decided_by="A person", decided_on=date(2024, 9, 1), reason="read both",
              recorded_at=datetime(2024, 9, 1))  # fmt: skip


# The six sites of 2008.


@pytest.mark.parametrize(
    ("site", "valid_from", "precision", "model", "tenure"),
    [
        ("a", date(2007, 1, 1), "month", "childrens_services_all", "in_force"),
        ("b", date(2005, 11, 1), "month", "childrens_services_all", "interim"),
        ("c", date(2000, 4, 1), "unknown", "freestanding", "in_force"),
        ("d", date(2006, 4, 1), "month", "community_safety", "in_force"),
        ("e", date(2005, 12, 1), "month", "childrens_services_all", "interim"),
        ("f", date(2000, 4, 1), "unknown", "freestanding", "in_force"),
    ],
)
def test_each_site_of_2008_stands_from_its_month(reports, site, valid_from, precision, model, tenure):
    found = intervals(reports, f"fielder_2008__yot_{site}", "model_id, tenure, from_precision, is_contested")
    assert found == [(valid_from, None, model, tenure, precision, False)]


def test_a_plan_of_2008_makes_no_interval_and_one_was_dropped(reports):
    plans = reports.execute("""
        select service_id, model_id, valid_from, source, is_dropped from structure_assertions
        where tenure = 'planned' and is_case_study order by service_id, source
    """).fetchall()
    assert [(service[-1], model, day, dropped) for service, model, day, _, dropped in plans] == [
        ("b", "unassigned", date(2007, 9, 1), False),
        ("b", "childrens_services_youth", None, False),
        ("d", "community_safety", None, True),
        ("e", "childrens_services_youth", date(2007, 4, 1), False),
        ("e", "childrens_services_youth", None, False),
    ]
    models = {model for (model,) in reports.execute("select model_id from structures").fetchall()}
    assert "childrens_services_youth" not in models


def test_previous_place_of_the_same_model_does_not_end_the_present_one(reports):
    """Site A moved inside children's services: table 6 ends a place, not the model."""
    ended = reports.execute("""
        select count(*) from structure_assertions where service_id = 'fielder_2008__yot_a' and tenure = 'ended'
    """).fetchone()
    assert ended == (3,)
    assert intervals(reports, "fielder_2008__yot_a") == [(date(2007, 1, 1), None, "childrens_services_all")]


# The services of 2024 and the authorities of LARC.


@pytest.mark.parametrize(
    ("service", "ways"),
    [
        ("service_f", {("umbrella", "table 3"), ("delivery", "delivery"), ("delivery", "quotations"),
                       ("portfolio", "quotations")}),
        ("service_g", {("delivery", "table 3"), ("umbrella", "umbrella"), ("umbrella", "interviewed")}),
        ("service_h", {("delivery", "table 3"), ("delivery", "delivery"), ("umbrella", "umbrella"),
                       ("delivery", "quotations"), ("umbrella", "quotations")}),
        ("plan_distinct_service", {("portfolio", "portfolio"), ("directorate", "quotes")}),
    ],
)  # fmt: skip
def test_labels_that_differ_are_contested_and_every_way_to_decide_is_listed(reports, service, ways):
    found = intervals(reports, f"yjb_2024__{service}", "typology_id, model_id, is_contested, evidence")
    conflict = next(interval for interval in found if interval[2] == "yjb_2024")
    assert conflict[3:5] == (None, True)
    assert conflict[5].startswith("Sources disagree: ")
    alternatives = reports.execute(
        "select model_id, source, is_upheld from structure_alternatives where service_id = ?", [f"yjb_2024__{service}"]
    ).fetchall()
    assert {(model, source) for model, source, _ in alternatives} == {
        (model, source) for model, ending in ways for _, source, _ in alternatives if source.endswith(ending)
    }
    assert len(alternatives) == len(ways)
    assert not any(upheld for *_, upheld in alternatives)


@pytest.mark.parametrize(
    ("service", "model"), [("b", "directorate"), ("c", "portfolio"), ("d", "portfolio"), ("e", "umbrella")]
)
def test_labels_that_agree_with_table_3_are_no_conflict(reports, service, model):
    found = intervals(reports, f"yjb_2024__service_{service}", "model_id, is_contested, from_precision")
    assert found == [(date(2024, 7, 1), None, model, False, "unknown")]


def test_the_fourteen_authorities_keep_those_that_did_not_answer(reports):
    states = reports.execute("select model_id from structures where typology_id = 'larc_2008_ascription'").fetchall()
    assert Counter(model for (model,) in states) == {
        "early_days": 6, "quantified_not_ascribed": 3, "quantified_ascribed": 2, "no_response": 3
    }  # fmt: skip


def test_facts_that_two_parts_of_a_report_tell_differently_are_contested(reports):
    contested = reports.execute("""
        select distinct split_part(subject_id, '__', 2), feature from case_study_facts where is_contested order by all
    """).fetchall()
    assert contested == [
        ("service_g", "council_type"),
        ("yot_a", "previous_location"),
        ("yot_b", "planned_within_childrens_services"),
        ("yot_d", "board_merger"),
        ("yot_d", "previous_managed_by"),
        ("yot_e", "manager_on_partnership_board"),
        ("yot_e", "part_of_stakeholder_network"),
        ("yot_f", "previous_managed_by"),
    ]


def test_a_case_study_has_no_place_no_numbers_and_is_in_no_comparison(reports):
    services = reports.execute("""
        select is_case_study, count(*), count(valid_from), count(authorities) from services group by all order by all
    """).fetchall()
    assert services == [(False, 1, 1, 1), (True, 28, 0, 0)]
    for table in ("attributions", "observations", "comparison_services", "service_authorities"):
        (found,) = reports.execute(
            f"select count(*) from {table} as t inner join services on t.service_id = services.service_id"
            " where services.is_case_study"
        ).fetchone()
        assert found == 0, table
    assert intervals(reports, "vellow") == [(FIRST, None, "umbrella")]


def test_no_number_is_attributed_in_a_typology_that_has_none(reports):
    used = {typology for (typology,) in reports.execute("select distinct typology_id from attributions").fetchall()}
    assert used == {"yjb_2024"}


# Rules, on claims of a user.


def test_a_cancelled_plan_makes_no_interval_and_is_closed(built):
    world = World()
    world.claim("oxterby", "portfolio", source_date=date(2023, 1, 1))
    planned = world.claim("oxterby", "umbrella", "planned", valid_from=date(2024, 4, 1), source_date=date(2023, 1, 1))
    world.claim("oxterby", "umbrella", "cancelled", valid_from=None, source="Minutes", source_date=date(2023, 9, 1))
    again = world.claim("oxterby", "umbrella", "planned", valid_from=date(2025, 4, 1), source_date=date(2024, 1, 1))
    connection = built(world)
    assert intervals(connection, "oxterby") == [(FIRST, None, "portfolio")]
    dropped = dict(
        connection.execute(
            "select assertion_id, is_dropped from structure_assertions where tenure = 'planned'"
        ).fetchall()
    )
    assert dropped == {planned: True, again: False}


def test_a_plan_whose_day_has_passed_stays_a_plan(built):
    world = World()
    world.claim("oxterby", "umbrella", "planned", valid_from=date(2021, 4, 1), source_date=date(2020, 1, 1))
    assert intervals(built(world), "oxterby") == []


def test_levels_hold_every_model_and_the_highest_speaks(built):
    world = World()
    for model in ("umbrella", "delivery", "directorate"):
        world.claim("norrow", model, coder="one")
    world.claim("norrow", "delivery", source="Inspection", source_date=date(2024, 7, 1), coder="two")
    world.claim("norrow", "portfolio", valid_from=date(2019, 4, 1), valid_to=date(2020, 3, 31), to_precision="day",
                source="Old plan", source_date=date(2019, 6, 1))  # fmt: skip
    assert intervals(built(world), "norrow", "model_id, levels, claims, coders, is_contested") == [
        (date(2019, 4, 1), date(2020, 3, 31), "portfolio", ["portfolio"], 1, 1, False),
        (FIRST, None, "delivery", ["delivery", "umbrella", "directorate"], 2, 2, False),
    ]


def test_levels_leave_out_a_document_that_a_decision_set_aside(built):
    world = World()
    world.claim("norrow", "delivery")
    world.claim("norrow", "umbrella")
    decide(world, world.claim("norrow", "portfolio", source="Inspection"))
    assert intervals(built(world), "norrow", "model_id, levels, decision_id") == [
        (FIRST, None, "portfolio", ["portfolio"], "ruled")
    ]


def test_a_document_that_says_two_things_of_an_unordered_typology_contradicts_itself(built):
    world = World()
    for model in ("freestanding", "community_safety"):
        world.claim("quillmarsh", model, typology_id="fielder_2007", valid_from=date(2008, 4, 1))
    assert intervals(built(world), "quillmarsh", "model_id, is_contested, levels") == [
        (date(2008, 4, 1), None, None, True, ["community_safety", "freestanding"])
    ]


def test_a_multi_label_typology_holds_several_models_without_conflict(built):
    world = World()
    areas = {"typology_id": "yjb_2024_focus_area"}
    world.claim("quillmarsh", "early_help", **areas)
    world.claim("quillmarsh", "social_care", **areas, source="Another plan", valid_from=date(2021, 4, 1),
                valid_to=date(2021, 12, 31), to_precision="day")  # fmt: skip
    world.claim("quillmarsh", "education", **areas, source="A third plan", valid_from=date(2022, 1, 1))
    connection = built(world)
    assert intervals(connection, "quillmarsh", "model_id, levels, is_contested") == [
        (FIRST, date(2021, 3, 31), "early_help", ["early_help"], False),
        (date(2021, 4, 1), date(2021, 12, 31), None, ["early_help", "social_care"], False),
        (date(2022, 1, 1), None, None, ["early_help", "education"], False),
    ]
    assert connection.execute("select count(*) from structure_alternatives").fetchone() == (0,)


def test_a_decision_can_be_run_the_other_way(built, compiled, tmp_path_factory):
    """Each claim listed for a decided conflict, upheld instead, gives the model that the list says."""

    def conflict(upheld: int | None) -> tuple[World, list[str]]:
        world = World()
        claims = [world.claim("oxterby", model, source=f"Plan {model}") for model in ("umbrella", "delivery")]
        if upheld is not None:
            decide(world, claims[upheld])
        return world, claims

    world, claims = conflict(0)
    listed = built(world).execute(
        "select assertion_id, model_id, decision_id, is_upheld from structure_alternatives order by model_id desc"
    ).fetchall()  # fmt: skip
    assert listed == [(claims[0], "umbrella", "ruled", True), (claims[1], "delivery", "ruled", False)]
    other, _ = conflict(1)
    assert intervals(compiled.build(other.write(tmp_path_factory.mktemp("other"))), "oxterby") == [
        (FIRST, None, "delivery")
    ]


def test_of_one_days_words_that_it_is_interim_counts(built):
    world = World()
    world.claim("oxterby", "umbrella", source="Plan")
    world.claim("oxterby", "umbrella", "interim", source="Minutes")
    assert intervals(built(world), "oxterby", "tenure") == [(FIRST, None, "interim")]


def test_an_ending_without_a_day_ends_what_earlier_documents_said(built):
    world = World()
    world.claim("earlier", "umbrella", source="Plan", source_date=date(2022, 1, 1))
    world.claim("earlier", "umbrella", "ended", valid_from=None, source="Inspection", source_date=date(2023, 1, 1))
    world.claim("same", "umbrella", source_date=date(2023, 1, 1))
    world.claim("same", "umbrella", "ended", valid_from=None, source_date=date(2023, 1, 1))
    connection = built(world)
    assert intervals(connection, "earlier") == [(FIRST, date(2023, 1, 1), "umbrella")]
    assert intervals(connection, "same") == [(FIRST, None, "umbrella")]


# Ten thousand claims for one service.


def many(shape: str) -> World:
    world, chance = World(), random.Random(4)
    for number in range(10_000):
        day = date(2009, 4, 1) + timedelta(days=chance.randrange(5400))
        model = chance.choice(["delivery", "umbrella", "portfolio"])
        if shape == "one after another":
            world.claim("busy", model, valid_from=day, source=f"Plan {number}", source_date=day, page=str(number))
        else:
            said = date(2024, 6, 1) + timedelta(days=number % 300)
            world.claim("busy", model, valid_from=day, source=f"Plan {number}", source_date=said, page=str(number))
    return world


@pytest.mark.parametrize("shape", ["one after another", "all at once"])
def test_ten_thousand_claims_for_one_service_build_in_seconds(shape, compiled, tmp_path):
    folder = many(shape).write(tmp_path)
    began = time.monotonic()
    connection = compiled.build(folder)
    took = time.monotonic() - began
    (claims,) = connection.execute(
        "select count(distinct claim) from (select unnest(assertion_ids) as claim from structures)"
    ).fetchone()
    assert claims == 10_000, "no claim is lost"
    assert took < 60, f"{took:.0f} s; about 5 s on an idle machine, minutes with a join of every claim with every other"
