"""The ledger of gaps is packed where it is large, with the same rows and the same bytes."""

from __future__ import annotations

import csv
from zipfile import ZipFile

from reports import gap_lists, gaps, observations, packed, site
from reports.release import open_release


def test_a_large_ledger_is_packed_and_a_small_one_is_not(fictional_release, monkeypatch):
    with open_release(fictional_release) as release:
        assert gap_lists.ledger_path(release) == "data/attribution_gaps.csv"
        monkeypatch.setattr(packed, "MOST_PLAIN", 10)
        assert gap_lists.ledger_path(release) == "data/attribution_gaps.zip"


def test_what_is_packed_is_the_csv_and_the_same_rows_give_the_same_bytes(fictional_release, tmp_path):
    with open_release(fictional_release) as release:
        release.copy(gaps.ALL_GAPS, tmp_path / "plain.csv")
        for name in ("one", "two"):
            (tmp_path / name).mkdir()
            packed.write(release, gaps.ALL_GAPS, tmp_path / name / "ledger.zip")

    assert (tmp_path / "one/ledger.zip").read_bytes() == (tmp_path / "two/ledger.zip").read_bytes()
    assert [file.name for file in (tmp_path / "one").iterdir()] == ["ledger.zip"]
    with ZipFile(tmp_path / "one/ledger.zip") as archive:
        assert archive.read("ledger.csv") == (tmp_path / "plain.csv").read_bytes()


def test_a_table_is_packed_above_the_limit_and_its_header_can_be_read_either_way(fictional_release, tmp_path):
    assert packed.path("data/x", packed.MOST_PLAIN) == "data/x.csv"
    assert packed.path("data/x", packed.MOST_PLAIN + 1) == "data/x.zip"
    with open_release(fictional_release) as release:
        release.copy(gaps.ALL_GAPS, tmp_path / "ledger.csv")
        packed.write(release, gaps.ALL_GAPS, tmp_path / "packed.zip")
    with packed.opened(tmp_path / "ledger.csv") as plain, packed.opened(tmp_path / "packed.zip") as held:
        assert plain.read() == held.read() != ""


def test_what_no_sheet_can_hold_is_told_and_not_repeated(fictional_release, tmp_path, monkeypatch):
    monkeypatch.setattr(packed, "MOST_PACKED", 10)
    site.render(fictional_release, tmp_path / "report", spreadsheets=False)
    with open_release(fictional_release) as release:
        assert gap_lists.ledger_path(release) == "data/attribution_gaps.txt"
        rows = release.row("select count(*) as n from attribution_gaps")["n"]
        text = (tmp_path / "report" / "data" / "attribution_gaps.txt").read_text(encoding="utf-8")
        assert text.startswith("FICTIONAL. ")
        assert len(release.rows(text.partition("\n\n")[2].strip().rstrip(";"))) == rows
    assert 'href="data/attribution_gaps.txt"' in (tmp_path / "report" / "gaps.html").read_text(encoding="utf-8")


def test_an_indicator_is_packed_by_the_rows_of_its_own_file(fictional_release, tmp_path):
    with open_release(fictional_release) as release:
        for indicator_id, rows in observations.rows_held(release).items():
            release.copy(observations.csv_query(indicator_id), tmp_path / "rows.csv")
            with packed.opened(tmp_path / "rows.csv") as lines:
                assert len(list(csv.DictReader(lines))) == rows > 0
