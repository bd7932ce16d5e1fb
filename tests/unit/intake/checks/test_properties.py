"""What the checks must leave alone, whatever the figures: sound deliveries, rounded counts, published files."""

from __future__ import annotations

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipelines.intake.checks.count_totals import count_totals
from pipelines.intake.checks.parts import parts
from pipelines.intake.checks.pooled_rates import pooled_rates
from pipelines.intake.checks.revisions import revisions
from pipelines.intake.checks.rounding import count_step, shown, typical_decimals
from pipelines.intake.checks.values_of_counts import values_of_counts
from tests.unit.intake.checks.world import ENGLAND, REGIONS, candidates, context

LAIT = "dfe__local_authority_interactive_tool"
NEET = "dfe__participation_16_to_17"
CHILDREN = "yjb__children_cautioned_or_sentenced_by_service"
RATE = "children_cautioned_or_sentenced_10_to_17_per_1000"
COUNT = "children_cautioned_or_sentenced_10_to_17"
FTE = "first_time_entrants_10_to_17_per_100k"


def rows(*entries: tuple[object, ...]) -> pl.DataFrame:
    names = ["indicator", "type", "code", "period", "value", "numerator", "denominator"]
    return pl.DataFrame(
        [[None if v is None else str(v) for v in entry] for entry in entries],
        schema=dict.fromkeys(names, pl.String), orient="row",
    )  # fmt: skip


counts = st.lists(st.tuples(st.integers(0, 900), st.integers(1_000, 90_000)), min_size=9, max_size=9)


@settings(max_examples=25)
@given(counts, st.integers(0, 3))
def test_a_rate_worked_out_from_its_counts_is_never_told(pairs, places):
    entries = [
        (RATE, "region", code, "2021-22", round(1000 * n / d, places), n, d)
        for code, (n, d) in zip(REGIONS, pairs, strict=True)
    ]
    assert values_of_counts(candidates(rows(*entries), CHILDREN), context(CHILDREN)).is_empty()


@settings(max_examples=25)
@given(counts)
def test_a_rate_worked_out_from_all_parts_lies_within_them_and_their_sum_does_not(pairs):
    of_parts = [round(100_000 * n / d) for n, d in pairs]
    pooled = round(100_000 * sum(n for n, _ in pairs) / sum(d for _, d in pairs))
    parts_ = [(FTE, "region", code, "2021", v, None, None) for code, v in zip(REGIONS, of_parts, strict=True)]

    def found(value: float) -> list[str]:
        whole = (FTE, "country", ENGLAND, "2021", value, None, None)
        return pooled_rates(candidates(rows(*parts_, whole), LAIT), context(LAIT))["rule"].to_list()

    assert found(pooled) == []
    if sum(of_parts) > max(of_parts) + 1:
        assert found(sum(of_parts)) == ["rate_outside_its_parts"]


@settings(max_examples=25)
@given(counts, st.sampled_from([5, 10]))
def test_counts_rounded_one_by_one_add_up_to_their_rounded_total(pairs, step):
    def rounded(number: int) -> int:
        return step * round(number / step)

    # Denominators serve as counts here: none is small.
    entries = [
        (COUNT, "region", code, "2021-22", rounded(d), None, None) for code, (_, d) in zip(REGIONS, pairs, strict=True)
    ]
    whole = (COUNT, "country", ENGLAND, "2021-22", rounded(sum(d for _, d in pairs)), None, None)
    assert count_totals(candidates(rows(*entries, whole), CHILDREN), context(CHILDREN)).is_empty()


def test_counts_rounded_to_ten_explain_a_rate_worked_out_before_rounding():
    """As in a Fingertips extract: 1490 of 16290, published as 9.1322 (the counts were rounded, the value was not)."""
    entry = ("neet_or_not_known_16_to_17_percent", "authority", "FE0000001", "2022", 9.1322, 1490, 16290)
    fingertips = "dfe__participation_16_to_17"
    assert values_of_counts(candidates(rows(entry), fingertips), context(fingertips)).is_empty()
    far = (*entry[:4], 9.9, *entry[5:])
    assert values_of_counts(candidates(rows(far), fingertips), context(fingertips))["rule"].to_list() == [
        "value_not_of_counts"
    ]


def test_a_total_and_parts_that_round_apart_are_sound():
    """As published for England in 2022: 2.6 and 2.2 make 4.7."""
    names = ("neet_16_to_17_percent", "activity_not_known_16_to_17_percent", "neet_or_not_known_16_to_17_percent")
    entries = [
        (name, "country", ENGLAND, "2022", value, None, None)
        for name, value in zip(names, (2.6, 2.2, 4.7), strict=True)
    ]
    assert parts(candidates(rows(*entries), NEET), context(NEET)).is_empty()


def test_a_region_is_judged_by_its_own_authorities():
    """The first region holds every ninth authority; its rate must lie between theirs."""
    members = ["FE0000001", "FE0000010", "FE0000019", "FE0000028", "FE0000037"]
    entries = [(FTE, "authority", code, "2021", value, None, None)
               for code, value in zip(members, (100, 120, 140, 160, 180), strict=True)]  # fmt: skip
    for value, expected in ((150, []), (210, ["rate_outside_its_parts"])):
        whole = (FTE, "region", REGIONS[0], "2021", value, None, None)
        found = pooled_rates(candidates(rows(*entries, whole), LAIT), context(LAIT))
        assert found["rule"].to_list() == expected


def test_another_year_is_no_revision():
    new = rows(*((FTE, "region", code, "2022", 100 + n, None, None) for n, code in enumerate(REGIONS)))
    old = rows(*((FTE, "region", code, "2021", 300 - n, None, None) for n, code in enumerate(REGIONS)))
    assert revisions(candidates(new, LAIT), context(LAIT, previous=candidates(old, LAIT))).is_empty()


@given(st.lists(st.integers(0, 10**7), min_size=1), st.integers(0, 4))
def test_decimals_are_told_from_the_figures(whole, places):
    frame = pl.DataFrame({"v": [n / 10**places for n in whole]})
    assert frame.select(typical_decimals("v")).item() <= places


def test_a_step_needs_enough_counts():
    assert pl.DataFrame({"n": [10.0, 20.0]}).select(count_step("n")).item() == 1
    assert pl.DataFrame({"n": [10.0, 20.0, 40.0, 70.0, 110.0]}).select(count_step("n")).item() == 10
    assert pl.DataFrame({"n": [10.0, 20.0, 40.0, 70.0, 113.0]}).select(count_step("n")).item() == 1


@pytest.mark.parametrize(
    ("number", "text"), [(12.0, "12"), (12345678.0, "12345678"), (9.13217, "9.1322"), (0.1 + 0.2, "0.3"), (None, None)]
)
def test_numbers_are_written_plainly(number, text):
    assert pl.DataFrame({"n": [number]}, schema={"n": pl.Float64}).select(shown(pl.col("n"))).item() == text


# ---------------------------------------------------------------------------------------------- published files


def lait(path) -> pl.DataFrame:
    """First-time entrants of a published LAIT file as figures of the fictional England's country and regions."""
    codes = {"England": (ENGLAND, "country")} | {
        name: (code, "region")
        for name, code in zip(
            ["North East", "North West", "Yorkshire and the Humber", "East Midlands", "West Midlands",
             "East of England", "London", "South East", "South West"], REGIONS, strict=True,
        )
    }  # fmt: skip
    # Spelled with and without a capital, by vintage.
    area = pl.col("LA and Regions").str.replace("and The Humber", "and the Humber")
    frame = pl.read_parquet(path).filter(pl.col("Short Desc") == "FirstYJS").with_columns(area)
    wanted = frame.filter(pl.col("LA and Regions").is_in(list(codes)))
    return pl.DataFrame([
        {
            "indicator": FTE, "type": codes[name][1], "code": codes[name][0], "period": str(year),
            "value": "[x]" if value == "-" else str(value),
        }
        for name, year, value in wanted.select("LA and Regions", "Years", "Values").iter_rows()
    ])  # fmt: skip


@pytest.mark.parametrize("vintage", ["2025-01-28", "2025-02-04"])
def test_the_published_england_rate_lies_within_its_regions(real, vintage):
    figures = lait(real / "lait" / f"lait_bds_long__{vintage}.parquet")
    assert figures["code"].n_unique() == 10
    years = figures["period"].n_unique()
    assert years >= 8
    assert pooled_rates(candidates(figures, LAIT), context(LAIT)).is_empty()
    # A later vintage publishes the sum of the regions: the same file with that defect is caught, year by year.
    numbers = figures.with_columns(pl.col("value").cast(pl.Float64, strict=False).alias("n"))
    sums = numbers.filter(pl.col("type") == "region").group_by("period").agg(pl.col("n").sum())
    summed = (
        numbers.drop("n")
        .join(sums, on="period")
        .with_columns(
            pl.when(pl.col("type") == "country").then(pl.col("n").cast(pl.String)).otherwise("value").alias("value")
        )
    )
    found = pooled_rates(candidates(summed, LAIT), context(LAIT))
    assert found["rule"].to_list() == ["rate_outside_its_parts"] * years
    assert all("is the sum of the 9 regional rates" in reason for reason in found["reason"])


@pytest.mark.parametrize(
    "name", ["UD_NEETNK_LA_dashboard_2021_vg_removed.csv", "UD_NEETNK_LA_dashboard_2022_final.csv"]
)
def test_published_neet_parts_make_their_total(real, name):
    frame = pl.read_csv(real / "neet_ni117" / name, infer_schema=False)
    columns = {
        "NEET_percent": "neet_16_to_17_percent",
        "Notknown_percent": "activity_not_known_16_to_17_percent",
        "NEET_not_known_percent": "neet_or_not_known_16_to_17_percent",
    }
    figures = pl.DataFrame([
        {
            "indicator": indicator, "type": "authority", "code": row["new_la_code"], "period": row["time_period"],
            "value": row[column],
        }
        for row in frame.iter_rows(named=True) for column, indicator in columns.items()
        if row["new_la_code"] and row[column].replace(".", "").isdigit()
    ])  # fmt: skip
    assert figures.height > 400
    assert parts(candidates(figures, NEET), context(NEET)).is_empty()
