"""The main job on the fictional sample, end to end, as a person runs it; without a network where that is allowed."""

import json
import re
import shlex
from pathlib import Path

import duckdb
import pytest

from pipelines.releases.store import ReleaseStore
from pipelines.releases.verify import verify
from tests.integration.sample import dovetail

pytestmark = pytest.mark.integration


@pytest.fixture(scope="module")
def release(built):
    """A read-only connection to the release."""
    folder, _ = built
    with duckdb.connect(str(ReleaseStore(folder / "warehouse").current().database), read_only=True) as connection:
        yield connection


def test_the_build_says_what_came_in_and_where_the_release_is(built):
    _, run = built
    assert "37 accepted, 1 accepted in part, 0 refused" in run.stdout
    assert "FICTIONAL_kpi_06_out_of_court_2024-25.csv, row 771, column community_resolution" in run.stdout
    assert "(found 'three')" in run.stdout
    assert "Release:" in run.stdout
    assert "index.html" in run.stdout


@pytest.mark.namespace
def test_the_whole_run_needs_no_network(built):
    _, run = built
    assert run.args[:2] == ["unshare", "-rn"]
    assert run.returncode == 0


def test_the_release_verifies_and_the_report_is_there(built):
    folder, _ = built
    store = ReleaseStore(folder / "warehouse")
    release = store.current()
    assert release.release_id.endswith(".1")
    assert verify(release) == []
    assert (folder / "warehouse" / "reports" / release.release_id / "index.html").exists()


def test_a_second_build_changes_nothing_and_says_so(built):
    folder, _ = built
    before = sorted((path, path.stat().st_mtime_ns) for path in (folder / "warehouse" / "releases").rglob("*"))
    run = dovetail("build", "--landing", folder / "landing", "--warehouse", folder / "warehouse")
    assert run.returncode == 0, run.stderr
    assert "Nothing new since release" in run.stdout
    after = sorted((path, path.stat().st_mtime_ns) for path in (folder / "warehouse" / "releases").rglob("*"))
    assert after == before


def test_the_shares_of_the_2024_report_are_reproduced(release):
    plans = dict(
        release.execute(
            "select model_id, count(distinct service_id) from structure_assertions where typology_id = 'yjb_2024'"
            " and source like '%2023/24%' group by 1"
        ).fetchall()
    )
    assert plans == {"directorate": 41, "portfolio": 37, "umbrella": 27, "delivery": 24, "unassigned": 13}
    (services,) = release.execute(
        "select count(*) from services where valid_from <= date '2023-12-31'"
        " and coalesce(valid_to, date '9999-12-31') >= date '2023-12-31'"
    ).fetchone()
    assert services == 155


def test_every_current_observation_in_scope_is_attributed_or_explained(release):
    unexplained = release.execute(
        "select count(*) from attributions a where a.attribution_status not like 'attributable%' and not exists"
        " (select 1 from attribution_gaps g where g.observation_id = a.observation_id and g.is_blocking"
        "  and (g.typology_id is null or g.typology_id = a.typology_id))"
    ).fetchone()
    assert unexplained == (0,)


@pytest.mark.parametrize("kind", ["U1", "U3", "U10", "S1", "S2", "S3", "S8", "E1", "E1U", "E2", "Z1", "Z5", "C6"])
def test_gap_kinds_of_the_first_cut_appear(kind, release):
    (count,) = release.execute("select count(*) from attribution_gaps where kind = ?", [kind]).fetchone()
    assert count > 0


@pytest.mark.parametrize(
    ("typology", "programme"),
    [("fielder_2007", "PSA 14"), ("yjb_2024", "youth justice KPI"), ("yjb_2024", "older youth justice KPI")],
)
def test_comparisons_appear_for_each_era(typology, programme, release):
    shown = release.execute(
        "select c.comparison_id, count(*) filter (c.group_services >= 10) from comparisons c"
        " join indicators i using (indicator_id, definition_version)"
        " where c.typology_id = ? and i.programme = ? and not c.is_refused group by 1",
        [typology, programme],
    ).fetchall()
    assert shown
    assert all(models >= 3 for _, models in shown)


def test_a_corrected_delivery_keeps_the_old_rows_with_the_time(release):
    (kept,) = release.execute(
        "select count(*) from observations where not is_current and superseded_at is not null"
    ).fetchone()
    assert kept > 0


def test_every_table_says_that_it_is_fictional(release):
    comments = release.execute("select table_name, comment from duckdb_tables() where schema_name = 'main'").fetchall()
    assert len(comments) >= 20
    assert all("FICTIONAL" in comment for _, comment in comments)


def test_sql_reads_the_release_and_refuses_to_write(built):
    folder, _ = built
    warehouse = folder / "warehouse"
    read = dovetail("sql", "select count(*) as n from services", "--json", "--warehouse", warehouse)
    assert json.loads(read.stdout)[0]["n"] > 150
    refused = dovetail("sql", "delete from services", "--warehouse", warehouse)
    assert refused.returncode == 2
    assert "only read" in refused.stderr


GUIDE = (Path(__file__).parents[2] / "docs" / "guides" / "five_questions.md").read_text(encoding="utf-8")
# What changed since the last release needs two of them: tests/unit/releases/test_ledger_diff.py asks it.
COMMANDS = [line for line in re.findall(r"```console\n(.*?)```", GUIDE, re.DOTALL) if "diff" not in line]


@pytest.mark.parametrize("command", COMMANDS, ids=[" ".join(c.split()[1:3]) for c in COMMANDS])
def test_a_question_of_the_guide_is_one_command(built, command):
    folder, _ = built
    assert command.startswith("dovetail ")
    run = dovetail(*shlex.split(command)[1:], "--warehouse", folder / "warehouse")
    assert run.returncode == 0, run.stderr
    assert len(run.stdout.splitlines()) > 3
    as_data = dovetail(*shlex.split(command)[1:], "--json", "--warehouse", folder / "warehouse")
    assert json.loads(as_data.stdout)


@pytest.mark.parametrize("query", re.findall(r"```sql\n(.*?)```", GUIDE, re.DOTALL))
def test_a_question_of_the_guide_is_one_query(built, query):
    folder, _ = built
    run = dovetail("sql", query, "--json", "--warehouse", folder / "warehouse")
    assert run.returncode == 0, run.stderr
    assert json.loads(run.stdout)


def test_releases_are_listed_and_verified(built):
    folder, _ = built
    listed = dovetail("releases", "list", "--json", "--warehouse", folder / "warehouse")
    (entry,) = json.loads(listed.stdout)
    assert entry["is_current"]
    verified = dovetail("releases", "verify", "--warehouse", folder / "warehouse")
    assert verified.returncode == 0
    assert "all as published" in verified.stdout


def test_a_broken_file_is_refused_and_the_rest_stands(built, tmp_path):
    folder, _ = built
    broken = Path(__file__).parents[1] / "fixtures" / "broken" / "intake" / "file_unknown.csv"
    dry = dovetail("check", broken, "--warehouse", folder / "warehouse")
    assert dry.returncode == 1
    assert "refused as no known dataset" in dry.stdout
