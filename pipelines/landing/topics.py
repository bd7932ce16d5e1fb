"""Indicators that delivered metadata files define (DfE tidy data), made part of the catalogue of a warehouse."""

from dataclasses import replace
from pathlib import Path

import polars as pl

from sources.catalogue import Catalogue
from sources.models.indicator import Definition, ExposureWindow, Indicator
from sources.models.vocabulary import Breakdown
from sources.shapes import schema


def with_topics(catalogue: Catalogue, folder: Path) -> Catalogue:
    """The catalogue with the indicators and breakdowns of every topic that was landed, as last delivered.

    They are context: no polarity, no window anyone verified, and never compared.
    """
    paths = sorted((folder / "topic_indicators").glob("*/D*.parquet"))
    if not paths:
        return catalogue
    rows = pl.read_parquet(paths).select(schema("topic_indicators").names())
    last = rows.sort(pl.coalesce("published_at", "recorded_at"), "recorded_at", "delivery_id").unique(
        ["indicator_id", "definition_version"], keep="last"
    )
    # In one order, whichever delivery said it last: evidence that was kept rests on the catalogue's bytes.
    latest = last.sort("indicator_id", "definition_version")
    indicators = {
        identity[0]: _indicator(of_one) for identity, of_one in latest.group_by(["indicator_id"], maintain_order=True)
    }
    said = [folder / "observations" / source for source in latest["source_id"].unique()]
    used = [path for source in said for path in sorted(source.glob("D*.parquet"))]
    ids: list[str] = []
    if used:
        ids = pl.scan_parquet(used).select(pl.col("breakdown_id").unique()).collect()["breakdown_id"].to_list()
    breakdowns = {i: Breakdown(id=i, label=i.replace("=", ": ")) for i in sorted(ids) if i not in catalogue.breakdowns}
    return replace(
        catalogue, indicators=catalogue.indicators | indicators, breakdowns=catalogue.breakdowns | breakdowns
    )


def _indicator(rows: pl.DataFrame) -> Indicator:
    first = rows.row(0, named=True)
    unverified = ExposureWindow(citation="not told by the metadata file", verified=False)
    return Indicator(
        id=first["indicator_id"], title=f"{first['label']} ({first['topic']})", polarity="none", programme="context",
        impact_level=1, compared=False,
        definitions=tuple(
            Definition(
                version=row["definition_version"], counts=row["label"], counted_by="not_applicable", unit=row["unit"],
                measure=row["measure"], period_type=row["period_type"], window=unverified, nations=("England",),
                citation=f"metadata file of {row['topic']}, column {row['column']}", verified=False,
            )
            for row in rows.iter_rows(named=True)
        ),
    )  # fmt: skip
