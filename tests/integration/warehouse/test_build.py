"""The build itself: every node runs, the file is closed, public tables are documented, failures name their rows."""

import json
import shutil
import subprocess
import sys
from pathlib import Path

import duckdb
import pytest

from pipelines.warehouse import manifest
from pipelines.warehouse.dbt_run import build, unit_test
from pipelines.warehouse.results import NodeResult
from tests.integration.warehouse.world import World

pytestmark = pytest.mark.integration

PUBLIC = {
    "indicators", "services", "authorities", "service_authorities", "structures", "observations", "attributions",
    "attribution_gaps", "comparisons", "comparison_services", "published_findings", "structure_assertions",
    "finding_tests", "source_conflicts", "gap_effects",
    "authority_changes", "register_disagreements", "service_shares", "service_changes", "series",
    "typologies", "typology_models", "typology_crosswalks", "decisions", "deliveries", "expected_deliveries",
    "quarantined_rows", "delivery_warnings", "datasets", "gap_kinds", "topic_indicators", "statistical_neighbours",
    "comparison_tests", "comparison_pairs", "comparison_strata", "comparison_sensitivity",
    "benchmarks", "trends", "control_charts", "funnels", "funnel_points", "model_changes", "disproportionality",
    "rating_distributions", "positions",
    "gap_evidence", "contributions", "area_hexes", "structure_alternatives", "case_study_facts",
}  # fmt: skip


def test_every_node_succeeds(nodes: list[NodeResult]) -> None:
    assert {node.status for node in nodes} == {"success", "pass"}


def test_every_dbt_model_and_data_test_ran(nodes: list[NodeResult]) -> None:
    declared = {
        unique_id
        for unique_id, node in manifest.manifest()["nodes"].items()
        if node["resource_type"] in ("model", "test")
    }
    assert {node.unique_id for node in nodes} == declared


def test_public_tables_are_those_of_the_contract(warehouse: duckdb.DuckDBPyConnection) -> None:
    found = warehouse.execute(
        "select table_name from duckdb_tables() where database_name = 'warehouse' and schema_name = 'main'"
    ).fetchall()
    assert {name for (name,) in found} == PUBLIC


def test_every_public_column_is_commented_in_the_file(warehouse: duckdb.DuckDBPyConnection) -> None:
    bare = warehouse.execute("""
        select table_name || '.' || column_name from duckdb_columns()
        where database_name = 'warehouse' and schema_name = 'main' and coalesce(comment, '') = ''
        union all
        select table_name from duckdb_tables()
        where database_name = 'warehouse' and schema_name = 'main' and coalesce(comment, '') = ''
    """).fetchall()
    assert bare == []


def test_every_column_of_every_dbt_model_is_described(warehouse: duckdb.DuckDBPyConnection) -> None:
    described = {
        (node["name"], column["name"])
        for node in manifest.manifest()["nodes"].values()
        if node["resource_type"] == "model"
        for column in node["columns"].values()
        if column["description"]
    }
    built = set(
        warehouse.execute("""
            select table_name, column_name from duckdb_columns()
            where schema_name in ('main', 'internal') and database_name = 'warehouse'
        """).fetchall()
    )
    assert built - described == set()
    assert described - built == set()


def test_only_staging_reads_sources_and_no_layer_reads_a_later_one() -> None:
    layers = {"staging": 0, "intermediate": 1, "marts": 2}
    nodes = manifest.manifest()["nodes"]
    for node in nodes.values():
        if node["resource_type"] != "model":
            continue
        layer = layers[node["fqn"][1]]
        for parent in node["depends_on"]["nodes"]:
            if parent.startswith("source."):
                assert layer == 0, f"{node['name']} reads a source"
            else:
                assert layers[nodes[parent]["fqn"][1]] <= layer, f"{node['name']} reads a later layer"


def test_every_check_has_its_own_name_and_says_what_it_is_for() -> None:
    tests = [node for node in manifest.manifest()["nodes"].values() if node["resource_type"] == "test"]
    names = [node["name"] for node in tests]
    assert len(set(names)) == len(names)
    assert [node["name"] for node in tests if not node["description"]] == []


def test_nothing_of_this_machine_is_in_what_a_build_reads() -> None:
    """A build changes nothing in the manifest: every input is relative to the warehouse folder."""
    sources = manifest.manifest()["sources"].values()
    assert all(not node["source_meta"]["external_location"].startswith("/") for node in sources)


def test_another_process_can_open_the_file_after_a_build(country: Path, nodes: list[NodeResult]) -> None:
    look = "import duckdb, sys; print(duckdb.connect(sys.argv[1], read_only=True).sql('select 1').fetchall())"
    database = str(country / "building" / "warehouse.duckdb")
    subprocess.run([sys.executable, "-c", look, database], check=True, capture_output=True)


def test_a_build_of_another_folder_in_the_same_process_has_its_own_rows(tmp_path: Path) -> None:
    """The second folder must not be written through the first one's connection."""
    found = {}
    for name, services in {"one": 2, "two": 3}.items():
        world = World()
        world.indicator("steady_percent")
        for number in range(services):
            world.service(f"service{number}")
            world.observe(f"service{number}", 10.0 + number)
        build(world.write(tmp_path / name))
        with duckdb.connect(str(tmp_path / name / "building" / "warehouse.duckdb"), read_only=True) as connection:
            found[name] = connection.execute("select count(*) from observations").fetchall()
    assert found == {"one": [(2,)], "two": [(3,)]}


def test_a_failing_test_names_the_rows(tmp_path: Path) -> None:
    """Two rows of one figure in one delivery: the reader should have stopped it, and dbt says which figure it is."""
    world = World()
    world.indicator("steady_percent")
    world.service("twin")
    world.observe("twin", 10.0)
    world.observe("twin", 11.0)
    finished: list[NodeResult] = []
    results = {node.unique_id.split(".")[2]: node for node in build(world.write(tmp_path), finished.append)}
    failed = results["observations_current_once"]
    assert failed.status == "fail"
    assert failed.rows == 1
    assert "area_code=twin" in failed.failing_keys[0]
    assert "rows_found=2" in failed.failing_keys[0]
    # What reads observations is stopped, not built on rows that are wrong.
    assert results["attribution_gaps"].status in ("skipped", "success")
    assert {node.unique_id for node in finished} == {node.unique_id for node in results.values()}


def test_an_empty_warehouse_builds(tmp_path: Path) -> None:
    """The first build of a new workspace: no delivery yet."""
    assert [node for node in build(World().write(tmp_path)) if node.is_failure] == []


def test_unit_tests_of_the_rules_pass(country: Path, nodes: list[NodeResult], tmp_path: Path) -> None:
    # A copy, because other tests of this process have the file open to read.
    results = unit_test(shutil.copytree(country, tmp_path / "country"))
    assert [(node.unique_id, node.message) for node in results if node.status != "pass"] == []
    declared = manifest.manifest()["unit_tests"]
    assert len(results) == len(declared) > 0
    assert [name for name, test in declared.items() if not test["description"]] == []


def test_a_parsed_project_is_made_again_only_when_a_file_changes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    target = manifest.prepare(tmp_path / "target")
    made = (target / "manifest.json").stat().st_mtime_ns
    assert (manifest.prepare(target) / "manifest.json").stat().st_mtime_ns == made
    monkeypatch.setattr(manifest, "fingerprint", lambda: "changed")
    assert (manifest.prepare(target) / "manifest.json").stat().st_mtime_ns > made
    assert json.loads((target / "manifest.json").read_text())["metadata"]["project_name"] == "dovetail"
