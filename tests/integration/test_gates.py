"""Each gate stops the release when what it guards is broken: what was current stays, and the message says what."""

import json
import shutil

import duckdb
import polars as pl
import pytest

from pipelines import steps
from pipelines.job import run_build
from pipelines.releases import publish
from pipelines.releases.store import ReleaseStore
from pipelines.releases.verify import verify
from pipelines.workspace import Reports, Workspace
from sources.catalogue import load_catalogue
from tests.integration.small import deliver_offences

pytestmark = pytest.mark.integration


@pytest.fixture
def workspace(small, tmp_path) -> Workspace:
    """A copy of it, with one new file waiting."""
    shutil.copytree(small.warehouse, tmp_path / "warehouse", symlinks=True)
    shutil.copytree(small.landing, tmp_path / "landing")
    copied = Workspace(tmp_path / "landing", tmp_path / "warehouse", reports=Reports(spreadsheets=False))
    deliver_offences(copied)
    return copied


def assert_refused(workspace: Workspace, pointer: str) -> None:
    result = run_build(workspace, load_catalogue())
    assert result.failures
    assert any(pointer in failure for failure in result.failures), result.failures
    store = ReleaseStore(workspace.warehouse)
    assert [release.release_id for release in store.list()] == [store.current().release_id]
    assert verify(store.current()) == []


def test_without_a_defect_the_new_file_makes_the_next_release(workspace):
    result = run_build(workspace, load_catalogue())
    assert result.failures == []
    assert result.is_new
    assert result.release_id.endswith(".2")
    recorded = json.loads((ReleaseStore(workspace.warehouse).current().path / "checks.json").read_text())["checks"]
    assert sorted((check.check_id, check.outcome) for check in result.checks) == sorted(
        (check["check_id"], check["outcome"]) for check in recorded
    )


def test_the_landing_gate_stops_landed_rows_that_the_ledger_does_not_count(workspace, monkeypatch):
    receive = steps.receive_new

    def and_lose_a_row(opened, *rest):
        outcomes = receive(opened, *rest)
        (landed,) = opened.landed.glob("observations/yjb__proven_offences_by_service/D*.parquet")
        pl.read_parquet(landed).head(-1).write_parquet(landed)
        return outcomes

    monkeypatch.setattr(steps, "receive_new", and_lose_a_row)
    assert_refused(workspace, "[delivery_rows")


def tampered(sql: str, monkeypatch: pytest.MonkeyPatch) -> None:
    build = steps.build_models

    def and_tamper(opened, *rest):
        nodes = build(opened, *rest)
        with duckdb.connect(str(opened.building / "warehouse.duckdb")) as connection:
            connection.execute(sql)
        return nodes

    monkeypatch.setattr(steps, "build_models", and_tamper)


def test_the_attribution_gate_stops_an_attribution_that_nothing_explains(workspace, monkeypatch):
    tampered("delete from attribution_gaps where is_blocking and observation_id is not null", monkeypatch)
    assert_refused(workspace, "balance")


def test_the_attribution_gate_stops_a_model_on_what_is_not_attributable(workspace, monkeypatch):
    tampered("update attributions set model_id = 'umbrella' where attribution_status = 'unassigned'", monkeypatch)
    assert_refused(workspace, "model")


def test_the_release_gate_stops_an_empty_public_table(workspace, monkeypatch):
    tampered("delete from observations", monkeypatch)
    assert_refused(workspace, "[table_not_empty]")


def test_a_failing_dbt_test_stops_the_release(workspace, monkeypatch):
    export = steps.export

    def and_double_the_settings(opened, *rest):
        export(opened, *rest)
        settings = opened.catalogue / "settings.parquet"
        frame = pl.read_parquet(settings)
        pl.concat([frame, frame]).write_parquet(settings)

    monkeypatch.setattr(steps, "export", and_double_the_settings)
    assert_refused(workspace, "settings_one_row")


def test_a_report_that_the_claim_linter_refuses_leaves_the_release(workspace, monkeypatch):
    from reports import site

    def refuse(*_args, **_options):
        raise AssertionError("a sentence was refused")

    with monkeypatch.context() as patched:
        patched.setattr(site, "render", refuse)
        result = run_build(workspace, load_catalogue())
    assert any("a sentence was refused" in failure for failure in result.failures)
    current = ReleaseStore(workspace.warehouse).current()
    assert current.release_id.endswith(".2")

    # The next build makes the report that lacks, and publishes nothing twice.
    monkeypatch.setattr(publish, "release_database", refuse)
    assert run_build(workspace, load_catalogue()).failures == []
    assert (workspace.warehouse / "reports" / current.release_id / "index.html").exists()
    assert ReleaseStore(workspace.warehouse).current() == current
