"""The ledger's file: whole deliveries in order of arrival, older files taken on, newer ones refused."""

import sqlite3
from datetime import date, datetime

import pytest

from pipelines.ledger.store import Ledger, LedgerError
from sources.shapes import schema


def delivery(ledger: Ledger, **columns: object) -> str:
    known = {
        "delivery_id": ledger.next_id(), "file_name": "return.csv", "sha256": "a" * 64, "verdict": "accepted",
        "recorded_at": datetime(2026, 3, 2, 9, 30, 0, 5),
    }  # fmt: skip
    ledger.record(known | columns)
    return str(known["delivery_id"])


def test_what_is_recorded_comes_back_as_declared(tmp_path):
    ledger = Ledger(tmp_path)
    first = delivery(ledger, period_start=date(2026, 1, 1), area_code="vellow", areas=1)
    frame = Ledger(tmp_path).deliveries()
    assert frame.schema == schema("deliveries")
    (row,) = frame.rows(named=True)
    assert (row["delivery_id"], row["period_start"], row["area_code"]) == (first, date(2026, 1, 1), "vellow")
    assert row["recorded_at"] == datetime(2026, 3, 2, 9, 30, 0, 5)
    assert Ledger(tmp_path).next_id() == "D000002"


def test_a_delivery_is_recorded_once(tmp_path):
    ledger = Ledger(tmp_path)
    first = delivery(ledger)
    with pytest.raises(sqlite3.IntegrityError):
        delivery(ledger, delivery_id=first)
    assert ledger.deliveries().height == 1


def test_the_last_judgement_passes_over_repeats(tmp_path):
    ledger = Ledger(tmp_path)
    judged = delivery(ledger)
    delivery(ledger, verdict="unchanged")
    assert [found["delivery_id"] for found in ledger.judgements("a" * 64)] == [judged]
    assert ledger.judgements("b" * 64) == []


def test_a_ledger_of_the_version_before_is_taken_on_with_its_deliveries(tmp_path):
    ledger = Ledger(tmp_path)
    first = delivery(ledger, file_name="old.csv", area_code="vellow")
    with sqlite3.connect(ledger.path) as connection:
        connection.execute("alter table deliveries drop column area_code")
        connection.execute("alter table deliveries drop column area_type")
        connection.execute("pragma user_version = 1")
    taken_on = Ledger(tmp_path)
    second = delivery(taken_on, area_code="oxterby")
    rows = taken_on.deliveries().rows(named=True)
    assert [(r["delivery_id"], r["file_name"], r["area_code"]) for r in rows] == [
        (first, "old.csv", None),
        (second, "return.csv", "oxterby"),
    ]


def test_a_ledger_of_a_newer_version_is_refused_and_left_alone(tmp_path):
    path = Ledger(tmp_path).path
    with sqlite3.connect(path) as connection:
        connection.execute("pragma user_version = 99")
    before = path.read_bytes()
    with pytest.raises(LedgerError, match="newer version"):
        Ledger(tmp_path)
    assert path.read_bytes() == before


def test_what_is_no_ledger_is_said_to_be_none(tmp_path):
    (tmp_path / "ledger.sqlite").write_text("delivery_id,file_name\n" * 100)
    with pytest.raises(LedgerError, match="no ledger"):
        Ledger(tmp_path)
