"""What a build renders beside its pages: the settings, the options that overrule them, and when a report is whole."""

import tomllib

import pytest
from click.testing import CliRunner

from pipelines import job
from pipelines.cli.main import dovetail
from pipelines.job import BuildResult, run_build
from pipelines.workspace import Reports, Workspace, WorkspaceError, open_workspace
from sources.catalogue import load_catalogue


@pytest.fixture
def opened(tmp_path):
    """Opens a workspace whose [reports] holds these lines, with what was asked for beside."""

    def open_with(lines: str, **asked: bool | None) -> Reports:
        text = f'[folders]\nwarehouse = "warehouse"\n[reports]\n{lines}\n'
        (tmp_path / "dovetail.toml").write_text(text, encoding="utf-8")
        return open_workspace(start=tmp_path, **asked).reports

    return open_with


def test_workbooks_are_made_and_nothing_is_printed_unless_the_settings_say_otherwise(opened):
    assert opened("") == Reports(spreadsheets=True, pdf=False, language="en")
    assert opened("spreadsheets = false\npdf = true") == Reports(spreadsheets=False, pdf=True)


@pytest.mark.parametrize("name", ["spreadsheets", "pdf"])
@pytest.mark.parametrize("is_set", [True, False])
def test_what_is_asked_for_overrules_its_own_setting_and_no_other(opened, name, is_set):
    setting = f"{name} = {str(is_set).lower()}"
    for asked, expected in ((None, is_set), (True, True), (False, False)):
        assert opened(setting, **{name: asked}) == Reports().model_copy(update={name: expected})


@pytest.mark.parametrize(
    ("options", "asked"),
    [
        ([], (None, None)),
        (["--spreadsheets", "--no-pdf"], (True, False)),
        (["--no-spreadsheets", "--pdf"], (False, True)),
    ],
)
def test_an_option_of_the_command_reaches_the_workspace_and_none_leaves_the_setting(
    options, asked, tmp_path, monkeypatch
):
    (tmp_path / "landing").mkdir()
    (tmp_path / "dovetail.toml").write_text('[folders]\nlanding = "landing"\nwarehouse = "w"\n', encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    seen: list[Workspace] = []

    def built(workspace: Workspace, _catalogue: object, _wait_seconds: float, **_: object) -> BuildResult:
        seen.append(workspace)
        return BuildResult("2026.1", False, None)

    monkeypatch.setattr(job, "run_build", built)
    assert CliRunner().invoke(dovetail, ["build", *options]).exit_code == 0
    expected = {name: on for name, on in zip(("spreadsheets", "pdf"), asked, strict=True) if on is not None}
    assert [one.reports for one in seen] == [Reports().model_copy(update=expected)]


@pytest.mark.parametrize(
    ("lines", "message"),
    [
        (
            'language = "tlh"',
            r"dovetail\.toml: reports\.language: The reports are not translated into 'tlh'",
        ),
        ('spreadsheets = "some"', r"dovetail\.toml: reports\.spreadsheets: "),
        ("pdf = 3", r"dovetail\.toml: reports\.pdf: "),
        ("spreadsheet = false", r"dovetail\.toml: reports\.spreadsheet: "),
    ],
)
def test_a_wrong_setting_is_named_before_anything_is_built(opened, lines, message):
    with pytest.raises(WorkspaceError, match=message):
        opened(lines)


def test_a_section_that_is_no_section_is_named(tmp_path):
    (tmp_path / "dovetail.toml").write_text('reports = "all"\n[folders]\nwarehouse = "w"\n', encoding="utf-8")
    with pytest.raises(WorkspaceError, match=r"dovetail\.toml: reports: "):
        open_workspace(start=tmp_path)


def test_init_writes_the_settings_of_the_reports_as_they_are_without_it(tmp_path):
    assert CliRunner().invoke(dovetail, ["init", str(tmp_path)]).exit_code == 0
    written = tomllib.loads((tmp_path / "dovetail.toml").read_text(encoding="utf-8"))
    assert written["reports"] == Reports().model_dump()


@pytest.mark.parametrize(
    ("asked", "there", "is_rendered_again"),
    [
        (Reports(spreadsheets=False), (), False),
        (Reports(spreadsheets=True), (), True),
        (Reports(spreadsheets=True), ("spreadsheets",), False),
        (Reports(spreadsheets=True, pdf=True), ("spreadsheets",), True),
        (Reports(spreadsheets=True, pdf=True), ("spreadsheets", "pdf"), False),
        (Reports(spreadsheets=False), ("spreadsheets", "pdf"), False),
    ],
)
def test_with_nothing_new_the_report_is_rendered_again_where_a_part_asked_for_is_missing(
    asked, there, is_rendered_again, tmp_path, monkeypatch
):
    workspace = Workspace(tmp_path / "landing", tmp_path / "warehouse", reports=asked)
    for folder in (workspace.landing, workspace.building, *_report_of(workspace, there)):
        folder.mkdir(parents=True, exist_ok=True)
    monkeypatch.setattr(job, "built_already", lambda *_: "2026.1")
    monkeypatch.setattr(job, "_run_job", lambda *_: BuildResult("2026.1", False, None, failures=["rendered again"]))
    result = run_build(workspace, load_catalogue())
    assert bool(result.failures) is is_rendered_again


def test_without_a_report_it_is_rendered_again(tmp_path, monkeypatch):
    workspace = Workspace(tmp_path, tmp_path / "warehouse", reports=Reports(spreadsheets=False))
    workspace.building.mkdir(parents=True)
    monkeypatch.setattr(job, "built_already", lambda *_: "2026.1")
    monkeypatch.setattr(job, "_run_job", lambda *_: BuildResult("2026.1", False, None, failures=["rendered again"]))
    assert run_build(workspace, load_catalogue()).failures == ["rendered again"]


def _report_of(workspace, parts):
    report = workspace.warehouse / "reports" / "2026.1"
    return [report, *(report / part for part in parts)]
