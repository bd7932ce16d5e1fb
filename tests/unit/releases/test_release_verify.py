import json

import pytest

from pipelines.releases import fingerprint
from pipelines.releases.verify import verify


def found(release):
    return [(problem.kind, problem.path) for problem in verify(release)]


@pytest.fixture
def release(build, release_of):
    release = release_of(build())
    assert verify(release) == []
    return release


def change(file, offset):
    file.chmod(0o600)
    content = bytearray(file.read_bytes())
    content[offset] ^= 1
    file.write_bytes(content)


@pytest.mark.parametrize("path", ["dovetail.duckdb", "data/services.parquet", "checks.json", "report/index.html"])
def test_one_changed_bit_is_found(release, path):
    change(release.path / path, -1)
    assert found(release) == [("changed", path)]


def test_a_missing_file_is_found(release):
    (release.path / "data" / "services.csv").unlink()
    assert found(release) == [("missing", "data/services.csv")]


def test_an_extra_file_is_found_wherever_it_is(release):
    (release.path / "data" / "more.csv").write_text("a", encoding="utf-8")
    (release.path / ".hidden").write_text("a", encoding="utf-8")
    (release.path / "report" / "link").symlink_to("nowhere")
    assert found(release) == [("extra", ".hidden"), ("extra", "data/more.csv"), ("extra", "report/link")]


def test_a_file_that_cannot_be_read_is_found(release, monkeypatch):
    real = fingerprint.file_sha256

    def failing(file):
        if file.name == "services.csv":
            raise OSError(5, "Input/output error")
        return real(file)

    monkeypatch.setattr(fingerprint, "file_sha256", failing)
    assert found(release) == [("unreadable", "data/services.csv")]
    assert str(verify(release)[0]) == "data/services.csv: cannot be read (Input/output error)"


def test_a_folder_in_place_of_a_file_is_found(release):
    (release.path / "checks.json").unlink()
    (release.path / "checks.json").mkdir()
    assert found(release) == [("unreadable", "checks.json")]


def test_a_missing_or_broken_manifest_is_found(release):
    manifest = release.path / "MANIFEST"
    manifest.chmod(0o600)
    manifest.write_text("{", encoding="utf-8")
    assert found(release) == [("unreadable", "MANIFEST")]
    manifest.write_text("{}", encoding="utf-8")
    assert found(release) == [("unreadable", "MANIFEST")]
    manifest.unlink()
    assert found(release) == [("missing", "MANIFEST")]


def test_a_release_under_another_number_is_found(release):
    manifest = release.path / "MANIFEST"
    manifest.chmod(0o600)
    manifest.write_text(json.dumps(release.manifest | {"release_id": "2026.7"}), encoding="utf-8")
    assert found(release) == [("changed", "MANIFEST")]
