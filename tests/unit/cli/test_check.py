"""`dovetail check` as a person and a program meet it: words, exit codes, JSON, a page, folders, no warehouse."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from pipelines.cli.main import dovetail

FIXTURES = Path(__file__).parents[2] / "fixtures"
GOOD = FIXTURES / "good" / "intake"
BROKEN = FIXTURES / "broken" / "intake"
SOUND = GOOD / "FICTIONAL_participation.csv"


def check(*arguments: object):
    return CliRunner().invoke(dovetail, ["check", *map(str, arguments)])


@pytest.fixture(scope="module")
def warehouse(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("check") / "warehouse"
    files = [str(GOOD / "FICTIONAL_authorities.csv"), str(GOOD / "FICTIONAL_services.csv")]
    assert CliRunner().invoke(dovetail, ["load", *files, "--warehouse", str(folder)]).exit_code == 0
    return folder


def test_a_sound_file_is_accepted_and_nothing_changes(warehouse):
    before = sorted(warehouse.rglob("*"))
    result = check(SOUND, "--warehouse", warehouse)
    assert result.exit_code == 0, result.output
    assert "FICTIONAL_participation.csv: accepted as dfe__participation_16_to_17" in result.output
    assert sorted(warehouse.rglob("*")) == before


def test_a_cell_set_aside_gives_exit_code_1_with_row_column_value_rule_and_remedy(warehouse):
    result = check(BROKEN / "number_not_numeric.csv", "--warehouse", warehouse)
    assert result.exit_code == 1
    for words in ("row 2", "column NEET_percent", "'three'", "number_not_numeric", "To mend it:", "Values"):
        assert words in result.output


def test_a_refused_file_gives_exit_code_1(warehouse):
    result = check(BROKEN / "file_unknown.csv", "--warehouse", warehouse)
    assert result.exit_code == 1
    assert "refused as no known dataset" in result.output


def test_a_missing_file_and_an_empty_folder_are_misuse(warehouse, tmp_path):
    for arguments in ([tmp_path / "nothing.csv"], [tmp_path], [SOUND, "--examples", 0], []):
        assert check(*arguments, "--warehouse", warehouse).exit_code == 2, arguments


def test_a_folder_stands_for_its_files_and_several_files_for_a_summary(warehouse, tmp_path):
    for name in ("number_not_numeric.csv", "area_unknown.csv"):
        (tmp_path / name).write_bytes((BROKEN / name).read_bytes())
    (tmp_path / "notes.md").write_text("no delivery")
    result = check(tmp_path, SOUND, "--warehouse", warehouse)
    assert result.exit_code == 1
    assert result.output.strip().splitlines()[-1] == "3 files: 1 accepted, 2 accepted in part"


def test_json_is_all_there_is_on_standard_output(warehouse):
    result = check(BROKEN / "area_unknown.csv", "--warehouse", warehouse, "--json")
    assert result.exit_code == 1
    told = json.loads(result.stdout)
    (group,) = [g for g in told["files"][0]["datasets"][0]["groups"] if g["rule"] == "area_unknown"]
    assert (group["severity"], group["cells"], group["findings"][0]["row"]) == ("error", 6, 5)
    assert told["registers_missing"] == []


def test_examples_and_all(warehouse, tmp_path):
    lines = (GOOD / "FICTIONAL_participation.csv").read_text().splitlines()
    broken = tmp_path / "many.csv"
    header = lines[0].split(",")
    at = header.index("NEET_percent")
    rows = [line.split(",") for line in lines[1:]]
    broken.write_text("\n".join([lines[0], *(",".join([*r[:at], "many", *r[at + 1 :]]) for r in rows)]) + "\n")
    short = check(broken, "--warehouse", warehouse, "--examples", 1).output
    assert "and 2 more: --all shows them" in short or f"and {len(rows) - 1} more: --all shows them" in short
    assert "--all shows them" not in check(broken, "--warehouse", warehouse, "--all").output


def test_a_page_is_written(warehouse, tmp_path):
    page = tmp_path / "page.html"
    result = check(BROKEN / "number_not_numeric.csv", "--warehouse", warehouse, "--html", page)
    assert result.exit_code == 1
    text = page.read_text(encoding="utf-8")
    assert text.startswith("<!DOCTYPE html>")
    assert "number_not_numeric.csv: accepted in part" in text


def test_without_any_warehouse_everything_but_places_is_checked(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for name in ("DOVETAIL_WAREHOUSE", "DOVETAIL_LANDING"):
        monkeypatch.delenv(name, raising=False)
    sound = check(SOUND)
    assert sound.exit_code == 0, sound.output
    assert "No register of authorities or services is loaded" in sound.output
    assert check(GOOD / "FICTIONAL_structures.csv").exit_code == 0
    broken = check(BROKEN / "number_not_numeric.csv", "--json")
    assert broken.exit_code == 1
    told = json.loads(broken.stdout)
    assert told["registers_missing"] == ["authorities", "services"]
    assert "number_not_numeric" in [g["rule"] for g in told["files"][0]["datasets"][0]["groups"]]
    assert list(tmp_path.iterdir()) == []


def test_wrong_settings_are_misuse_even_so(tmp_path, monkeypatch):
    (tmp_path / "dovetail.toml").write_text("[thresholds]\ngroup_minimum = 0\n")
    monkeypatch.chdir(tmp_path)
    result = check(SOUND)
    assert result.exit_code != 0
    assert "group_minimum" in str(result.exception)
