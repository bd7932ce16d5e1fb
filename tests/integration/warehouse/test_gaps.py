"""Every kind of gap appears exactly where the small country's story plans it, and nowhere else."""

from collections import defaultdict
from datetime import datetime
from pathlib import Path

import duckdb
import pytest

from sources.catalogue import load_catalogue
from tests.integration.warehouse.compiled import Compiled
from tests.integration.warehouse.stories import PLANNED, PLANNED_AREAS, STEADY
from tests.integration.warehouse.world import World

pytestmark = pytest.mark.integration

STATUS_OF = {
    "interim": "transition", "planned": "planned_only", "conflicting": "contested", "decided": "attributable",
    "changed": "transition", "undated": "contested", "unclear": "unassigned", "silent": "unassigned",
    "half_known": "unassigned", "stale": "attributable_with_caveat", "very_stale": "unassigned",
    "part_of_area": "attributable_with_caveat", "short_lived": "transition", "suppressed": "attributable",
    "absent": "attributable", "newcomer": "not_attributable", "steady01": "attributable",
}  # fmt: skip


def kinds_by_area(warehouse: duckdb.DuckDBPyConnection, where: str) -> dict[str, set[str]]:
    rows = warehouse.execute(f"""
        select observations.area_code, gaps.kind
        from observations
        left join attribution_gaps as gaps
            on observations.observation_id = gaps.observation_id and coalesce(gaps.typology_id, 'yjb_2024') = 'yjb_2024'
        where observations.is_current and observations.{where}
    """).fetchall()
    found: dict[str, set[str]] = defaultdict(set)
    for area, kind in rows:
        found[area] |= {kind} - {None}
    return dict(found)


def one(warehouse: duckdb.DuckDBPyConnection, query: str) -> tuple:
    rows = warehouse.execute(query).fetchall()
    assert len(rows) == 1, rows
    return rows[0]


def test_gaps_of_published_service_figures_are_those_planned(warehouse: duckdb.DuckDBPyConnection) -> None:
    found = kinds_by_area(warehouse, "source_id = 'test__by_service'")
    assert found == {service: set() for service in STEADY} | PLANNED


def test_gaps_of_authority_figures_are_those_planned(warehouse: duckdb.DuckDBPyConnection) -> None:
    found = kinds_by_area(warehouse, "indicator_id = 'area_percent' and not observations.is_derived")
    assert found == PLANNED_AREAS


def test_statuses_follow_the_gaps(warehouse: duckdb.DuckDBPyConnection) -> None:
    found = dict(
        warehouse.execute("""
        select area_code, attribution_status from attributions
        where indicator_id = 'steady_percent' and typology_id = 'yjb_2024'
    """).fetchall()
    )
    assert {service: found[service] for service in STATUS_OF} == STATUS_OF


def test_a_model_is_named_only_where_it_may_be_used_and_a_candidate_elsewhere(
    warehouse: duckdb.DuckDBPyConnection,
) -> None:
    found = {area: (model, candidate) for area, model, candidate in warehouse.execute("""
        select area_code, model_id, candidate_model_id from attributions where indicator_id = 'steady_percent'
    """).fetchall()}  # fmt: skip
    assert found["steady01"] == ("delivery", None)
    assert found["decided"] == ("umbrella", None)
    assert found["stale"] == ("umbrella", None)
    assert found["changed"] == (None, "delivery")
    assert found["planned"] == (None, "umbrella")
    assert found["very_stale"] == (None, "umbrella")
    assert found["conflicting"] == (None, None)
    assert found["silent"] == (None, None)


@pytest.mark.parametrize(
    ("kind", "service", "words"),
    [
        ("S1", "changed", "Integrated in an umbrella service for 91 days, Integrated at delivery level for 275 days"),
        ("S2", "interim", "interim arrangement since 2020-04-01"),
        ("S3", "planned", "was planned for 2025-04-01 (Plan 2024, p. 3)"),
        ("S7", "undated", "an unknown day of 2024"),
        ("S8", "stale", "Last confirmed 2023-06-01"),
        ("E1", "half_known", "Evidence covers 184 of 366 days"),
        ("E1U", "unclear", "no clear indication for 366 of 366 days"),
        ("E2", "conflicting", "Integrated at delivery level (Plan B); Integrated in an umbrella service (Plan A)"),
        ("U5", "part_of_area", "covers 40.0% of the service's area"),
        ("C6", "absent", "expects a return for 2024, due 2025-01-31"),
        ("U10", "newcomer", "Registers do not show Newcomer in force over the whole of 2024-01-01 to 2024-12-31"),
    ],
)
def test_evidence_says_what_was_found(
    warehouse: duckdb.DuckDBPyConnection, kind: str, service: str, words: str
) -> None:
    (evidence,) = one(warehouse, f"""
        select distinct evidence from attribution_gaps
        where kind = '{kind}' and area_code = '{service}' and indicator_id = 'steady_percent'
    """)  # fmt: skip
    assert words in evidence


def test_measure_gaps_are_where_they_are_planned(warehouse: duckdb.DuckDBPyConnection) -> None:
    found = warehouse.execute("""
        select kind, gaps.indicator_id, gaps.definition_version, gaps.area_code, year(gaps.period_end)
        from attribution_gaps as gaps
        where kind in ('M1', 'M2', 'M3', 'U9') order by all
    """).fetchall()
    assert found == [
        ("M1", "broken_percent", "v1", "steady01", 2024),
        ("M2", "two_versions_percent", "v2", "steady03", 2024),
        ("M3", "doubtful_percent", "v1", "steady01", 2024),
        ("U9", "english_percent", "v1", "welsh", 2024),
    ]


def test_a_gap_sets_only_what_its_kind_sets(warehouse: duckdb.DuckDBPyConnection) -> None:
    kinds = load_catalogue().gap_kinds
    for kind, field, value, blocking, title in warehouse.execute(
        "select distinct kind, sets_field, sets_value, is_blocking, kind_title from attribution_gaps"
    ).fetchall():
        declared = kinds[kind]
        expected = (declared.sets_field, declared.sets_value, declared.is_blocking, declared.title)
        assert (field, value, blocking, title) == expected


def test_comparability_and_disclosure_exclude_and_never_unbalance(warehouse: duckdb.DuckDBPyConnection) -> None:
    found = {area: statuses for area, *statuses in warehouse.execute("""
        select area_code, attribution_status, comparability_status, disclosure_status from attributions
        where indicator_id = 'steady_percent' and area_code in ('suppressed', 'provisional', 'rounded_away', 'absent')
    """).fetchall()}  # fmt: skip
    assert found == {
        "suppressed": ["attributable", "comparable", "c"],
        "provisional": ["attributable", "provisional", "open"],
        "rounded_away": ["attributable", "comparable", "low"],
        "absent": ["attributable", "comparable", "x"],
    }


def test_a_gap_that_a_person_waived_says_so_and_goes_on_blocking(compiled: Compiled, tmp_path: Path) -> None:
    world = World()
    world.indicator("steady_percent")
    world.service("silent")
    world.observe("silent", 1.0)
    found = "select gap_id, is_blocking, decision_id from main.attribution_gaps where kind = 'E1'"
    ((gap, is_blocking, decision),) = compiled.build(world.write(tmp_path / "before")).execute(found).fetchall()
    assert (is_blocking, decision) == (True, None)
    for number in (1, 2):
        world.add("decisions", decision_id=f"W-{number}", decision_kind="waive_gap", subject=gap, decided_by="A. Quill",
                  decided_on=datetime(2025, 3, number).date(), reason="the plan was never published")  # fmt: skip
    assert compiled.build(world.write(tmp_path / "after")).execute(found).fetchall() == [(gap, True, "W-2")]
