"""Tables beside the pages are written while the pages are put together: whole, or the site does not appear."""

import threading

import duckdb
import pytest

from reports import beside, gaps, packed
from reports.claims import ClaimRefused
from reports.pages import numbers_page
from reports.release import open_release
from reports.site import render

QUERY = "select * from observations order by observation_id"


def test_each_table_is_written_once_and_its_header_told_in_the_order_in_which_they_were_added(
    fictional_release, tmp_path
):
    with open_release(fictional_release) as release, beside.writing(release, tmp_path) as tables:
        for number in range(6):
            tables.add(f"data/{number}.csv", QUERY)
        tables.add("data/packed.zip", QUERY)
        tables.add("data/told.txt", QUERY)
        tables.add("data/rows.csv", [{"service": "s_000", "value": 3}])
        tables.add("data/nothing.csv", [])
        headers = dict(tables.headers())

        release.copy(QUERY, tmp_path / "alone.csv")

    assert list(headers) == [*(f"data/{number}.csv" for number in range(6)), "data/packed.zip", "data/told.txt",
                             "data/rows.csv", "data/nothing.csv"]  # fmt: skip
    alone = (tmp_path / "alone.csv").read_bytes()
    assert {(tmp_path / f"data/{number}.csv").read_bytes() for number in range(6)} == {alone}
    with packed.opened(tmp_path / "data/packed.zip") as lines:
        assert lines.read().encode() == alone
    assert "select * from observations" in (tmp_path / "data/told.txt").read_text(encoding="utf-8")
    assert headers["data/0.csv"] == headers["data/packed.zip"] == alone.decode().splitlines()[0].split(",")
    assert headers["data/rows.csv"] == ["service", "value", "note"]
    assert not (tmp_path / "data/nothing.csv").exists()


def test_a_table_that_cannot_be_written_stops_the_site(fictional_release, tmp_path, assets, monkeypatch):
    def full(*_):
        raise duckdb.IOException("No space left on device")

    monkeypatch.setattr(packed, "opened", full)

    with pytest.raises(duckdb.IOException, match="No space left"):
        render(fictional_release, tmp_path / "site", assets=assets)
    assert list(tmp_path.iterdir()) == []


def test_a_claim_in_the_header_of_a_table_stops_the_site(fictional_release, tmp_path, assets, monkeypatch):
    monkeypatch.setattr(gaps, "ALL_EFFECTS", "select 1 as best_model")

    with pytest.raises(ClaimRefused, match=r"data/gap_effects\.csv"):
        render(fictional_release, tmp_path / "site", assets=assets)
    assert list(tmp_path.iterdir()) == []


def test_an_error_in_a_page_begins_no_further_table_and_leaves_nothing(
    fictional_release, tmp_path, assets, monkeypatch
):
    let_go, begun = threading.Event(), []

    def slow(release, query, to):
        begun.append(to.name)
        let_go.wait(10)

    def breaks(contents):
        threading.Timer(0.3, let_go.set).start()
        raise ValueError("a page that cannot be")
        yield

    monkeypatch.setattr(packed, "write", slow)
    monkeypatch.setattr(numbers_page, "pages", breaks)

    with pytest.raises(ValueError, match="a page that cannot be"):
        render(fictional_release, tmp_path / "site", assets=assets)
    assert len(begun) == beside._AT_ONCE
    assert list(tmp_path.iterdir()) == []
