"""A person between build and publish: nothing is published without one, and an approval is for one build alone."""

import json

import dagster as dg
import polars as pl
import pytest

from pipelines import approval, steps
from pipelines.approval import Approval, NotToApprove, last_waiting, to_approve, waiting
from pipelines.build_state import save_checks
from pipelines.deliveries import receive
from pipelines.job import _waiting, run_publish
from pipelines.landing_folder import landing_files
from pipelines.releases.checks import Check
from pipelines.releases.store import Release
from pipelines.steps import publish_approved
from pipelines.whole_build import BuildNotWhole, refuse_unless_whole
from pipelines.workspace import ApprovalSettings, Workspace
from sources.catalogue import load_catalogue

pytestmark = pytest.mark.integration

CATALOGUE = load_catalogue()


def quiet(_: str) -> None:
    pass


@pytest.fixture
def built(workspace: Workspace, monkeypatch):
    """A build that ended well, as far as publishing can tell, and a publisher that only says what it was given."""
    asked = Workspace(workspace.landing, workspace.warehouse, approval=ApprovalSettings(required=True))
    receive(landing_files(asked.landing), asked, CATALOGUE)
    asked.catalogue.mkdir(parents=True, exist_ok=True)
    pl.DataFrame({"release_id": ["2026.1"]}).write_parquet(asked.catalogue / "settings.parquet")
    save_checks(asked, "4-release", [Check("a_check", "dbt", "release", "A check", True, "warn")])
    given = []

    def publish(workspace, catalogue, progress, approved=None):
        given.append(approved)
        return Release("2026.1", workspace.warehouse / "releases" / "2026.1"), True

    monkeypatch.setattr(steps, "publish", publish)
    monkeypatch.setattr(steps, "refuse_unless_whole", lambda _: None)
    return asked, given


def test_without_the_setting_nobody_is_asked(built):
    workspace, given = built
    free = Workspace(workspace.landing, workspace.warehouse)
    assert publish_approved(free, CATALOGUE, quiet).release is not None
    assert given == [None]


def test_a_build_waits_until_a_named_person_gives_a_reason(built):
    workspace, given = built
    outcome = publish_approved(workspace, CATALOGUE, quiet)
    assert outcome.release is None
    assert (outcome.waiting.release_id, outcome.waiting.checks, outcome.waiting.warnings) == ("2026.1", 1, 1)
    assert given == []
    for by, reason in (("", "because"), ("A. Person", " ")):
        with pytest.raises(NotToApprove, match="name and a reason"):
            publish_approved(workspace, CATALOGUE, quiet, by=by or " ", reason=reason)
    published = publish_approved(workspace, CATALOGUE, quiet, by="A. Person", reason="Agreed")
    assert published.is_new
    assert (given[0].approved_by, given[0].reason) == ("A. Person", "Agreed")
    assert last_waiting(workspace) is None


def test_a_build_that_waits_is_not_built_again_and_what_comes_in_since_ends_the_waiting(built):
    workspace, given = built
    publish_approved(workspace, CATALOGUE, quiet)
    assert _waiting(workspace, CATALOGUE) == waiting(workspace, CATALOGUE) == last_waiting(workspace)
    late = workspace.landing / "late.csv"
    late.write_text("a,b\n1,2\n")
    assert _waiting(workspace, CATALOGUE) is None
    receive([late], workspace, CATALOGUE)
    assert waiting(workspace, CATALOGUE) is None
    with pytest.raises(NotToApprove, match="something came in"):
        publish_approved(workspace, CATALOGUE, quiet, by="A. Person", reason="Agreed")
    assert given == []


def test_where_nothing_waits_there_is_nothing_to_approve(built):
    workspace, _ = built
    with pytest.raises(NotToApprove, match="no build waits"):
        run_publish(workspace, CATALOGUE, "A. Person", "Agreed")
    approval._path(workspace).write_text("{half a file")
    with pytest.raises(NotToApprove):
        to_approve(workspace, CATALOGUE)


def test_publishing_by_itself_asks_that_every_check_was_run(workspace):
    with pytest.raises(BuildNotWhole, match="nothing is built"):
        refuse_unless_whole(workspace)
    workspace.building.mkdir(parents=True)
    (workspace.building / "warehouse.duckdb").touch()
    save_checks(workspace, "1-landing", [Check("a_check", "dbt", "release", "A check", True, "pass")])
    with pytest.raises(BuildNotWhole, match="checks of what was built have no outcome"):
        refuse_unless_whole(workspace)


def test_a_run_that_waits_makes_no_release_no_report_and_succeeds(built, definitions, monkeypatch, tmp_path):
    workspace, given = built
    folders = f'[folders]\nlanding = "{workspace.landing}"\nwarehouse = "{workspace.warehouse}"\n'
    (tmp_path / "dovetail.toml").write_text(f"{folders}[approval]\nrequired = true\n", encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    with dg.DagsterInstance.ephemeral() as instance:
        result = definitions.resolve_job_def("publish").execute_in_process(instance=instance)
    assert result.success
    assert result.get_asset_materialization_events() == []
    assert given == []
    assert last_waiting(workspace) is not None


def test_an_approval_says_who_why_and_when():
    given = Approval.given(" A. Person ", " Agreed ")
    assert json.dumps([given.approved_by, given.reason]) == '["A. Person", "Agreed"]'
    assert len(given.approved_at) == len("2026-11-22 18:41:16")
