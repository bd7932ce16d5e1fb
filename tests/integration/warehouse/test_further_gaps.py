"""Gaps of credit, of a person's evidence, of a service's record and of whole groups; a gap's life from release on."""

from collections import defaultdict
from datetime import date, datetime
from pathlib import Path

import duckdb
import pytest

from sources.catalogue import load_catalogue
from tests.integration.warehouse.compiled import Compiled
from tests.integration.warehouse.credit_story import PLANNED, both
from tests.integration.warehouse.world import World

pytestmark = pytest.mark.integration


def _kinds(connection: duckdb.DuckDBPyConnection, where: str) -> dict[str, set[str]]:
    found: dict[str, set[str]] = defaultdict(set)
    for area, kind in connection.execute(f"""
        select observations.area_code, gaps.kind from main.observations
        left join main.attribution_gaps as gaps using (observation_id)
        where observations.is_current and {where}
    """).fetchall():
        found[area] |= {kind} - {None}
    return dict(found)


def test_each_service_shows_the_kind_that_was_planned_and_no_other(credit: duckdb.DuckDBPyConnection) -> None:
    found = _kinds(credit, "observations.indicator_id = 'steady_percent' and not observations.is_derived")
    assert found == {service: kinds - {"Z3"} for service, kinds in PLANNED.items()}


def test_a_suppressed_part_is_seen_where_it_follows_by_subtraction(credit: duckdb.DuckDBPyConnection) -> None:
    found = credit.execute("""
        select area_code, year(period_end), evidence from main.attribution_gaps where kind = 'Z3'
    """).fetchall()
    assert found == [
        ("given_away", 2024, "Published beside 1 of 2 authorities; B-given is suppressed and follows by subtraction.")
    ]


def test_a_change_in_the_follow_up_is_told_from_one_in_the_period(credit: duckdb.DuckDBPyConnection) -> None:
    found = _kinds(credit, "observations.indicator_id = 'followed_percent'")
    assert {area: kinds & {"S1", "S9"} for area, kinds in found.items()} == {
        "moved_after": {"S1", "S9"}, "moved_within": {"S1"},
    }  # fmt: skip


def test_gaps_of_records_and_groups_stand_on_their_own(credit: duckdb.DuckDBPyConnection) -> None:
    found = set(
        credit.execute("""
        select kind, level, coalesce(service_id, indicator_id), subject_table from main.attribution_gaps
        where level in ('service', 'group') and kind not in ('Z5', 'Z6', 'E6')
    """).fetchall()
    )
    assert found == {
        ("E5", "service", "levels", "structures"),
        ("S4", "service", "cancelled", "structure_assertions"),
        ("S4", "service", "plan_dropped", "structure_assertions"),
        ("M7", "group", None, "quarantined_rows"),
        ("M9", "group", "children_counted", "indicators"),
        ("E7", "group", "long_percent", "typology_crosswalks"),
        *(("U6", "group", indicator, "indicators") for indicator in ("steady_percent", "long_percent",
                                                                     "followed_percent")),
        *(("M10", "group", indicator, "indicators") for indicator in ("steady_percent", "children_counted")),
    }  # fmt: skip
    single = credit.execute("select service_id from main.attribution_gaps where kind = 'E6'").fetchall()
    assert single == [("single",)]


def test_every_kind_that_the_warehouse_finds_is_in_a_story(
    warehouse: duckdb.DuckDBPyConnection, credit: duckdb.DuckDBPyConnection
) -> None:
    query = "select distinct kind from main.attribution_gaps where level <> 'finding'"
    found = {kind for each in (warehouse, credit) for (kind,) in each.execute(query).fetchall()}
    # S1M comes only where a user lets a majority count: it has a test of its own.
    declared = load_catalogue().gap_kinds.values()
    assert found | {"S1M"} == {kind.kind for kind in declared if kind.detection in ("rule", "evidence")}


def test_what_several_claim_is_counted_once(credit: duckdb.DuckDBPyConnection) -> None:
    assert credit.execute("""
        select count(*), sum(value) from main.observations
        where is_current and indicator_id = 'steady_percent' and area_code = 'claimed'
    """).fetchall() == [(1, 50.0)]
    ((evidence, locator),) = credit.execute(
        "select evidence, evidence_locator from main.attribution_gaps where kind = 'C1'"
    ).fetchall()
    assert evidence == "Claimed by Claimed and Youth service; counted once."
    assert locator == "Annual report, p. 4"


def test_a_majority_counts_only_where_a_user_says_so(compiled: Compiled, tmp_path: Path) -> None:
    def world(is_used: bool) -> World:
        made = World()
        made.indicator("steady_percent")
        made.settings = {"is_majority_used": is_used}
        for service, changed in (("mostly_new", date(2024, 3, 1)), ("evenly", date(2024, 7, 2))):
            made.service(service)
            both(made, service, "umbrella", source="Plan 2023", source_date=date(2023, 9, 1))
            both(made, service, "delivery", valid_from=changed)
            made.observe(service, 10.0)
        return made

    query = """
        select area_code, attribution_status, model_id from main.attributions
        where typology_id = 'yjb_2024' order by area_code
    """
    off = compiled.build(world(False).write(tmp_path / "off")).execute(query).fetchall()
    assert off == [("evenly", "transition", None), ("mostly_new", "transition", None)]
    on = compiled.build(world(True).write(tmp_path / "on")).execute(query).fetchall()
    assert on == [("evenly", "transition", None), ("mostly_new", "attributable_with_caveat", "delivery")]


LEDGER = """
    select gap_id, opened_in_release, reopened_in_release, closed_in_release, resolution from main.attribution_gaps
    where kind in ('E1', 'E2') and level = 'observation' order by gap_id
"""


def _next(world: World, connection: duckdb.DuckDBPyConnection, release_id: str) -> World:
    """The world of the next release: it remembers the ledger of this one."""
    found = connection.execute("select * from main.attribution_gaps")
    columns = [column[0] for column in found.description or ()]
    known = {"blocks", "would_change_answer"}
    world.rows["previous_gaps"] = []
    for row in found.fetchall():
        gap = dict(zip(columns, row, strict=True))
        world.add("previous_gaps", **{name: value for name, value in gap.items() if name not in known})
    world.settings = world.settings | {"release_id": release_id}
    return world


def test_a_gap_keeps_its_name_closes_with_its_reason_and_opens_again(compiled: Compiled, tmp_path: Path) -> None:
    def silent() -> World:
        world = World()
        world.indicator("steady_percent")
        world.service("silent")
        world.observe("silent", 10.0)
        return world

    first = compiled.build(silent().write(tmp_path / "1"))
    ((gap, *life),) = first.execute(LEDGER).fetchall()
    assert life == ["2025.1", None, None, None]

    # The same figure, corrected, in another delivery: the same gap.
    corrected = silent()
    corrected.observe("silent", 11.0, delivery_id="D0002", published_at=datetime(2025, 6, 1),
                      recorded_at=datetime(2025, 6, 1))  # fmt: skip
    second = compiled.build(_next(corrected, first, "2025.2").write(tmp_path / "2"))
    assert second.execute(LEDGER).fetchall() == [(gap, "2025.1", None, None, None)]

    told = silent()
    told.claim("silent", "umbrella")
    third = compiled.build(_next(told, second, "2025.3").write(tmp_path / "3"))
    assert third.execute(LEDGER).fetchall() == [(gap, "2025.1", None, "2025.3", "no longer found")]
    fourth = compiled.build(_next(told, third, "2025.4").write(tmp_path / "4"))
    assert fourth.execute(LEDGER).fetchall() == [(gap, "2025.1", None, "2025.3", "no longer found")]

    fifth = compiled.build(_next(silent(), fourth, "2025.5").write(tmp_path / "5"))
    assert fifth.execute(LEDGER).fetchall() == [(gap, "2025.1", "2025.5", None, None)]


def test_a_conflict_closes_with_the_decision_that_settled_it(compiled: Compiled, tmp_path: Path) -> None:
    def disputed() -> tuple[World, str]:
        world = World()
        world.indicator("steady_percent")
        world.service("torn")
        world.observe("torn", 10.0)
        upheld = world.claim("torn", "umbrella", source="Plan A")
        world.claim("torn", "delivery", source="Plan B")
        return world, upheld

    world, upheld = disputed()
    first = compiled.build(world.write(tmp_path / "1"))
    again, upheld = disputed()
    again.add("decisions", decision_id="W-1", decision_kind="resolve_conflict", subject=upheld, decided_by="A. Quill",
              decided_on=date(2025, 3, 1), reason="Plan B describes a pilot")  # fmt: skip
    second = compiled.build(_next(again, first, "2025.2").write(tmp_path / "2"))
    lives = [life for _, *life in second.execute(LEDGER).fetchall()]
    assert lives == [["2025.1", None, "2025.2", "decided: W-1"]]
    # Closed gaps explain nothing that stands: the balance holds without them.
    assert second.execute("select attribution_status from main.attributions").fetchall() == [("attributable",)]


def test_a_gap_of_a_figure_that_was_withdrawn_says_so(compiled: Compiled, tmp_path: Path) -> None:
    def silent(has_figure: bool) -> World:
        world = World()
        world.indicator("steady_percent")
        for service in ("silent", "other"):
            world.service(service)
        world.observe("silent", 10.0)
        if not has_figure:
            # A later delivery covers the area and period and states another indicator alone.
            world.indicator("other_percent")
            world.observe("silent", 4.0, indicator_id="other_percent", delivery_id="D0002",
                          published_at=datetime(2025, 6, 1), recorded_at=datetime(2025, 6, 1))  # fmt: skip
        return world

    first = compiled.build(silent(True).write(tmp_path / "1"))
    second = compiled.build(_next(silent(False), first, "2025.2").write(tmp_path / "2"))
    closed = second.execute("""
        select kind, resolution from main.attribution_gaps
        where closed_in_release = '2025.2' and kind = 'E1' and indicator_id = 'steady_percent'
    """).fetchall()
    assert closed == [("E1", "the figure was withdrawn")]
