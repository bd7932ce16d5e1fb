import json
import shutil

import duckdb
import pytest

from reports.pages import indicator_page
from reports.release import ReleaseNotSound, open_release
from tests.unit.reports import parts
from tests.unit.reports.fake_world import check, passing_checks
from tests.unit.reports.reading import table_rows
from tests.unit.reports.rendering import render


@pytest.fixture
def release(fictional_release, tmp_path):
    """A copy to break."""
    return shutil.copytree(fictional_release, tmp_path / "2026.2")


def _write_checks(release, checks, release_id="2026.2"):
    (release / "checks.json").write_text(json.dumps({"release_id": release_id, "checks": checks}))


def _refused(release, tmp_path, assets, words):
    with pytest.raises(ReleaseNotSound, match=words):
        render(release, tmp_path / "site", assets=assets)
    assert not (tmp_path / "site").exists()


def test_a_release_without_checks_is_refused(release, tmp_path, assets):
    (release / "checks.json").unlink()
    _refused(release, tmp_path, assets, r"2026\.2 has no checks\.json")


def test_a_release_with_a_failed_blocking_check_is_refused_naming_it(release, tmp_path, assets):
    checks = [*passing_checks(), check("rates_within_parts", "release", "dbt", "Rates", "fail")]
    _write_checks(release, checks)
    _refused(release, tmp_path, assets, r"1 of 5 blocking checks did not pass \(rates_within_parts\)")


def test_a_blocking_check_without_an_outcome_is_not_taken_for_a_pass(release, tmp_path, assets):
    _write_checks(release, [check("a", "release", "dbt", "A", "pass"), check("b", "release", "dbt", "B", None)])
    _refused(release, tmp_path, assets, r"1 of 2 blocking checks did not pass \(b\)")


def test_a_release_that_records_no_blocking_check_is_refused(release, tmp_path, assets):
    _write_checks(release, [check("a", "release", "dbt", "A", blocks=False)])
    _refused(release, tmp_path, assets, "records no blocking check")


def test_a_failed_check_that_does_not_block_is_shown_and_does_not_stop_the_pages(release, tmp_path, assets):
    checks = [*passing_checks(), check("drift", "release", "dbt", "Drift", "fail", blocks=False)]
    _write_checks(release, checks)

    render(release, tmp_path / "site", assets=assets)

    assert "1 check failed without blocking" in (tmp_path / "site" / "index.html").read_text()


def test_the_checks_of_another_release_are_refused(release, tmp_path, assets):
    _write_checks(release, passing_checks(), release_id="2026.1")
    _refused(release, tmp_path, assets, r"release 2026\.1 and MANIFEST of release 2026\.2")


@pytest.mark.parametrize("name", ["MANIFEST", "checks.json"])
def test_a_document_that_is_not_json_is_refused(release, tmp_path, assets, name):
    (release / name).write_text("{")
    _refused(release, tmp_path, assets, f"{name} is not readable as JSON")


def test_a_release_without_its_database_is_refused(release, tmp_path, assets):
    (release / "dovetail.duckdb").unlink()
    _refused(release, tmp_path, assets, r"has no dovetail\.duckdb")


def test_an_observation_neither_attributed_nor_explained_stops_the_pages(release, tmp_path, assets):
    with duckdb.connect(str(release / "dovetail.duckdb")) as connection:
        connection.execute("delete from attribution_gaps where kind = 'S1'")
    _refused(release, tmp_path, assets, r"does not balance: [\d,]+ observations are neither")


def test_a_gap_that_does_not_block_explains_nothing(release, tmp_path, assets):
    with duckdb.connect(str(release / "dovetail.duckdb")) as connection:
        connection.execute("update attribution_gaps set is_blocking = false where kind = 'S1'")
    _refused(release, tmp_path, assets, "does not balance")


def test_the_release_is_only_read_and_let_go(release, tmp_path, assets):
    before = (release / "dovetail.duckdb").read_bytes()
    with open_release(release) as opened, pytest.raises(duckdb.InvalidInputException, match="read-only"):
        opened.connection.execute("create table x as select 1")

    render(release, tmp_path / "site", assets=assets)

    assert (release / "dovetail.duckdb").read_bytes() == before
    assert sorted(file.name for file in release.iterdir()) == [
        "MANIFEST",
        "checks.json",
        "diff.json",
        "dovetail.duckdb",
    ]
    with duckdb.connect(str(release / "dovetail.duckdb")) as connection:  # no lock is left
        connection.execute("create table x as select 1")


@pytest.mark.parametrize("sign", ["manifest", "comment", "file name"])
def test_any_one_sign_makes_a_release_fictional(real_like_release, tmp_path, sign):
    release = shutil.copytree(real_like_release, tmp_path / "2026.1")
    with open_release(release) as opened:
        assert not opened.is_fictional
    if sign == "manifest":
        (release / "MANIFEST").write_text(json.dumps({"release_id": "2026.1", "is_fictional": True}))
    else:
        with duckdb.connect(str(release / "dovetail.duckdb")) as connection:
            if sign == "comment":
                connection.execute("comment on table services is 'FICTIONAL. Services.'")
            else:
                connection.execute("update deliveries set file_name = 'FICTIONAL_x.csv' where delivery_id = 'D0007'")

    with open_release(release) as opened:
        assert opened.is_fictional


@pytest.mark.parametrize(
    ("inputs", "base"),
    [({"settings": {"small_denominator": 45}}, 45), ({"settings": {}}, 30), ({"settings": None}, 30), ({}, 30)],
)
def test_a_small_base_is_what_the_release_was_made_with(release, inputs, base):
    manifest = json.loads((release / "MANIFEST").read_text())
    (release / "MANIFEST").write_text(json.dumps(manifest | {"inputs": inputs}))

    with parts.contents(release) as contents:
        page = next(page for page in indicator_page.pages(contents, parts.Tables()) if "suitable_ete" in page.path)
        html = parts.text(page, contents)

    rows = [row for row in table_rows(html, "Youth justice service: ")[1:] if not row[3].startswith("[")]
    assert any(30 < int(row[2]) < 45 for row in rows)
    for row in rows:
        assert row[3].endswith(f"base under {base}") == (int(row[2]) < base), row
