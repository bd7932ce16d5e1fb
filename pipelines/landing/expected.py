"""Which returns the calendar says should be there, and what became of each: received, late or missing.

Late is after the day the return was due. Where no deadline is known, it is more than LATE_AFTER after the first return
for the period came: the deadlines of the KPI era were not verified (domain.md 2.4).
"""

from datetime import date, timedelta
from pathlib import Path

import polars as pl

from pipelines.intake.places import Registers
from sources.catalogue import Catalogue
from sources.models.dataset import Dataset
from sources.shapes import schema

LATE_AFTER = timedelta(days=31)


def expected_deliveries(
    folder: Path, deliveries: pl.DataFrame, catalogue: Catalogue, registers: Registers
) -> pl.DataFrame:
    """One row for each dataset with a calendar, period that any area reported for, and area that should report.

    A period nobody reported for is not yet expected: a dataset begins when its first return comes. An area should
    report when it was in force in the period and is in a nation that one of the dataset's indicators covers.
    """
    frames = [pl.DataFrame(schema=schema("expected_deliveries"))]
    for dataset in catalogue.datasets.values():
        if dataset.calendar is None or dataset.shape != "observations":
            continue
        landed = _landed(folder, dataset.id)
        if landed.height:
            frames.append(_of(dataset, landed, deliveries, catalogue, registers))
    return pl.concat(frames)


def _landed(folder: Path, source_id: str) -> pl.DataFrame:
    paths = sorted((folder / "observations" / source_id).glob("D*.parquet"))
    columns = ["area_type", "area_code", "period_start", "period_end", "period_type", "period_label", "delivery_id"]
    if not paths:
        return pl.DataFrame(schema={name: schema("observations")[name] for name in columns})
    return pl.scan_parquet(paths).select(columns).unique().collect()


def _of(
    dataset: Dataset, landed: pl.DataFrame, deliveries: pl.DataFrame, catalogue: Catalogue, registers: Registers
) -> pl.DataFrame:
    calendar = dataset.calendar
    assert calendar is not None
    nations = {n for m in dataset.measures for n in catalogue.definition(m).nations}
    order = ["period_start", "period_end", "period_type"]
    periods = landed.sort("period_label").group_by(order).agg(pl.col("period_label").first()).sort(order)
    arrived = (
        landed.join(deliveries.select("delivery_id", "recorded_at", "published_at"), on="delivery_id")
        .with_columns(pl.coalesce("published_at", "recorded_at").alias("came"))
        .sort("came", "delivery_id")
        .unique(["area_type", "area_code", *order], keep="first", maintain_order=True)
    )
    first = {
        (row["area_code"], row["period_start"], row["period_end"], row["period_type"]): row
        for row in arrived.iter_rows(named=True)
    }
    begun = {row[:-1]: row[-1].date() for row in arrived.group_by(order).agg(pl.col("came").min()).iter_rows()}
    rows = []
    for start, end, kind, label in periods.iter_rows():
        due = end + timedelta(days=calendar.due_days_after_period_end) if calendar.due_days_after_period_end else None
        for code, nation in sorted(_areas(calendar.from_every, start, end, registers).items()):
            if nation is not None and nation not in nations:
                continue
            came = first.get((code, start, end, kind))
            last = due or begun[(start, end, kind)] + LATE_AFTER
            status = "missing" if came is None else "late" if came["came"].date() > last else "received"
            delivery = came["delivery_id"] if came else None
            rows.append((dataset.id, calendar.from_every, code, start, end, kind, label, due, status, delivery))
    return pl.DataFrame(rows, schema=schema("expected_deliveries"), orient="row")


def _areas(kind: str, start: date, end: date, registers: Registers) -> dict[str, str | None]:
    if kind == "youth_justice_service":
        return registers.services_in_force(start, end)
    return {
        area.code: area.nation
        for area in registers.areas.values()
        if area.area_type == "authority" and area.valid_from <= start and area.valid_to >= end
    }
