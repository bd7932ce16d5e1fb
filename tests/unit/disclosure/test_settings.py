"""The settings of a public build, who may read what, and what the command says."""

import stat
from pathlib import Path

import pytest

from pipelines.cli import build as cli
from pipelines.disclosure.access import make_private
from pipelines.job import BuildResult, PublicResult
from pipelines.workspace import Disclosure, Workspace, WorkspaceError, open_workspace


def settings(folder: Path, text: str) -> Path:
    (folder / "dovetail.toml").write_text(f'[folders]\nwarehouse = "warehouse"\n{text}', encoding="utf-8")
    return folder


def test_no_public_build_is_made_unless_asked_for(tmp_path):
    assert open_workspace(start=settings(tmp_path, "")).disclosure == Disclosure(public=False, threshold=5)
    assert open_workspace(start=tmp_path, is_public_asked=True).disclosure.public
    assert open_workspace(start=settings(tmp_path, "[disclosure]\npublic = true\n")).disclosure.public


@pytest.mark.parametrize(
    ("line", "message"),
    [("threshold = 1", "disclosure.threshold"), ("round_to = 0", "disclosure.round_to"), ("treshold = 5", "treshold")],
)
def test_a_wrong_setting_is_named(line, message, tmp_path):
    with pytest.raises(WorkspaceError, match=message):
        open_workspace(start=settings(tmp_path, f"[disclosure]\n{line}\n"))


def test_the_public_workspace_lies_apart(tmp_path):
    workspace = Workspace(tmp_path / "landing", tmp_path / "warehouse")
    assert workspace.public.warehouse == tmp_path / "warehouse" / "public"
    assert workspace.public.is_public
    assert not workspace.is_public


def test_everything_but_the_public_folder_is_closed_to_others(tmp_path):
    workspace = Workspace(tmp_path / "landing", tmp_path)
    for name in ("landed", "ledger", "releases", "originals", "public"):
        (tmp_path / name).mkdir(mode=0o755)
    (tmp_path / ".build-lock").write_text("")
    make_private(workspace)
    modes = {path.name: stat.S_IMODE(path.stat().st_mode) & 0o077 for path in tmp_path.iterdir()}
    assert {name for name, mode in modes.items() if mode} == {"public"}


def test_the_command_says_what_was_hidden(tmp_path, capsys):
    cli._say_public(PublicResult("2026.1", True, tmp_path / "index.html", 1200, 30, 4), tmp_path)
    said = capsys.readouterr().out
    assert "34 of 1,200 figures of people hidden (30 as small, 4 beside them)" in said
    report = tmp_path / "index.html"
    cli._say(BuildResult("2026.1", True, report, failures=["the public build is refused"]), tmp_path)
    assert "Release 2026.1 was made; no public release was." in capsys.readouterr().err
    cli._say(BuildResult("2026.1", True, None, failures=["a page claims too much"]), tmp_path)
    assert "Release 2026.1 is made and current; its report is not" in capsys.readouterr().err


@pytest.mark.parametrize("is_asked", [False, True])
def test_a_public_release_is_made_where_it_is_asked_for_and_a_release_is_there(is_asked, tmp_path, monkeypatch):
    from pipelines.disclosure import build
    from pipelines.orchestration.release_assets import public_release
    from pipelines.orchestration.workspace_resource import WorkspaceResource

    def refuse(workspace, *_):
        raise build.PublicBuildRefused(str(workspace.disclosure.public))

    monkeypatch.setattr(build, "build_public", refuse)
    resource = WorkspaceResource(landing=str(tmp_path), warehouse=str(tmp_path), public=is_asked)
    assert public_release(resource).metadata == {"is_made": False}
    (tmp_path / "releases" / "2026.1").mkdir(parents=True)
    (tmp_path / "current").symlink_to("releases/2026.1")
    if is_asked:
        with pytest.raises(build.PublicBuildRefused, match="True"):
            public_release(resource)
    else:
        assert public_release(resource).metadata == {"is_made": False}
