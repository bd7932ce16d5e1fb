"""The list of licences is that of the lock, and the audit tells what concerns a locked version and what does not."""

import json
import zipfile

import pytest

from tests.unit.environment import audit, licences


def test_the_page_lists_every_locked_package_at_its_version():
    text = licences.PAGE.read_text(encoding="utf-8")
    listed = text.partition(licences.BEGIN)[2].partition(licences.END)[0]
    rows = {tuple(cell.strip() for cell in line.split("|")[1:3]) for line in listed.splitlines() if "==" not in line}
    wanted = {*licences.locked(), *((f"{name} (npm)", version) for name, version, _ in licences.locked_npm())}
    assert wanted <= rows, "write it again: python -m tests.unit.environment.licences"
    assert len(listed.strip().splitlines()) == len(wanted) + 2
    assert licences.NOT_HERE not in listed


def test_every_licence_listed_is_what_the_package_says():
    text = licences.PAGE.read_text(encoding="utf-8")
    for name, version in licences.locked():
        said, where = licences.licence_of(name)
        if said != licences.NOT_HERE:
            assert f"| {name} | {version} | {said.replace('|', '/')} | {where} |" in text


def advisory(*events, name="Some_Package", ecosystem="PyPI", **more):
    affected = {
        "package": {"ecosystem": ecosystem, "name": name},
        "ranges": [{"type": "ECOSYSTEM", "events": [*events]}],
    }
    return {"id": "X-1", "summary": "reads too far", "modified": "2026-11-01", "affected": [affected | more]}


OURS = {("PyPI", "some-package"): "1.10.0"}


@pytest.mark.parametrize(
    ("events", "is_concerned"),
    [
        ([{"introduced": "0"}], True),
        ([{"introduced": "0"}, {"fixed": "1.9"}], False),
        ([{"introduced": "0"}, {"fixed": "1.10.1"}], True),
        ([{"introduced": "1.10.1"}], False),
        ([{"introduced": "0"}, {"last_affected": "1.10.0"}], True),
        ([{"introduced": "0"}, {"last_affected": "1.9.9"}], False),
        ([{"introduced": "0"}, {"fixed": "1.2"}, {"introduced": "1.10"}, {"fixed": "1.11"}], True),
    ],
)
def test_a_version_in_a_range_is_concerned(events, is_concerned):
    assert bool([*audit.find([advisory(*events)], OURS)]) is is_concerned


def test_a_version_that_is_listed_is_concerned_and_a_withdrawn_advisory_is_not():
    listed = advisory({"introduced": "5"}, versions=["1.10.0"])
    assert [str(found) for found in audit.find([listed], OURS)] == [
        "some-package 1.10.0: X-1: reads too far; no version is said to mend it"
    ]
    assert [*audit.find([listed | {"withdrawn": "2026-11-02"}], OURS)] == []
    assert [*audit.find([advisory({"introduced": "0"}, ecosystem="npm")], OURS)] == []


def test_what_was_checked_and_what_was_not_is_said(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(audit, "packages", lambda: OURS)
    with zipfile.ZipFile(tmp_path / "pypi.zip", "w") as archive:
        archive.writestr("X-1.json", json.dumps(advisory({"introduced": "0"}, {"fixed": "1.11"})))
    assert audit.main([str(tmp_path)]) == 1
    said = capsys.readouterr().out
    assert "some-package 1.10.0: X-1: reads too far; mended in 1.11" in said
    assert "1 locked packages against 1 advisories (1 of PyPI, 0 of npm), the newest of 2026-11-01" in said
    assert "No advisory of npm was in the database: its packages were not checked." in said


def test_without_a_database_nothing_is_said_to_be_checked(capsys):
    assert audit.main([]) == 2
    assert "Nothing was checked" in capsys.readouterr().out
