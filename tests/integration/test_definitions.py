"""The graph: it loads without network or parsing, shows every check, and its jobs load what they say."""

import subprocess
import sys

import dagster as dg
import pytest

from expectations.suites import checks
from pipelines.ledger.store import Ledger
from pipelines.sample import write
from pipelines.warehouse.manifest import manifest, prepare
from pipelines.workspace import Workspace
from sources.catalogue import load_catalogue

pytestmark = pytest.mark.integration


@pytest.fixture(scope="module")
def definitions():
    from pipelines.definitions import defs

    return defs


def test_there_is_an_asset_for_every_dataset_and_every_dbt_model(definitions):
    keys = {key.to_user_string() for key in definitions.resolve_asset_graph().get_all_asset_keys()}
    assert {f"landed/{source_id}" for source_id in load_catalogue().datasets} <= keys
    models = {n["name"] for n in manifest()["nodes"].values() if n["resource_type"] == "model"}
    assert {f"warehouse/{name}" for name in models} <= keys
    assert {"warehouse/inputs", "warehouse/gates", "release/current", "reports/site"} <= keys


def test_every_dbt_test_and_every_expectation_is_an_asset_check(definitions):
    dbt_tests = [n for n in manifest()["nodes"].values() if n["resource_type"] == "test"]
    expectations = [check for stage in ("landing", "attribution", "release") for check in checks(stage)]
    asset_checks = definitions.resolve_asset_graph().asset_check_keys
    assert len(asset_checks) == len(dbt_tests) + len(expectations)


def test_blocking_expectations_block(definitions):
    graph = definitions.resolve_asset_graph()
    by_name = {key.name: graph.get(key).blocking for key in graph.asset_check_keys}
    for stage in ("landing", "attribution", "release"):
        for check in checks(stage):
            assert by_name[check.check_id] == check.is_blocking


def test_definitions_load_without_sockets_and_without_parsing():
    prepare()
    script = (
        "import socket, sys\n"
        "def refuse(*a, **k): raise AssertionError('a connection or a parse was tried')\n"
        "socket.socket.connect = refuse\n"
        "import pipelines.warehouse.manifest as m\n"
        "m._parse_into = refuse\n"
        "import pipelines.definitions\n"
        "print('loaded')\n"
    )
    run = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False)
    assert run.stdout.strip() == "loaded", run.stderr


def test_jobs_schedule_and_sensor_are_there(definitions):
    names = {job.name for job in definitions.resolve_all_job_defs()}
    assert {"load_psa14", "load_youth_justice_kpis", "build_warehouse"} <= names
    assert [schedule.job_name for schedule in definitions.schedules] == ["build_warehouse"]
    assert [sensor.job_name for sensor in definitions.sensors] == ["build_warehouse"]


def test_load_psa14_takes_its_files_and_leaves_the_others(definitions, tmp_path):
    workspace = Workspace(tmp_path / "landing", tmp_path / "warehouse")
    write(workspace.landing)
    folders = {"landing": str(workspace.landing), "warehouse": str(workspace.warehouse)}
    with dg.DagsterInstance.ephemeral() as instance:
        result = definitions.resolve_job_def("load_psa14").execute_in_process(
            instance=instance, run_config={"resources": {"workspace": {"config": folders}}}
        )
    assert result.success
    loaded = set(Ledger(workspace.ledger).deliveries()["source_id"])
    assert "dcsf__ni_117_neet_16_to_18" in loaded
    assert "dovetail__service_register" in loaded
    assert not any(source_id.startswith("yjb__kpi") for source_id in loaded)


def test_the_sensor_asks_once_for_what_is_new(definitions, tmp_path, monkeypatch):
    landing = tmp_path / "landing"
    landing.mkdir()
    monkeypatch.setenv("DOVETAIL_LANDING", str(landing))
    monkeypatch.setenv("DOVETAIL_WAREHOUSE", str(tmp_path / "warehouse"))
    (sensor,) = definitions.sensors
    with dg.DagsterInstance.ephemeral() as instance:
        context = dg.build_sensor_context(instance=instance)
        assert not sensor.evaluate_tick(context).run_requests
        (landing / "a.csv").write_text("x\n")
        first = sensor.evaluate_tick(dg.build_sensor_context(instance=instance))
        assert len(first.run_requests) == 1
        again = sensor.evaluate_tick(dg.build_sensor_context(instance=instance, cursor=first.cursor))
        assert not again.run_requests
