"""After a rollback a build does not put back what was left, until something new comes."""

import shutil

import pytest
from click.testing import CliRunner

from pipelines import steps
from pipelines.build_state import fingerprint
from pipelines.cli.main import dovetail
from pipelines.deliveries import receive
from pipelines.job import run_build
from pipelines.landing_folder import landing_files
from pipelines.releases.rollback import stands_against
from pipelines.releases.store import ReleaseStore
from pipelines.workspace import Reports, Workspace
from sources.catalogue import load_catalogue
from tests.integration.small import INTAKE, deliver_offences

pytestmark = pytest.mark.integration


def test_a_build_lets_the_release_stand_that_a_person_went_back_to(small, tmp_path):
    shutil.copytree(small.warehouse, tmp_path / "warehouse", symlinks=True)
    shutil.copytree(small.landing, tmp_path / "landing")
    workspace = Workspace(tmp_path / "landing", tmp_path / "warehouse", reports=Reports(spreadsheets=False))
    store, catalogue = ReleaseStore(workspace.warehouse), load_catalogue()
    first = store.current()
    deliver_offences(workspace)
    assert run_build(workspace, catalogue).is_new
    left = store.current()

    options = ["--warehouse", str(workspace.warehouse)]
    back = CliRunner().invoke(dovetail, ["releases", "rollback", "--reason", "wrong offences", *options])
    assert back.exit_code == 0, back.output
    assert "offences.csv" in back.output
    assert store.current() == first

    # What was built last is still there to be published, as by a job that asks nothing first.
    assert steps.publish(workspace, catalogue, print) == (first, False)

    # Nor does a build put it back that has forgotten what it built last.
    shutil.rmtree(workspace.building)
    again = CliRunner().invoke(dovetail, ["build", "--no-spreadsheets", "--landing", str(workspace.landing), *options])
    assert again.exit_code == 0, again.output
    assert f"release {first.release_id} stands, because release {left.release_id} was rolled back to" in again.output
    assert "(wrong offences)" in again.output
    assert store.current() == first
    assert len(store.list()) == 2

    shutil.copy(INTAKE.parents[1] / "broken" / "intake" / "marker_undeclared.csv", workspace.landing)
    receive(landing_files(workspace.landing), workspace, catalogue)
    assert not stands_against(store, fingerprint(workspace, catalogue)), "a delivery is something new"
