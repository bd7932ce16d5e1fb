"""Our limits against the test sheets of PHEindicatormethods and against limits that Fingertips published.

The sheets are GPL: they are read where they stand and never copied.
"""

import json

import polars as pl
import pytest

from pipelines.statistics.intervals import confidence_limits, limits_for

METHODS = {"Wilson": "wilson", "Byars": "byar", "Exact": "exact_poisson", None: None}


def sheet_rows(path, sheet, measure) -> pl.DataFrame:
    return pl.read_excel(path, sheet_name=sheet).select(
        pl.col("Area").alias("observation_id"),
        pl.lit(measure).alias("measure"),
        pl.col("Numerator").alias("numerator"),
        pl.col("Denominator").alias("denominator"),
        pl.col("multiplier").alias("unit_base"),
        pl.exclude("Area", "Numerator", "Denominator", "multiplier"),
    )


def assert_equal_or_both_absent(ours: pl.Series, theirs: pl.Series) -> None:
    assert ours.is_null().to_list() == theirs.is_null().to_list()
    assert ours.drop_nulls().to_list() == pytest.approx(theirs.drop_nulls().to_list(), rel=1e-6)


@pytest.mark.parametrize(
    ("file", "sheet", "measure", "rows", "with_limits"),
    [
        ("testdata_Proportion.xlsx", "testdata_Prop", "proportion", 19, 16),
        ("testdata_Rate.xlsx", "testdata_Rate", "rate", 20, 17),
    ],
)
def test_both_levels_equal_the_reference_sheet(real, file, sheet, measure, rows, with_limits):
    reference = sheet_rows(real / "ci_reference" / file, sheet, measure)
    assert reference.height == rows
    got = limits_for(reference)
    assert got["interval_method"].is_not_null().sum() == with_limits
    for ours, theirs in {
        "lower_95": "lower95_0cl",
        "upper_95": "upper95_0cl",
        "lower_998": "lower99_8cl",
        "upper_998": "upper99_8cl",
    }.items():
        assert_equal_or_both_absent(got[ours], reference[theirs])
    # The sheet names a method even where a missing denominator leaves it nothing to say.
    named = reference["method"].replace_strict(METHODS)
    assert got["interval_method"].drop_nulls().to_list() == named.filter(reference["value"].is_not_null()).to_list()


@pytest.mark.parametrize(
    ("file", "sheet", "measure", "rows", "with_limits"),
    [
        ("testdata_Proportion.xlsx", "testdata_Prop_g", "proportion", 11, 8),
        ("testdata_Rate.xlsx", "testdata_Rate_g", "rate", 12, 9),
    ],
)
def test_grouped_rows_equal_the_reference_sheet(real, file, sheet, measure, rows, with_limits):
    reference = sheet_rows(real / "ci_reference" / file, sheet, measure)
    assert reference.height == rows
    assert set(reference["confidence"]) == {"95%"}
    lower, upper, method = confidence_limits(
        *(reference[name] for name in ("measure", "numerator", "denominator", "unit_base")), 0.95
    )
    assert sum(name is not None for name in method) == with_limits
    assert_equal_or_both_absent(pl.Series(lower).fill_nan(None), reference["lowercl"])
    assert_equal_or_both_absent(pl.Series(upper).fill_nan(None), reference["uppercl"])


@pytest.mark.parametrize(
    ("indicator", "title", "unit_base"),
    [
        ("10401", "First time entrants to the youth justice system", 100_000),
        ("20401", "Under 18s conception rate / 1,000", 1_000),
    ],
)
def test_published_rates_and_their_limits_are_reproduced(real, record_fact, indicator, title, unit_base):
    file = "fingertips/ut_data_extract_compare_england.json"
    records = [row for row in json.loads((real / file).read_text(encoding="utf-8")) if row["ID"] == indicator]
    assert len(records) == 3
    assert {row["Name"] for row in records} == {title}
    for row in records:
        record_fact(file, f"{row['Area_name']} | {title}", "Numerator;Denominator;Value;Lower_CI;Upper_CI")
    published = pl.DataFrame(records).select(
        pl.col("Area_name").alias("observation_id"),
        pl.lit("rate").alias("measure"),
        pl.col("Numerator").alias("numerator"),
        pl.col("Denominator").alias("denominator"),
        pl.lit(unit_base).alias("unit_base"),
    )
    got = limits_for(published)
    assert got["lower_95"].to_list() == pytest.approx([row["Lower_CI"] for row in records], rel=0, abs=0.01)
    assert got["upper_95"].to_list() == pytest.approx([row["Upper_CI"] for row in records], rel=0, abs=0.01)
    rates = published["numerator"] / published["denominator"] * unit_base
    assert rates.to_list() == pytest.approx([row["Value"] for row in records], rel=0, abs=0.01)
