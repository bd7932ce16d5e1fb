"""When the parsed dbt project is fresh, and what a node's result means. No dbt is started here."""

import errno
import os
from pathlib import Path

import pytest

from pipelines.warehouse import manifest
from pipelines.warehouse.results import NodeResult


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "dbt_project"
    (folder / "models").mkdir(parents=True)
    (folder / "models" / "one.sql").write_text("select 1")
    (folder / "dbt_project.yml").write_text("name: small")
    monkeypatch.setattr(manifest, "PROJECT", folder)
    return folder


def test_fingerprint_follows_the_content_and_names_of_the_project_files(project: Path) -> None:
    first = manifest.fingerprint()
    (project / "models" / "one.sql").write_text("select 2")
    second = manifest.fingerprint()
    (project / "models" / "one.sql").rename(project / "models" / "two.sql")
    assert len({first, second, manifest.fingerprint()}) == 3


def test_fingerprint_ignores_what_dbt_writes(project: Path) -> None:
    before = manifest.fingerprint()
    for name in ("target", "logs"):
        (project / name).mkdir()
        (project / name / "compiled.sql").write_text("select 1")
    (project / "models" / "notes.txt").write_text("not read by dbt")
    assert manifest.fingerprint() == before


def test_a_fresh_target_is_used_without_parsing(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    target = project / "target"
    target.mkdir()
    for name in manifest.MADE:
        (target / name).write_text("{}")
    (target / manifest.FINGERPRINT).write_text(manifest._mark(target, manifest.fingerprint()))
    monkeypatch.setattr(manifest, "_parse_into", lambda *_: pytest.fail("parsed although fresh"))
    assert manifest.prepare() == target
    assert manifest.manifest() == {}


@pytest.mark.parametrize("missing", [*manifest.MADE, manifest.FINGERPRINT])
def test_a_target_with_a_file_missing_is_parsed_again(
    project: Path, monkeypatch: pytest.MonkeyPatch, missing: str, tmp_path: Path
) -> None:
    target = tmp_path / "target"
    target.mkdir()
    for name in manifest.MADE:
        (target / name).write_text("{}")
    (target / manifest.FINGERPRINT).write_text(manifest._mark(target, manifest.fingerprint()))
    (target / missing).unlink()
    parsed: list[Path] = []
    monkeypatch.setattr(manifest, "_parse_into", lambda folder, _: parsed.append(folder))
    manifest.prepare(target)
    assert parsed == [target]


@pytest.mark.parametrize("damaged", [*manifest.MADE, manifest.FINGERPRINT])
def test_a_target_with_a_file_damaged_is_parsed_again(
    project: Path, monkeypatch: pytest.MonkeyPatch, damaged: str, tmp_path: Path
) -> None:
    for name in manifest.MADE:
        (tmp_path / name).write_text("{}")
    (tmp_path / manifest.FINGERPRINT).write_text(manifest._mark(tmp_path, manifest.fingerprint()))
    (tmp_path / damaged).write_bytes(b"\xff" + (tmp_path / damaged).read_bytes()[1:])
    parsed: list[Path] = []
    monkeypatch.setattr(manifest, "_parse_into", lambda folder, _: parsed.append(folder))
    manifest.prepare(tmp_path)
    assert parsed == [tmp_path]


@pytest.mark.parametrize("number", [errno.EACCES, errno.EROFS])
def test_where_the_project_cannot_be_written_the_users_cache_is_used(
    project: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, number: int
) -> None:
    def parse(folder: Path, _: str) -> None:
        if folder == project / "target":
            raise OSError(number, os.strerror(number))

    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setattr(manifest, "_parse_into", parse)
    assert manifest.prepare() == tmp_path / "cache" / "dovetail" / "dbt"


@pytest.mark.parametrize(
    ("status", "is_failure"),
    [("success", False), ("pass", False), ("warn", False), ("fail", True), ("error", True), ("skipped", True)],
)
def test_a_warning_does_not_stop_a_build_and_a_skipped_node_does(status: str, is_failure: bool) -> None:
    assert NodeResult("model.dovetail.one", status, None, 0.1).is_failure is is_failure
