"""An invented county of four services (and one abroad) that return one quarterly dataset: landed rows and a ledger."""

from dataclasses import replace
from datetime import date, datetime
from pathlib import Path

import polars as pl

from pipelines.intake.places import Registers
from pipelines.landing.expected import expected_deliveries
from sources.catalogue import load_catalogue
from sources.models.dataset import Calendar
from sources.shapes import schema

DATASET = "yjb__kpi_6_out_of_court"
SERVICES = ("norrow", "oxterby", "quillmarsh", "strathnorrow", "vellow")
NATION = {"strathnorrow": "Scotland"}
Q3, Q4 = (date(2025, 10, 1), date(2025, 12, 31)), (date(2026, 1, 1), date(2026, 3, 31))
Q1 = (date(2026, 4, 1), date(2026, 6, 30))
CAME = datetime(2026, 4, 20, 9)


class County:
    """Landed returns and the ledger of one dataset."""

    def __init__(self, folder: Path, calendar: Calendar | None = None) -> None:
        self.folder = folder
        self.ledger: list[dict] = []
        known = load_catalogue()
        dataset = known.datasets[DATASET].model_copy(update={"calendar": calendar} if calendar else {})
        self.catalogue = replace(known, datasets={DATASET: dataset})
        rows = [
            {"service_id": s, "service_name": f"{s.title()} Youth Justice Service", "area_code": f"FE{n:07d}",
             "nation": NATION.get(s, "England"), "valid_from": date(2012, 4, 1), "valid_to": None,
             "source_id": "test__register", "delivery_id": "D000001", "recorded_at": CAME}
            for n, s in enumerate(SERVICES)
        ]  # fmt: skip
        memberships = _frame("service_memberships", rows)
        _save(memberships, folder / "service_memberships" / "test__register" / "D000001.parquet")
        empty = {shape: pl.DataFrame(schema=schema(shape)) for shape in ("authorities", "authority_changes")}
        self.registers = Registers(empty["authorities"], empty["authority_changes"], memberships, known)

    def deliver(self, *returns, came: datetime = CAME, value: float = 1.0, published: datetime | None = None) -> str:
        """One delivery with a return of each (service, period)."""
        delivery = f"D{len(self.ledger) + 10:06d}"
        dataset = self.catalogue.datasets[DATASET]
        rows = [
            {"indicator_id": dataset.measures[0].indicator, "definition_version": "2023", "breakdown_id": "all",
             "area_type": "youth_justice_service", "area_code": service, "period_start": period[0],
             "period_end": period[1], "period_type": "financial_quarter", "period_label": f"from {period[0]}",
             "value": value, "source_id": DATASET, "delivery_id": delivery, "recorded_at": came}
            for service, period in returns
        ]  # fmt: skip
        _save(_frame("observations", rows), self.folder / "observations" / DATASET / f"{delivery}.parquet")
        self.record(delivery, "accepted", recorded_at=came, published_at=published)
        return delivery

    def record(self, delivery: str, verdict: str, **columns: object) -> str:
        self.ledger.append({"delivery_id": delivery, "verdict": verdict, "source_id": DATASET} | columns)
        return delivery

    def deliveries(self) -> pl.DataFrame:
        return _frame("deliveries", self.ledger)

    def expected(self, on: date) -> list[dict]:
        frame = expected_deliveries(self.folder, self.deliveries(), self.catalogue, self.registers, on)
        assert frame.schema == schema("expected_deliveries")
        return frame.rows(named=True)

    def status(self, on: date, period=Q4) -> dict[str, str]:
        return {row["area_code"]: row["status"] for row in self.expected(on) if row["period_start"] == period[0]}


def _frame(shape: str, rows: list[dict]) -> pl.DataFrame:
    names = schema(shape).names()
    return pl.DataFrame([{name: row.get(name) for name in names} for row in rows], schema=schema(shape), orient="row")


def _save(frame: pl.DataFrame, path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    frame.write_parquet(path)
