"""What bounds the memory of checks over large deliveries, and that a figure set aside is still in the file."""

from dataclasses import replace

import polars as pl

from pipelines.intake.checks import coverage
from pipelines.intake.checks.chunks import in_chunks
from tests.unit.intake.checks import world
from tests.unit.intake.checks.test_broken_deliveries import LAIT


def test_chunks_hold_whole_indicators_and_every_row_once():
    rows = pl.DataFrame({"indicator_id": ["a"] * 3 + ["b"] * 5 + ["c"] * 2 + ["a"] * 2, "n": range(12)})
    chunks = [chunk.collect() for chunk in in_chunks(rows.lazy(), most=6)]
    assert [chunk["indicator_id"].unique().sort().to_list() for chunk in chunks] == [["a"], ["b"], ["c"]]
    assert sorted(n for chunk in chunks for n in chunk["n"]) == list(range(12))
    assert [chunk.collect().height for chunk in in_chunks(rows.lazy(), most=12)] == [12]
    assert [chunk.collect().height for chunk in in_chunks(rows.head(0).lazy())] == [0]


def test_an_area_whose_figure_was_set_aside_is_not_missing():
    landed = world.candidates(world.fixture("areas_not_given"), LAIT)
    known = world.context(LAIT)
    (missing,) = coverage(landed, known)["reason"]
    assert "2 of kind" in missing
    row = landed.head(1).collect()
    placed = row.select(
        "indicator_id", "definition_version", "area_type", pl.lit("FE0000004").alias("area_code"), "period_start",
        "period_end",
    )  # fmt: skip
    (left,) = coverage(landed, replace(known, placed=placed))["reason"]
    assert "1 of kind" in left
    assert "FE0000004" not in left
