"""`dovetail status`: what a person sees of returns, whom to chase, and the exit code for a clock."""

import json
from datetime import date, datetime, timedelta

import pytest
from click.testing import CliRunner

from pipelines.cli.status import status
from pipelines.ledger.store import Ledger
from tests.unit.landing.county import CAME, DATASET, Q4, County

LATER = (CAME + timedelta(days=60)).date()


@pytest.fixture
def county(tmp_path) -> County:
    """The calendar that the dataset's YAML declares: no deadline is known."""
    return County(tmp_path / "warehouse" / "landed")


def run(county: County, *arguments: str, on: date = LATER):
    warehouse = county.folder.parent
    ledger = Ledger(warehouse / "ledger")
    known = set(ledger.deliveries()["delivery_id"])
    for row in county.ledger:
        if row["delivery_id"] not in known:
            ledger.record({"file_name": "return.csv", "sha256": row["delivery_id"]} | row)
    return CliRunner().invoke(status, ["--warehouse", str(warehouse), "--on", str(on), *arguments])


def some_returns(county: County) -> None:
    """One in time, one late, one refused, one that never came."""
    county.deliver(("vellow", Q4))
    county.deliver(("norrow", Q4), came=CAME + timedelta(days=40))
    county.record("D000099", "refused", period_start=Q4[0], period_end=Q4[1], area_code="oxterby", areas=1,
                  recorded_at=CAME, reason="return.csv: nothing of it could be read")  # fmt: skip


def test_a_summary_counts_each_status_by_dataset_and_period(county):
    some_returns(county)
    result = run(county)
    assert result.exit_code == 0
    assert "3 deliveries recorded" in result.output
    assert "return.csv: nothing of it could be read" in result.output
    assert DATASET in result.output
    line = next(line for line in result.output.splitlines() if "from 2026-01-01" in line)
    assert "4 expected: 1 received, 1 late, 1 refused, 1 missing; no deadline known, late after 2026-05-21" in line
    assert "4 expected: 4 due; no deadline known" in result.output
    assert "2 returns are to be asked for" in result.output


def test_a_file_that_was_judged_again_is_refused_no_longer(county):
    """The first look refused it and the second did not; of another file both looks did, and the last is told."""
    refused = {"verdict": "refused", "recorded_at": CAME}
    county.record("D000001", **refused, sha256="mended", reason="mended.csv: no register")
    county.record("D000002", **refused, sha256="broken", reason="broken.csv: first look")
    later = CAME + timedelta(days=1)
    county.record("D000003", "accepted", sha256="mended", recorded_at=later)
    county.record("D000004", "refused", sha256="broken", recorded_at=later, reason="broken.csv: second look")
    county.record("D000005", "unchanged", sha256="broken", recorded_at=later + timedelta(days=1))
    output = run(county).output
    assert "mended.csv" not in output
    assert "first look" not in output
    assert "D000004  broken.csv: second look" in output


def test_the_list_names_each_return_and_whom_to_chase(county):
    some_returns(county)
    lines = run(county, "--missing").output.splitlines()
    assert lines[0] == f"{DATASET}: 2 to ask for; ask the data lead of the service"
    assert [" ".join(line.split()) for line in lines[1:]] == [
        "Oxterby Youth Justice Service from 2026-01-01 refused in D000099, 29 days late",
        "Quillmarsh Youth Justice Service from 2026-01-01 missing, 29 days late",
    ]


def test_json_has_the_same_for_programs(county):
    some_returns(county)
    found = json.loads(run(county, "--json").output)
    assert found["on"] == str(LATER)
    assert found["counts"] == {"due": 4, "late": 1, "missing": 1, "received": 1, "refused": 1}
    assert [row["area_code"] for row in found["to_chase"]] == ["oxterby", "quillmarsh"]
    assert len(found["expected_deliveries"]) == 8
    assert len(found["deliveries"]) == 3
    assert {row["missing"] for row in found["periods"]} == {0, 1}


@pytest.mark.parametrize(
    ("arguments", "exit_code"),
    [([], 0), (["--strict"], 1), (["--strict", "--json"], 1), (["--strict", "--since", "2026-04-01"], 0)],
)
def test_strict_leaves_with_1_when_a_return_is_not_in_order(county, arguments, exit_code):
    some_returns(county)
    assert run(county, *arguments).exit_code == exit_code


def test_strict_is_content_while_everything_is_in_time_or_due(county):
    county.deliver(("vellow", Q4))
    assert run(county, "--strict", on=CAME.date()).exit_code == 0
    assert run(county, "--missing", on=CAME.date()).output == f"Nothing is missing, as on {CAME.date()}.\n"


def test_a_late_return_alone_is_not_in_order(county):
    county.deliver(*((service, Q4) for service in ("vellow", "oxterby", "quillmarsh")))
    county.deliver(("norrow", Q4), came=CAME + timedelta(days=40))
    assert run(county, "--strict").exit_code == 1
    assert "Nothing is missing." in run(county).output


def test_another_dataset_has_nothing_to_say(county):
    some_returns(county)
    assert "No return is expected" in run(county, "--dataset", "yjb__kpi_7_wider_services").output
    unknown = run(county, "--dataset", "no__such")
    assert unknown.exit_code == 2
    assert "no such dataset" in unknown.output


def test_today_is_the_day_when_none_is_given(county):
    county.deliver(("vellow", Q4), came=datetime(2020, 1, 1))
    Ledger(county.folder.parent / "ledger").record({"file_name": "r.csv", "sha256": "b"} | county.ledger[0])
    result = CliRunner().invoke(status, ["--warehouse", str(county.folder.parent)])
    assert "3 missing" in result.output
