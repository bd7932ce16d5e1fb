"""`dovetail findings`: which published figures cannot be true as stated, in one command."""

import json
from types import SimpleNamespace

import duckdb
import pytest
from click.testing import CliRunner

from pipelines.cli.main import dovetail
from tests.unit.findings import small_register


@pytest.fixture
def run(tmp_path, monkeypatch):
    """Run the command on a release that holds the small register."""
    database = small_register.add_to(tmp_path / "dovetail.duckdb")
    release = SimpleNamespace(database=database, release_id="2031.1")
    monkeypatch.setattr("pipelines.cli.releases.release_of", lambda *_: release)
    return lambda *arguments: CliRunner().invoke(dovetail, ["findings", *arguments])


def test_the_command_teaches_itself():
    told = CliRunner().invoke(dovetail, ["findings", "--help"]).output
    assert "dovetail findings Y-18" in told
    assert "\\b" not in told


def test_without_an_id_it_counts_and_names_what_cannot_be_true(run):
    told = run().output
    assert "4 published figures, 3 tests of several together" in told
    assert "1  Cannot be true as stated (not_feasible)" in told
    assert "1  Our rows differ (contradicted), 1 from FICTIONAL rows" in told
    alone, together = told.index("Cannot be true as stated:\n  V-01"), told.index("Cannot be true together")
    ruled_out = told.index("Readings tried here")
    assert alone < together < told.index("V2  ") < ruled_out < told.index("V3  ")


def test_one_figure_shows_its_working_bases_and_both_places(run):
    told = run("v-01").output
    assert "34% of 17 is no whole number: 5 is 29.41% and 6 is 35.29%." in told
    assert "Conflict V1  34 or 35 per cent (arithmetic, contested)" in told
    assert "(never applied)" in told
    assert "V-02a" not in told


def test_a_statement_a_test_and_a_conflict_are_found_by_their_ids(run):
    assert {"V-02a", "V-02b"} <= set(run("V-02").output.split())
    by_test = run("V2").output
    assert "Together they are 20 to 21" in by_test
    assert "to the even neighbour it would be unique" in by_test
    assert "this reading is ruled out" in run("V3").output.lower()


def test_invented_rows_are_called_fictional_and_what_was_not_found_unverified(run):
    assert "FICTIONAL rows" in run("V-02a").output
    assert "not found in the text of the report" in run("Q-01").output


def test_the_filters_choose_by_report_verdict_and_state(run):
    def ids(*arguments):
        return [row["finding_id"] for row in json.loads(run(*arguments, "--json").output)]

    assert ids() == ["V-01", "V-02a", "V-02b", "Q-01"]
    assert ids("--seed", "902") == ["Q-01"]
    assert ids("--verdict", "not_feasible") == ["V-01"]
    assert ids("--state", "contradicted") == ["V-02a"]
    assert ids("--state", "contradicted", "--seed", "902") == []
    assert "by +2 (5 of 16, FICTIONAL rows)" in run("--state", "contradicted").output
    assert "V-01" in run("--verdict", "not_feasible").output


def test_json_of_one_figure_holds_tests_and_conflicts(run):
    told = json.loads(run("V-01", "--json").output)
    assert [row["test_id"] for row in told["tests"]] == ["V1"]
    assert told["conflicts"][0]["candidate_resolution"] == "35%: 6 of 17"


@pytest.mark.parametrize("arguments", [("V-99",), ("--seed", "999"), ("--verdict", "maybe")])
def test_misuse_is_said_and_leaves_with_2(run, arguments):
    assert run(*arguments).exit_code == 2


def test_a_release_from_before_the_register_says_so(tmp_path, monkeypatch):
    from pipelines.findings.register import read
    from pipelines.releases.store import ReleaseNotFound

    duckdb.connect(str(tmp_path / "old.duckdb")).execute("create table published_findings (finding_id int)").close()
    with pytest.raises(ReleaseNotFound, match="run dovetail build"):
        read(SimpleNamespace(database=tmp_path / "old.duckdb", release_id="2030.9"))
