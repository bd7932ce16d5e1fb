"""Our limits against the test sheets of PHEindicatormethods and against limits that Fingertips published.

The sheets are GPL: they are read where they stand and never copied.
"""

import json

import polars as pl
import pytest

from pipelines.statistics.byar import byar_limits
from pipelines.statistics.dsr import dobson_limits
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


# Every indicator of the file whose counts are the published ones and whose limits Fingertips says are Wilson's or
# Byar's. Not here: survey estimates (weighted, or no count), life expectancy and slopes, proportions whose value was
# adjusted (10101 and 93203: the value is not numerator over denominator), and standardised rates, which follow below.
WILSON = ("93085", "20101", "91323", "20201", "90631", "20601", "20602", "92672", "90245", "22001", "91720", "30314")
BYAR = {"92196": 1_000, "20401": 1_000, "10401": 100_000, "11001": 100_000, "91100": 100}
DOBSON = ("21001", "91414", "40401", "40501", "41401")


def fingertips(real, *indicators: str) -> pl.DataFrame:
    """The records of these indicators that carry counts and limits."""
    path = real / "fingertips/ut_data_extract_compare_england.json"
    records = [row for row in json.loads(path.read_text(encoding="utf-8")) if row["ID"] in indicators]
    fields = ("ID", "Area_name", "Value", "Lower_CI", "Upper_CI", "Numerator", "Denominator")
    frame = pl.DataFrame([{field: row.get(field) for field in fields} for row in records], infer_schema_length=None)
    numbers = pl.col(fields[2:]).cast(pl.Float64)
    return frame.with_columns(numbers).drop_nulls()


@pytest.mark.parametrize(
    ("measure", "indicators", "rows"), [("proportion", WILSON, 35), ("rate", tuple(BYAR), 15)], ids=["wilson", "byar"]
)
def test_every_published_limit_that_counts_allow_is_reproduced(real, measure, indicators, rows):
    published = fingertips(real, *indicators)
    assert published.height == rows
    base = published["ID"].replace_strict(BYAR, default=100, return_dtype=pl.Float64)
    counts = [published[name].round() for name in ("Numerator", "Denominator")]
    lower, upper, method = confidence_limits([measure] * rows, *counts, base, 0.95)
    assert set(method) <= {"wilson", "byar", "exact_poisson"}
    assert lower.tolist() == pytest.approx(published["Lower_CI"].to_list(), rel=0, abs=0.011)
    assert upper.tolist() == pytest.approx(published["Upper_CI"].to_list(), rel=0, abs=0.011)


def test_published_limits_of_standardised_rates_are_dobsons(real):
    """The strata are not published: the lower limit gives the variance, which must give the upper limit."""
    published = fingertips(real, *DOBSON)
    assert published.height == 15
    value, events, lower = (published[name].to_numpy() for name in ("Value", "Numerator", "Lower_CI"))
    variance = events * ((value - lower) / (events - byar_limits(events, 0.95)[0])) ** 2
    got = dobson_limits(value, variance, events, 0.95)[1]
    # All three are printed to one decimal: half of it, three times, carried through a factor near 1.
    assert got.tolist() == pytest.approx(published["Upper_CI"].to_list(), rel=0, abs=0.17)
    symmetric = 2 * value - lower
    assert max(abs(symmetric - published["Upper_CI"].to_numpy())) > 1  # what is tested can be seen
