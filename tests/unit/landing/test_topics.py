"""Indicators that delivered metadata files define: the last word counts, and its day changes nothing else."""

from datetime import datetime
from pathlib import Path

import polars as pl

from pipelines.landing.topics import with_topics
from sources.catalogue import load_catalogue
from sources.shapes import schema


def said(landed: Path, delivery: str, day: int, labels: dict[str, str]) -> None:
    rows = [
        {
            "indicator_id": f"tidy_made_up_{column}", "definition_version": "as_published_calendar_year",
            "topic": "made_up", "column": column, "label": label, "unit": "number", "measure": "count",
            "period_type": "calendar_year", "source_id": "dfe__tidy_data", "delivery_id": delivery,
            "recorded_at": datetime(2026, 1, day),
        }
        for column, label in labels.items()
    ]  # fmt: skip
    columns = schema("topic_indicators")
    folder = landed / "topic_indicators" / "dfe__tidy_data"
    folder.mkdir(parents=True, exist_ok=True)
    frame = pl.DataFrame([dict.fromkeys(columns) | row for row in rows], schema=columns, orient="row")
    frame.write_parquet(folder / f"{delivery}.parquet")


def topics(landed: Path) -> dict[str, str]:
    known = load_catalogue()
    return {i: one.title for i, one in with_topics(known, landed).indicators.items() if i not in known.indicators}


def test_the_last_word_counts_and_the_order_stays(tmp_path: Path) -> None:
    said(tmp_path, "D000001", 1, {"alone": "Alone", "both": "Both", "clear": "Clear"})
    first = topics(tmp_path)
    said(tmp_path, "D000002", 2, {"alone": "Alone, as said again"})
    again = topics(tmp_path)
    assert first["tidy_made_up_alone"] == "Alone (made_up)"
    assert again["tidy_made_up_alone"] == "Alone, as said again (made_up)"
    assert list(again) == list(first) == sorted(first)
