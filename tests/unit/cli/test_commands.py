"""What a person sees of each command that needs no build: words, exit codes, JSON."""

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from pipelines.cli.main import dovetail

GOOD = Path(__file__).parents[2] / "fixtures" / "good" / "intake"
COMMANDS = ("build", "check", "dev", "init", "load", "releases", "sample", "sql", "status", "structures")


@pytest.fixture
def workspace(tmp_path, monkeypatch):
    """A workspace made by `dovetail init`, and the current folder."""
    result = CliRunner().invoke(dovetail, ["init", str(tmp_path)])
    assert result.exit_code == 0
    monkeypatch.chdir(tmp_path)
    return tmp_path


def run(*arguments: str):
    return CliRunner().invoke(dovetail, list(arguments))


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_teaches_itself(command):
    result = run(command, "--help")
    assert result.exit_code == 0
    assert len(result.output.splitlines()) > 5


def test_init_writes_settings_that_the_program_reads_and_keeps_what_is_there(workspace):
    from pipelines.workspace import Thresholds, open_workspace

    opened = open_workspace()
    assert opened.warehouse == workspace / "warehouse"
    assert opened.thresholds == Thresholds()
    (workspace / "dovetail.toml").write_text("[thresholds]\ngroup_minimum = 12\n")
    assert "kept" in run("init", str(workspace)).output
    assert open_workspace(warehouse=workspace / "warehouse").thresholds.group_minimum == 12


def test_a_wrong_setting_is_named(workspace):
    from pipelines.workspace import WorkspaceError, open_workspace

    (workspace / "dovetail.toml").write_text("[folders]\nwarehouse='w'\n[thresholds]\ncoverage_minimum = 7\n")
    with pytest.raises(WorkspaceError, match=r"thresholds\.coverage_minimum"):
        open_workspace()


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("[treshold]\ncoverage_minimum = 0.8\n", r"treshold is no section of it; there are: folders, thresholds"),
        ("[folders]\nwarehuose = 'w'\n", r"folders\.warehuose"),
        ("warehouse = 'w'\n", r"warehouse is no section of it"),
    ],
)
def test_what_is_no_setting_is_named(workspace, text, message):
    from pipelines.workspace import WorkspaceError, open_workspace

    (workspace / "dovetail.toml").write_text(text)
    with pytest.raises(WorkspaceError, match=message):
        open_workspace()


def test_templates_have_the_headers_that_intake_recognises(workspace):
    from sources.catalogue import load_catalogue

    for name in ("structure_register", "service_register", "decisions", "gap_evidence", "contributions"):
        header = (workspace / "templates" / f"{name}.csv").read_text().strip().split(",")
        assert tuple(header) == load_catalogue().datasets[f"dovetail__{name}"].signature.required


def test_load_records_and_the_same_file_again_changes_nothing(workspace):
    first = run("load", str(GOOD / "FICTIONAL_authorities.csv"))
    assert first.exit_code == 0
    assert "accepted, " in first.output
    again = run("load", str(GOOD / "FICTIONAL_authorities.csv"), "--json")
    assert json.loads(again.output)[0]["verdict"] == "unchanged"
    assert "1  unchanged" in run("status").output


def test_check_changes_nothing_and_leaves_with_1_when_something_is_wrong(workspace):
    run("load", str(GOOD / "FICTIONAL_authorities.csv"))
    broken = GOOD.parents[1] / "broken" / "intake" / "marker_undeclared.csv"
    result = run("check", str(broken))
    assert result.exit_code == 1
    assert "(marker_undeclared)" in result.output
    assert run("check", str(GOOD / "FICTIONAL_participation.csv")).exit_code == 0
    assert len(json.loads(run("status", "--json").output)["deliveries"]) == 1


def test_misuse_is_one_line_and_exit_code_2(tmp_path):
    without = subprocess.run(
        [sys.executable, "-m", "pipelines.cli", "build"], cwd=tmp_path, capture_output=True, text=True, check=False,
        env={"PYTHONPATH": str(Path(__file__).parents[3])},
    )  # fmt: skip
    assert without.returncode == 2
    assert without.stderr.count("\n") == 1
    assert "--warehouse" in without.stderr


def test_a_build_without_a_landing_folder_says_so(workspace):
    from pipelines.workspace import WorkspaceError

    shutil.rmtree(workspace / "landing")
    result = run("build")
    assert isinstance(result.exception, WorkspaceError)
    assert "--landing" in str(result.exception)
