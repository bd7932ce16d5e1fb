"""What came in for a made release: deliveries of each verdict, what was set aside and told, decisions, returns."""

from __future__ import annotations

from datetime import date, datetime

from tests.unit.reports.fake_world import World


def deliveries(world: World) -> None:
    sources = sorted({row["source_id"] for row in world.tables["observations"]})
    for place, source_id in enumerate(sources, start=1):
        landed = sum(row["source_id"] == source_id for row in world.tables["observations"])
        world.add(
            "deliveries",
            delivery_id=f"D{place:04}",
            file_name=f"{source_id}.csv",
            source_id=source_id,
            recognised_by="signature",
            verdict="accepted",
            reason="everything in it was sound",
            period_start=date(2021, 4, 1),
            period_end=date(2022, 3, 31),
            areas=155,
            rows_read=landed,
            cells_in=landed + 60,
            cells_landed=landed,
            cells_quarantined=0,
            cells_out_of_scope=60,
            rows_landed=landed,
            published_at=datetime(2025, 1, 30),
            recorded_at=datetime(2026, 11, 20, 8, place),
        )
    world.add(
        "deliveries",
        delivery_id="D0007",
        file_name="kpi_10_victims_2024.csv",
        source_id=sources[0],
        recognised_by="signature",
        verdict="accepted_in_part",
        reason="1 of 120 cells was set aside",
        period_start=date(2024, 4, 1),
        period_end=date(2025, 3, 31),
        areas=20,
        rows_read=60,
        cells_in=120,
        cells_landed=119,
        cells_quarantined=1,
        cells_out_of_scope=0,
        rows_landed=20,
        recorded_at=datetime(2026, 11, 20, 9, 0),
    )
    world.add(
        "deliveries",
        delivery_id="D0008",
        file_name="neet and participation final FINAL (2).xlsx",
        source_id=None,
        verdict="refused",
        recorded_at=datetime(2026, 11, 20, 9, 5),
        cells_in=0,
        cells_landed=0,
        cells_quarantined=0,
        cells_out_of_scope=0,
        rows_landed=0,
        reason="No declared dataset has this header; nearest: dfe__participation_16_to_17 (9 of 14 columns).",
    )
    world.add(
        "quarantined_rows",
        delivery_id="D0007",
        source_id=sources[0],
        row=17,
        column="total",
        value="tbc",
        rule="number_not_numeric",
        reason="'tbc' stands in a number column",
        remedy="correct the cell at source",
        cells=1,
        recorded_at=datetime(2026, 11, 20, 9, 0),
    )
    world.add(
        "delivery_warnings",
        delivery_id="D0007",
        source_id=sources[0],
        stage="indicators",
        severity="warning",
        rule="value_jumped",
        row=18,
        column="total",
        value="47",
        reason="47 after 12 the quarter before; no other service comes near",
        remedy="ask the service",
        recorded_at=datetime(2026, 11, 20, 9, 0),
    )
    world.add(
        "delivery_warnings",
        delivery_id="D0007",
        source_id=sources[0],
        stage="identities",
        severity="note",
        rule="rate_outside_its_parts",
        reason="outside its parts; waived by A. Quill on 2026-11-02 until 2026-12-31: the publisher said why (W-1)",
        remedy="ask the publisher",
        recorded_at=datetime(2026, 11, 20, 9, 0),
    )
    world.add(
        "decisions",
        decision_id="W-1",
        decision_kind="waive_check",
        subject="rate_outside_its_parts",
        decided_by="A. Quill",
        decided_on=date(2026, 11, 2),
        reason="the publisher said why",
        until=date(2026, 12, 31),
        recorded_at=datetime(2026, 11, 3),
    )
    for service in world.tables["services"][:20]:
        world.add(
            "expected_deliveries",
            source_id=sources[0],
            area_type="youth_justice_service",
            area_code=service["service_id"],
            area_name=service["service_name"],
            period_start=date(2025, 1, 1),
            period_end=date(2025, 3, 31),
            period_type="financial_quarter",
            period_label="2024Q4",
            late_after=date(2025, 5, 21),
            status="missing" if service["service_id"].endswith("7") else "received",
            is_late=service["service_id"].endswith("7"),
            chase="the data lead of the service",
        )
