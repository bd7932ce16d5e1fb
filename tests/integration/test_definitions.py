"""The graph: it loads without network or parsing, shows every check, and its jobs load what they say."""

import subprocess
import sys

import dagster as dg
import pytest

from expectations.suites import checks
from pipelines.ledger.store import Ledger
from pipelines.orchestration.return_checks import IN_TIME, UP_TO_DATE
from pipelines.sample import write
from pipelines.warehouse.manifest import manifest, prepare
from pipelines.workspace import Workspace
from sources.catalogue import load_catalogue

pytestmark = pytest.mark.integration

STAGES = ("landing", "attribution", "release")


@pytest.fixture(scope="module")
def definitions():
    from pipelines.definitions import defs

    return defs


@pytest.fixture(scope="module")
def graph(definitions):
    return definitions.resolve_asset_graph()


def test_there_is_an_asset_for_every_dataset_input_and_dbt_model(graph):
    keys = {key.to_user_string() for key in graph.get_all_asset_keys()}
    datasets = load_catalogue().datasets
    assert {f"deliveries/{source_id}" for source_id in datasets} <= keys
    assert {f"landed/{source_id}" for source_id, dataset in datasets.items() if dataset.shape != "none"} <= keys
    models = {n["name"] for n in manifest()["nodes"].values() if n["resource_type"] == "model"}
    assert {f"warehouse/{name}" for name in models} <= keys
    assert {f"inputs/{node['name']}" for node in manifest()["sources"].values()} <= keys
    assert {"gates/attribution", "gates/release", "release/current", "release/public", "reports/site"} <= keys
    assert not {key for key in keys if key.split("/")[0] not in ROOTS}


ROOTS = {"deliveries", "landed", "inputs", "warehouse", "gates", "release", "reports"}


def test_every_dbt_test_and_every_expectation_is_an_asset_check(graph):
    dbt_tests = {n["name"] for n in manifest()["nodes"].values() if n["resource_type"] == "test"}
    expectations = {check.check_id for stage in STAGES for check in checks(stage)}
    returned = [d for d in load_catalogue().datasets.values() if d.calendar and d.shape == "observations"]
    of_returns = [key for key in graph.asset_check_keys if key.name in (IN_TIME, UP_TO_DATE)]
    others = [key.name for key in graph.asset_check_keys if key.name not in (IN_TIME, UP_TO_DATE)]
    assert len(others) == len(dbt_tests) + len(expectations)
    assert set(others) == dbt_tests | expectations
    assert len(of_returns) == 2 * len(returned)


def test_what_gates_blocks_and_what_warns_does_not(graph):
    by_name = {key.name: graph.get(key).blocking for key in graph.asset_check_keys}
    for stage in STAGES:
        for check in checks(stage):
            assert by_name[check.check_id] == check.is_blocking
    for node in manifest()["nodes"].values():
        if node["resource_type"] == "test":
            assert by_name[node["name"]] == (node["config"]["severity"].lower() == "error")
    assert not by_name[IN_TIME]
    assert not by_name[UP_TO_DATE]


def test_the_graph_is_a_map_every_asset_says_what_it_is_whose_it_is_and_of_which_kind(graph):
    for key in graph.get_all_asset_keys():
        node = graph.get(key)
        assert node.description, key
        assert node.owners, key
        assert node.group_name != "default", key
        assert node.kinds, key
    columns = graph.get(dg.AssetKey(["warehouse", "observations"])).metadata["dagster/column_schema"].columns
    assert {column.name: column.constraints.nullable for column in columns}["observation_id"] is False
    assert all(column.description for column in columns)


def test_what_depends_on_what_is_what_dbt_says(graph):
    parsed = manifest()
    for node in parsed["nodes"].values():
        if node["resource_type"] == "model":
            parents = graph.get(dg.AssetKey(["warehouse", node["name"]])).parent_keys
            assert {key.path[-1] for key in parents} == {each.split(".")[-1] for each in node["depends_on"]["nodes"]}
    of_register = graph.get(dg.AssetKey(["landed", "dovetail__service_register"])).child_keys
    assert of_register == {dg.AssetKey(["inputs", "service_memberships"])}


def test_definitions_load_without_sockets_and_without_parsing_or_loading_dbt():
    prepare()
    script = (
        "import socket, sys\n"
        "def refuse(*a, **k): raise AssertionError('a connection or a parse was tried')\n"
        "socket.socket.connect = refuse\n"
        "import pipelines.warehouse.manifest as m\n"
        "m._parse_into = refuse\n"
        "import pipelines.definitions\n"
        "heavy = {'dbt', 'dagster_dbt', 'great_expectations', 'statsmodels', 'altair', 'scipy', 'duckdb', 'pandas'}\n"
        "print('loaded', sorted(heavy & set(sys.modules)))\n"
    )
    run = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False)
    assert run.stdout.strip() == "loaded []", run.stderr


def test_the_jobs_are_there_and_build_and_publish_can_be_run_apart(definitions):
    jobs = {job.name: job for job in definitions.resolve_all_job_defs()}
    named = {
        "load_psa14", "load_youth_justice_kpis", "load_registers", "build_warehouse", "build", "publish",
        "quarterly_close", "look_at_returns_daily",
    }  # fmt: skip
    assert named <= set(jobs)
    of = {name: {key.path[0] for key in jobs[name].asset_layer.selected_asset_keys} for name in named}
    assert of["load_psa14"] == of["load_registers"] == {"deliveries"}
    assert of["build"] == {"deliveries", "inputs", "warehouse", "gates"}
    assert of["publish"] == {"release", "reports"}
    assert of["build_warehouse"] == of["quarterly_close"] == of["build"] | of["publish"]
    assert of["look_at_returns_daily"] == set()


def test_load_psa14_takes_its_files_and_leaves_the_others(definitions, tmp_path):
    workspace = Workspace(tmp_path / "landing", tmp_path / "warehouse")
    write(workspace.landing)
    folders = {"landing": str(workspace.landing), "warehouse": str(workspace.warehouse)}
    with dg.DagsterInstance.ephemeral() as instance:
        result = definitions.resolve_job_def("load_psa14").execute_in_process(
            instance=instance, run_config={"resources": {"workspace": {"config": folders}}}
        )
        assert result.success
        touched = {
            (record.asset_key.path[-1], record.partition_key)
            for source in ("dcsf__ni_111_first_time_entrants", "dovetail__service_register", "yjb__kpi_2_ete")
            for record in instance.fetch_materializations(dg.AssetKey(["landed", source]), limit=100).records
        }
    loaded = set(Ledger(workspace.ledger).deliveries()["source_id"])
    assert "dcsf__ni_117_neet_16_to_18" in loaded
    assert "dovetail__service_register" in loaded
    assert not any(source_id.startswith("yjb__kpi") for source_id in loaded)
    assert touched == {
        ("dovetail__service_register", None),
        *(("dcsf__ni_111_first_time_entrants", f"{year}-04-01") for year in range(2007, 2011)),
    }
