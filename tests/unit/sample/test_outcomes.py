"""PSA 14, the older indicators and populations: spread, suppression, period types, and parts that add up."""

import polars as pl
import pytest


def numbers(column: pl.Series) -> pl.Series:
    return column.cast(pl.Float64, strict=False).drop_nulls()


def test_first_time_entrants_spread_as_real_ones(table):
    rows = table("first_time_entrants_by_service.xlsx")
    assert dict(rows.group_by("time_period").len().iter_rows()) == {"2021": 155, "2022": 154, "2023": 155, "2024": 155}
    for _, year in rows.group_by("time_period"):
        rate = numbers(year["first_time_entrants_per_100000"])
        assert 120 < rate.median() < 150
        assert 45 < rate.std() < 65


def test_small_counts_are_suppressed_with_their_rate(table):
    rows = table("first_time_entrants_by_service.xlsx")
    hidden = rows.filter(pl.col("first_time_entrants") == "c")
    assert 0 < hidden["yjs_name"].n_unique() <= 8
    assert (hidden["first_time_entrants_per_100000"] == "c").all()
    shown = numbers(rows["first_time_entrants"])
    assert shown.filter((shown > 0) & (shown < 5)).len() == 0


def test_a_member_of_a_service_of_three_is_suppressed_so_the_service_cannot_be_summed(table):
    services = table("service_register.csv")
    hidden = table("ni_112_conceptions.csv").filter(pl.col("conceptions_under_18") == "c")
    members = services.filter(pl.col("authority_code").is_in(hidden["new_la_code"].to_list()))
    assert 3 in set(
        services.filter(pl.col("service").is_in(members["service"].to_list())).group_by("service").len()["len"]
    )


@pytest.mark.parametrize(
    ("name", "labels", "identifier"),
    [
        ("tellus3_ni_110_ni_115.xlsx", ["2008"], "Reporting year"),
        ("tellus4_ni_110_ni_115.csv", ["2009"], "Reporting year"),
        ("ni_111_first_time_entrants.csv", ["200708", "200809", "200910", "201011"], "Financial year"),
        ("ni_112_conceptions.csv", ["2007", "2008", "2009", "2010"], "Calendar year"),
        ("ni_117_neet.xlsx", ["2007", "2008", "2009", "2010"], "Calendar year"),
    ],
)
def test_each_national_indicator_is_on_its_own_period_and_english(table, name, labels, identifier):
    rows = table(name)
    assert sorted(rows["time_period"].unique()) == labels
    assert rows["time_identifier"].unique().to_list() == [identifier]
    authorities = rows.filter(pl.col("geographic_level") == "Local authority")
    assert authorities["new_la_code"].str.starts_with("FE").all()
    assert authorities.group_by("time_period").len()["len"].unique().to_list() == [144]


def test_nation_is_the_sum_of_its_authorities_where_nothing_is_hidden(table):
    rows = table("ni_111_first_time_entrants.csv").filter(pl.col("time_period") == "200910")
    events = rows.with_columns(pl.col("first_time_entrants").cast(pl.Int64, strict=False))
    by_level = dict(events.group_by("geographic_level").agg(pl.col("first_time_entrants").sum()).iter_rows())
    hidden = events["first_time_entrants"].null_count()
    assert by_level["National"] == by_level["Regional"]
    assert 0 <= by_level["National"] - by_level["Local authority"] <= 4 * hidden


def test_activity_not_known_dominates_in_a_few_authorities(table):
    rows = table("ni_117_neet.xlsx").filter(pl.col("geographic_level") == "Local authority")
    unknown = numbers(rows["ni117_not_known_percent"])
    assert 0 < (unknown > 10).sum() < 0.15 * len(unknown)


def test_some_authorities_took_no_part_in_a_survey(table):
    for number, name in ((3, "tellus3_ni_110_ni_115.xlsx"), (4, "tellus4_ni_110_ni_115.csv")):
        rows = table(name)
        absent = rows.filter(pl.col(f"ni110_tellus{number}_percent") == "x")
        assert absent.height == 6
        assert (absent[f"ni115_tellus{number}_percent"] == "x").all()


def test_ages_make_the_population_of_the_service_figures(table):
    ages = table("population_mid_2023.xlsx")
    eights = ages.select("utla23_code", children=pl.sum_horizontal(pl.col([str(a) for a in range(10, 18)]).cast(int)))
    services = table("service_register.csv").filter(pl.col("valid_to").is_null() | (pl.col("valid_to") == ""))
    by_service = (
        services.join(eights, left_on="authority_code", right_on="utla23_code")
        .group_by("service")
        .agg(pl.col("children").sum(), pl.len())
    )
    entrants = table("first_time_entrants_by_service.xlsx").filter(pl.col("time_period") == "2023")
    both = by_service.join(entrants, left_on="service", right_on="yjs_name")
    assert both.height == 154  # the recoded authority's membership is inherited, not stated
    assert (both["children"] == both["population_10_to_17"].cast(int)).all()
    assert 18_000 < both["children"].median() < 32_000


def test_shares_and_ratios_follow_from_their_counts(table):
    rows = table("reoffending_by_service.json").with_columns(
        pl.col("cohort_children", "reoffenders", "reoffences").cast(int)
    )
    assert (rows["reoffenders"] <= rows["cohort_children"]).all()
    none = rows.filter(pl.col("reoffenders") == 0)
    assert (none["reoffences_per_reoffender"] == "z").all()
    assert numbers(rows["reoffences_per_reoffender"]).min() >= 1
    assert sorted(rows["cohort_start"].unique())[:2] == ["2021-01-01", "2021-04-01"]
    sentences = table("custody_by_service.ods")
    rate = sentences["custodial_sentences"].cast(float) / sentences["population_10_to_17"].cast(float) * 1000
    assert ((rate - sentences["custodial_sentences_per_1000"].cast(float)).abs() < 0.00051).all()
