"""Lateness and freshness: which returns are overdue and who is behind, as checks on what was delivered."""

from datetime import date, timedelta

import dagster as dg
import polars as pl
import pytest

from pipelines.landing import returns
from pipelines.landing.returns import Returns, behind
from pipelines.orchestration.keys import delivered
from pipelines.orchestration.return_checks import IN_TIME, UP_TO_DATE
from sources.shapes import schema

pytestmark = pytest.mark.integration

DATASET = "yjb__kpi_2_ete"
QUARTERS = [(date(2023, 4, 1), date(2023, 6, 30)), (date(2023, 7, 1), date(2023, 9, 30))]


def expected(**status_of: tuple[str, str]) -> pl.DataFrame:
    """Two quarters of returns of some services: their status in each."""
    rows = [
        {
            "source_id": DATASET, "area_code": area, "area_name": area, "period_start": start, "period_end": end,
            "period_type": "financial_quarter", "late_after": end + timedelta(days=31), "status": status,
        }
        for area, both in status_of.items()
        for (start, end), status in zip(QUARTERS, both, strict=True)
    ]  # fmt: skip
    return pl.DataFrame(rows, schema_overrides={n: k for n, k in schema("expected_deliveries").items() if n in rows[0]})


def test_who_returned_the_newest_closed_period_is_up_to_date_and_who_did_not_is_behind():
    frame = expected(
        A=("received", "received"), B=("received", "missing"), C=("missing", "corrected"), D=("missing",) * 2
    )
    found = behind(frame, date(2023, 12, 1))
    assert found.select("area_code", "period_end").rows() == [("B", QUARTERS[0][1]), ("D", QUARTERS[0][1])]


def test_nobody_is_behind_before_the_last_day():
    frame = expected(A=("received", "due"), B=("received", "received"))
    assert behind(frame, QUARTERS[1][1] + timedelta(days=31)).is_empty()


def test_who_is_not_expected_in_the_newest_period_is_not_behind():
    frame = expected(A=("received", "received"), B=("received", "missing"))
    assert behind(
        frame.filter((pl.col("area_code") == "A") | (pl.col("status") == "received")), date(2024, 1, 1)
    ).is_empty()


@pytest.fixture
def found(monkeypatch):
    """What stands of returns, given to the job in place of a warehouse."""

    def give(of: Returns) -> None:
        monkeypatch.setattr("pipelines.steps.returns_of", lambda _, __, asked, ___: dict.fromkeys(asked, of))

    return give


def evaluated(definitions) -> dict[str, dg.AssetCheckEvaluation]:
    with dg.DagsterInstance.ephemeral() as instance:
        result = definitions.resolve_job_def("look_at_returns_daily").execute_in_process(instance=instance)
        assert result.success
        return {e.check_name: e for e in result.get_asset_check_evaluations() if e.asset_key == delivered(DATASET)}


def test_an_overdue_return_warns_names_the_service_and_stops_nothing(environment, definitions, found):
    row = {"area_name": "Zarovia", "area_code": "FIC0001", "period_label": "2023Q2"}
    found(Returns(155, [row], []))
    checks = evaluated(definitions)
    late = checks[IN_TIME]
    assert (late.passed, late.severity, late.blocking) == (False, dg.AssetCheckSeverity.WARN, False)
    assert late.metadata["from"].value == "Zarovia"
    assert late.metadata["by_period"].value == {"2023Q2": 1}
    assert checks[UP_TO_DATE].passed
    told = (environment.warehouse / "notifications.jsonl").read_text(encoding="utf-8")
    assert told.count("returns_late") == 1
    assert "Zarovia" not in told
    evaluated(definitions)
    assert (environment.warehouse / "notifications.jsonl").read_text(encoding="utf-8") == told


def test_returns_of_a_dataset_are_told_from_the_expected_ones(monkeypatch, workspace):
    frame = expected(A=("received", "missing"), B=("received", "received"))
    frame = frame.with_columns(
        pl.lit(None, kind).alias(n) for n, kind in schema("expected_deliveries").items() if n not in frame
    )
    monkeypatch.setattr(returns, "expected_deliveries", lambda *_: frame)
    from sources.catalogue import load_catalogue

    of = returns.returns_of(workspace, load_catalogue(), [DATASET, "yjb__kpi_10_victims"], date(2023, 12, 1))
    assert of[DATASET].expected == 4
    assert [row["area_code"] for row in of[DATASET].overdue] == ["A"]
    assert of["yjb__kpi_10_victims"] == Returns(0, [], [])
