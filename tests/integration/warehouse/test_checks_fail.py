"""Every data test of the warehouse is proved by a table broken on purpose: a check that cannot fail checks nothing."""

import shutil
from collections.abc import Iterator
from contextlib import chdir
from pathlib import Path

import duckdb
import pytest
import yaml

from pipelines.warehouse import manifest
from tests.integration.warehouse.compiled import Compiled

MARTS = Path(__file__).parents[3] / "dbt_project" / "models" / "marts"

pytestmark = pytest.mark.integration


def twice(table: str) -> str:
    return f"insert into main.{table} select * from main.{table} limit 1"


SOMETHING = {"varchar": "'x'", "bigint": "0", "double": "0.0", "boolean": "true", "date": "date '2024-01-01'"}


def invented_twice(table: str) -> str:
    """Two equal rows in a table of which the small country has none, with something wherever a column must have it."""
    (described,) = MARTS.rglob(f"{table}.yml")
    declared = yaml.safe_load(described.read_text(encoding="utf-8"))["models"][0]["columns"]
    needed = {c["name"]: c["data_type"] for c in declared if {"type": "not_null"} in c.get("constraints", [])}
    values = ", ".join(SOMETHING.get(kind, "[]") for kind in needed.values())
    columns = ", ".join(f'"{name}"' for name in needed)
    return 2 * f"insert into main.{table} ({columns}) values ({values});"


FACT = """
    insert into main.case_study_facts
        (fact_id, study_id, subject_id, service_id, feature, value, source, locator, is_contested, is_verified)
    values ('f', 'a study', 'its service', 'unheard_of', 'board', 'yes', 'a report', 'table 1', false, true)
"""

RATING = """
    insert into main.rating_distributions
        (indicator_id, definition_version, typology_id, model_id, rating, services, services_rated, services_used,
        services_in_scope, first_rated, last_rated, is_shown)
    values ('i', 'v', 't', 'm', 1, 1, 2, 2, 2, date '2024-01-01', date '2024-01-01', true)
"""

# What is broken, by the name of the check that must see it.
BROKEN = {
    "alternatives_unique": twice("structure_alternatives"),
    "area_hexes_unique": invented_twice("area_hexes"),
    "assertions_model_known": "update main.structure_assertions set model_id = 'unheard_of'",
    "assertions_service_known": "update main.structure_assertions set service_id = 'unheard_of'",
    "assertions_unique": twice("structure_assertions"),
    "attribution_balance": "delete from main.attributions where area_code = 'steady01'",
    "attribution_deciding_gap_found": "update main.attributions set deciding_gap_id = 'no' where area_code = 'silent'",
    "attribution_explained": "delete from main.attribution_gaps where area_code = 'silent'",
    "attribution_model_only_when_attributable": "update main.attributions set model_id = null",
    "attribution_unique": twice("attributions"),
    "authorities_unique": twice("authorities"),
    "authority_changes_unique": twice("authority_changes"),
    "case_study_facts_service_known": FACT,
    "case_study_facts_unique": f"{FACT}; {FACT}",
    "benchmarks_judged_by_polarity": "update main.benchmarks set judgement = 'better'",
    "benchmarks_unique": twice("benchmarks"),
    "comparison_counts_balance": "update main.comparison_services set is_used = false, exclusion_reason = 'none'",
    "comparison_services_unique": twice("comparison_services"),
    "comparison_pairs_adjusted": "update main.comparison_pairs set p_adjusted = p_value / 2",
    "comparison_pairs_unique": twice("comparison_pairs"),
    "comparison_sensitivity_unique": twice("comparison_sensitivity"),
    "comparison_strata_balance": "update main.comparison_strata set services = services + 1",
    "comparison_strata_unique": twice("comparison_strata"),
    "comparison_tests_each_once": "delete from main.comparison_tests",
    "comparison_tests_p_value": "update main.comparison_tests set p_value = 0",
    "comparison_tests_unique": twice("comparison_tests"),
    "comparisons_coverage_a_share": "update main.comparisons set coverage = 1.01",
    "comparisons_unique": twice("comparisons"),
    "contributions_unique": invented_twice("contributions"),
    "control_charts_unique": invented_twice("control_charts"),
    "decisions_subject_found": """
        insert into main.decisions (decision_id, decision_kind, subject) values ('W-1', 'waive_gap', 'unheard_of')
    """,
    "decisions_unique": invented_twice("decisions"),
    "deliveries_unique": """
        insert into main.deliveries (delivery_id) values ('D0001');
        insert into main.deliveries (delivery_id) values ('D0001')
    """,
    "derived_from_every_member": "update main.observations set numerator = numerator + 1 where area_code = 'X1'",
    "disproportionality_unique": invented_twice("disproportionality"),
    "expected_deliveries_unique": twice("expected_deliveries"),
    "expected_grid_complete": "delete from main.observations where area_code = 'absent'",
    "finding_tests_unique": invented_twice("finding_tests"),
    "findings_unique": invented_twice("published_findings"),
    "funnel_points_unique": twice("funnel_points"),
    "funnels_unique": twice("funnels"),
    "gap_effects_unique": invented_twice("gap_effects"),
    "gap_evidence_unique": invented_twice("gap_evidence"),
    "gap_kinds_known": "update main.attribution_gaps set kind = 'K1' where kind = 'U1'",
    "gaps_unique": twice("attribution_gaps"),
    "indicators_unique": twice("indicators"),
    "memberships_apart": "update main.service_authorities set valid_to = null where area_code = 'OLD1'; "
    "update main.service_authorities set area_code = 'OLD1' where area_code = 'NEW1'",
    "memberships_authority_known": "update main.service_authorities set area_code = 'no' where area_code = 'X1'",
    "memberships_unique": twice("service_authorities"),
    "model_changes_unique": twice("model_changes"),
    "neighbours_unique": twice("statistical_neighbours"),
    "observations_current_once": "update main.observations set is_current = true",
    "observations_indicator_defined": "delete from main.indicators where indicator_id = 'broken_percent'",
    "observations_marker_or_value": "update main.observations set value_marker = null where value_marker = 'c'",
    "observations_none_lost": "delete from main.observations where area_code = 'steady01'",
    "observations_preferred_once": "update main.observations set area_code = 'X1' where area_code in ('X2', 'X3')",
    "observations_unique": twice("observations"),
    "positions_rank_never_alone": "update main.positions set rank = 1, rank_lower = null",
    "positions_unique": twice("positions"),
    "rating_distributions_add_up": RATING,
    "rating_distributions_unique": invented_twice("rating_distributions"),
    "register_disagreements_unique": invented_twice("register_disagreements"),
    "series_unique": twice("series"),
    "service_changes_unique": invented_twice("service_changes"),
    "service_shares_sum": "update main.service_shares set share_percent = 99 where service_id = 'recoded'",
    "service_shares_unique": twice("service_shares"),
    "services_unique": twice("services"),
    "settings_one_row": "create or replace view internal.stg_settings as select 1 as release_id where false",
    "source_conflicts_unique": invented_twice("source_conflicts"),
    "structures_apart": "update main.structures set valid_to = null where service_id = 'changed'",
    "structures_unique": twice("structures"),
    "topic_indicators_defined": "update main.topic_indicators set indicator_id = 'unheard_of'",
    "topic_indicators_unique": twice("topic_indicators"),
    "trends_unique": twice("trends"),
    "typologies_not_empty": "delete from main.typologies",
    "typologies_unique": twice("typologies"),
    "typology_models_unique": twice("typology_models"),
}


@pytest.fixture
def copy(country: Path, compiled: Compiled, tmp_path: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """The built database, to be broken."""
    database = shutil.copy(country / "building" / "warehouse.duckdb", tmp_path / "warehouse.duckdb")
    with chdir(country), duckdb.connect(database) as connection:
        yield connection


def test_the_database_as_built_passes_every_check(
    copy: duckdb.DuckDBPyConnection, compiled: Compiled, country: Path
) -> None:
    assert compiled.failing(copy, country) == set()


def test_every_data_test_has_a_broken_twin() -> None:
    nodes = manifest.manifest()["nodes"].values()
    assert set(BROKEN) == {node["name"] for node in nodes if node["resource_type"] == "test"}


@pytest.mark.parametrize("check", sorted(BROKEN))
def test_check_sees_what_is_broken(check: str, copy: duckdb.DuckDBPyConnection, compiled: Compiled) -> None:
    copy.execute(BROKEN[check])
    assert copy.execute(compiled.tests[check]).fetchall() != []


@pytest.mark.parametrize(
    "explanation",
    [
        "delete from main.attribution_gaps",
        "update main.attribution_gaps set is_blocking = false",
        "update main.attribution_gaps set closed_in_release = '2026.2'",
        "update main.attribution_gaps set typology_id = 'another'",
        "update main.attribution_gaps set level = 'service'",
    ],
)
def test_the_balance_sees_a_number_that_is_unattributed_and_not_explained(
    explanation: str, copy: duckdb.DuckDBPyConnection, compiled: Compiled
) -> None:
    """Its broken twin loses an attribution; here every one stands, and what explains those without a model goes."""
    copy.execute(explanation)
    assert copy.execute(compiled.tests["attribution_balance"]).fetchall() != []
