"""Figures of real files that EXPECTED.csv does not list, and what becomes of a real file that is changed.

Figures are those of the shared manifest, or were read in the file by eye. Verdicts stand in test_real_verdicts.py.
"""

from functools import cache

import polars as pl
import pytest

from pipelines.deliveries import receive
from pipelines.intake.sidecar import Said
from pipelines.outcome import Outcome
from pipelines.workspace import Workspace
from sources.catalogue import load_catalogue

REGISTERS = (
    "la_register/ees_country.csv",
    "la_register/ees_regions.csv",
    "la_register/ees_las.csv",
    "la_register/lad_code_changes_chd2023.csv",
    "la_register/lad_codes_dates_chd2023.csv",
    "la_register/chd_E10.json",
    "la_register/uk_local_authorities_current__v1.3.0.csv",
    "youth_justice/la_to_yjs_lookup_apr2019_DERIVED.csv",
)
OC2 = "looked_after_oc2/"
MESSY = "messy_workbooks/"
UPLOAD = "fingertips/upload_validation/"


@pytest.fixture(scope="module")
def warehouse(real, tmp_path_factory):
    """A workspace with the registers, and a way to receive a real file into it once and see what came of it."""
    workspace = Workspace(real, tmp_path_factory.mktemp("real"))
    catalogue = load_catalogue()
    registers = receive([real / name for name in REGISTERS], workspace, catalogue)
    known = {(outcome.path, None): [outcome] for outcome in registers}

    @cache
    def one(name: str, period: str | None = None) -> dict[str, tuple[Outcome, pl.DataFrame]]:
        path = real / name
        if (path, period) in known:
            outcomes = known[path, period]
        else:
            said = Said(period=period) if period else None
            # A refusal is remembered by its bytes: what is told here must not meet what was refused there.
            fresh = Workspace(real, tmp_path_factory.mktemp("told")) if period else workspace
            if period:
                receive([real / register for register in REGISTERS], fresh, catalogue)
            outcomes = receive([path], fresh, catalogue, options=said)
            workspaces[name, period] = fresh
        return {str(outcome.source_id): (outcome, rows(outcome, name, period)) for outcome in outcomes}

    workspaces: dict[tuple[str, str | None], Workspace] = {}

    def rows(outcome: Outcome, name: str, period: str | None) -> pl.DataFrame:
        where = workspaces.get((name, period), workspace)
        found = list(where.landed.glob(f"*/{outcome.source_id}/{outcome.delivery_id}.parquet"))
        return pl.read_parquet(found[0]) if found else pl.DataFrame()

    return one


def test_a_file_that_names_no_period_is_refused_until_somebody_does(warehouse):
    ((refused, _),) = warehouse("fingertips/Comp_data_ut.json").values()
    assert (refused.verdict, refused.findings["rule"].to_list()) == ("refused", ["period_not_given"])
    ((told, _),) = warehouse("fingertips/Comp_data_ut.json", "2018").values()
    assert (told.verdict, told.rows_landed) == ("accepted", 2)


# What an upload of Fingertips may do wrong, and the rule that says so.
UPLOADS = {
    "date_from and date_to exchanged": (
        lambda text: text.replace("date_from,date_to", "date_to,date_from", 1),
        "period_wrong_type",
    ),
    "a misspelt header": (lambda text: text.replace("date_to", "date_too", 1), "column_missing"),
    "a header too many": (lambda text: text.replace("upper_ci_99_8", "upper_ci_99_8,extra", 1), "column_undeclared"),
    "no row": (lambda text: text.split("\n")[0], "file_empty"),
    "no file": (lambda text: "", "file_empty"),
    "a day that is none": (lambda text: text.replace("2024-01-01", "2024-01-AB"), "period_wrong_type"),
    "an area of no register": (lambda text: text.replace("U25656", "E99999999"), "area_unknown"),
}


@pytest.mark.parametrize("fault", UPLOADS)
def test_each_fault_of_an_upload_has_its_own_readable_verdict(fault, real, warehouse, tmp_path):
    change, rule = UPLOADS[fault]
    path = tmp_path / "upload.csv"
    path.write_text(change((real / UPLOAD / "valid.csv").read_text(encoding="utf-8")), encoding="utf-8")
    ((outcome, landed),) = warehouse(str(path)).values()
    assert landed.height == 0
    assert rule in set(outcome.findings["rule"])


def test_an_upload_of_an_authority_lands(real, warehouse, tmp_path):
    """The one row of nine that is no tenth by deprivation, no average of years, and begins with its year or quarter."""
    path = tmp_path / "upload.csv"
    path.write_text((real / UPLOAD / "valid.csv").read_text(encoding="utf-8").replace("U25656", "E08000016"))
    ((outcome, landed),) = warehouse(str(path)).values()
    assert (outcome.verdict, landed["value"].to_list()) == ("accepted", [3457])


def test_a_name_that_stands_twice_and_a_header_that_is_none_are_said_so(warehouse):
    ((twice, _),) = warehouse(UPLOAD + "DuplicateHeadersAndValidDataRows.csv").values()
    assert "lacks date_to; standing twice: date_from" in twice.problems[0]
    ((headless, _),) = warehouse(UPLOAD + "NoHeadersAndValidDataRows.csv").values()
    assert "its first row holds numbers" in headless.problems[0]


# ------------------------------------------------------------------------------------------------------ its figures

LOOKED_AFTER = "looked_after_12_months"
FIGURES = [
    (OC2 + "OC2_Final_V2__2010.csv", None, "England", LOOKED_AFTER, "boys", 25310.0),
    (OC2 + "OC2_Final_V2__2010.csv", None, "Barnsley", LOOKED_AFTER, "boys", 96.0),
    (OC2 + "OC2_Final_V2__2010.csv", None, "Barnsley", "looked_after_aged_10_and_over", "boys", 70.0),
    (OC2 + "OC2_Final_V2__2010.csv", None, "Barnsley", "looked_after_convicted", "boys", 6.0),
    (OC2 + "OC2_Final_V2__2010.csv", None, "Barnsley", "looked_after_substance_misuse", "boys", "c"),
    (OC2 + "OC2_Final_V2__2010.csv", None, "Barnsley", "looked_after_intervention_received", "boys", 0.0),
    (OC2 + "SFR32_2012_OC2_LA_Tables_UD.csv", None, "England", LOOKED_AFTER, "all", 46590.0),
    (OC2 + "SFR32_2012_OC2_LA_Tables_UD.csv", None, "England", "looked_after_convicted", "all", 2060.0),
    (OC2 + "SFR32_2012_OC2_LA_Tables_UD.csv", None, "Barnsley", LOOKED_AFTER, "all", 151.0),
    (OC2 + "SFR32_2012_OC2_LA_Tables_UD.csv", None, "Barnsley", "looked_after_aged_10_and_over", "all", 104.0),
    (OC2 + "SFR34_OC22015.csv", None, "ENGLAND", LOOKED_AFTER, "all", 48090.0),
    (OC2 + "SFR34_OC22015.csv", None, "ENGLAND", "looked_after_convicted", "all", 1650.0),
    (OC2 + "SFR34_OC22015.csv", None, "Barnsley", "looked_after_convicted", "all", "c"),
    (OC2 + "SFR34_OC22015.csv", None, "Barnsley", "looked_after_intervention_received", "all", 0.0),
    (OC2 + "la_conviction_health_outcome_cla__release2022.csv", None, "England", "looked_after_convicted", "all",
     860.0),
    (OC2 + "la_conviction_health_outcome_cla__release2022.csv", None, "England", "looked_after_convicted_percent",
     "all", 2.0),
    (OC2 + "la_conviction_health_outcome_cla__release2022.csv", None, "England", "looked_after_aged_10_and_over", "all",
     39930.0),
    (OC2 + "la_conviction_health_outcome_cla__release2022.csv", None, "Barnsley", "looked_after_substance_misuse",
     "all", "c"),
    (OC2 + "la_conviction_health_outcome_cla__release2022.csv", None, "Barnsley", LOOKED_AFTER, "all", 216.0),
    (MESSY + "SFR49_2014_LATables.xlsx", None, "ENGLAND", "looked_after_convicted_percent", "all", 5.6),
    (MESSY + "SFR49_2014_LATables.xlsx", None, "Barnsley", "looked_after_aged_10_and_over", "all", 90.0),
    (MESSY + "SFR49_2014_LATables.xlsx", None, "ENGLAND", "looked_after_substance_misuse_percent", "all", 3.5),
    (MESSY + "SFR49_2014_LATables.xlsx", None, "ENGLAND", "looked_after_intervention_refused", "all", 570.0),
    (MESSY + "sheet4_oc21_2014_saved_as.csv", None, "ENGLAND", LOOKED_AFTER, "all", 47670.0),
    (MESSY + "SFR12_2017_LA_Tables.xlsx", None, "ENGLAND", "looked_after_attainment_8", "all", 22.8),
    (MESSY + "SFR12_2017_LA_Tables.xlsx", None, "Barnsley", "looked_after_attainment_8", "all", 18.9),
    (MESSY + "SFR12_2017_LA_Tables.xlsx", None, "City of London", "looked_after_attainment_8", "all", "c"),
    ("deprivation/IoD2015_lad.csv", None, "Middlesbrough", "deprivation_rank", "income_affecting_children", 2.0),
    ("deprivation/IoD2015_lad.csv", None, "Blackpool", "deprivation_rank", "income_affecting_children", 9.0),
    ("deprivation/IoD2019_lad.csv", None, "Blackpool", "deprivation_average_score", "income_affecting_children", 0.307),
    ("deprivation/IoD2019_utla_imd.csv", None, "Blackpool", "deprivation_average_score", "all", 45.039),
    ("deprivation/IoD2019_utla_imd.csv", None, "Northamptonshire", "deprivation_rank", "all", 99.0),
    ("population/ons_mid-year_population_estimates_2012_to_2024.csv", None, "Barnsley", "population_0_to_17", "all",
     51799.0),
    ("neet_ni117/trafford_dashboard_neets_2016-2018.csv", None, "England", "neet_or_not_known_16_to_17_percent", "all",
     5.5),
    ("neet_ni117/trafford_dashboard_neets_2016-2018.csv", None, "Barnsley", "neet_or_not_known_16_to_17_percent",
     "all", 4.9),
    ("youth_justice/trafford_children_offending.csv", None, "Trafford",
     "children_cautioned_or_sentenced_10_to_17_per_10000", "all", None),
    ("fingertips/Comp_data_ut.json", "2018", "England", "first_time_entrants_10_to_17_per_100k", "all", 238.4731),
    ("fingertips/ut_data_extract_compare_england.json", None, "West Sussex", "neet_or_not_known_16_to_17_percent",
     "all", 9.1322),
]  # fmt: skip


@pytest.mark.parametrize(("file", "period", "area", "indicator", "breakdown", "expected"), FIGURES)
def test_a_figure_of_the_latest_period_is_the_published_one(
    file, period, area, indicator, breakdown, expected, warehouse
):
    landed = pl.concat([rows for _, rows in warehouse(file, period).values() if rows.height], how="diagonal_relaxed")
    found = landed.filter(area_name_as_published=area, indicator_id=indicator, breakdown_id=breakdown)
    row = found.sort("period_end").row(-1, named=True)
    if isinstance(expected, float):
        assert row["value"] == pytest.approx(expected, abs=1e-9)
    elif expected is not None:
        assert (row["value"], row["value_marker"]) == (None, expected)


def test_spending_lands_for_authorities_and_the_hidden_row_does_not(warehouse):
    ((_, rows),) = warehouse(MESSY + "RSX_LA_Data_2024-25_data_by_LA.ods").values()
    barnsley = rows.filter(area_code="E08000016", indicator_id="spending_on_education")
    spent = dict(barnsley.select("breakdown_id", "value").iter_rows())
    assert (spent["spend_employees"], spent["spend_running"], spent["spend_total"]) == (60522, 121609, 182131)
    assert rows.filter(row=431).is_empty()
    assert set(rows["area_code"].str.head(3)) == {"E06", "E07", "E08", "E09", "E10", "E92"}


def test_inspections_of_childrens_services(warehouse):
    ((_, rows),) = warehouse(MESSY + "LA_Inspection_Outcomes_as_at_31_March_2025.ods").values()
    overall = rows.filter(indicator_id="childrens_services_overall_effectiveness")
    assert dict(overall["value"].value_counts().iter_rows()) == {0: 19, 1: 31, 2: 67, 3: 36}
    barnsley = overall.filter(area_code="E08000016").row(0, named=True)
    assert (str(barnsley["period_start"]), barnsley["value"]) == ("2023-09-11", 2)
    # Published under the code of 2023 for an inspection of 2022: the county that it was then.
    somerset = overall.filter(area_name_as_published="Somerset").row(0, named=True)
    assert (str(somerset["period_start"]), somerset["area_code"]) == ("2022-07-18", "E10000027")


def test_hours_worked_are_of_england_and_wales_only(warehouse):
    ((_, rows),) = warehouse(MESSY + "ashe-79.xls").values()
    assert set(rows["area_code"].str.head(1)) == {"E", "W", "K"}
    assert rows.filter(area_code="E92000001", indicator_id="median_paid_hours")["value"].item() == pytest.approx(37.0)


def test_regions_of_the_board_are_not_regions_of_the_statistics_office(warehouse):
    ((_, rows),) = warehouse("youth_justice/yjb_2021-22_children_by_region.csv").values()
    assert rows["area_type"].unique().to_list() == ["yjb_region"]
    eastern = rows.filter(area_name_as_published="Eastern", unit="per_1000").row(0, named=True)
    assert (eastern["numerator"], eastern["denominator"], eastern["value"]) == (1425, 602705, 2.4)
    assert not rows["area_code"].str.starts_with("E").any()


def test_two_indicators_told_apart_by_text_only(warehouse):
    ((_, rows),) = warehouse("neet_ni117/trafford_themes_neet_2019-2025.csv").values()
    trafford = rows.filter(area_name_as_published="Trafford", indicator_id="neet_16_to_17_percent")
    by_year = dict(trafford.select("period_label", "value").iter_rows())
    assert (by_year["2019"], by_year["2020"]) == (2.3, 1.8)
    assert set(rows["indicator_id"]) == {"neet_16_to_17_percent", "neet_or_not_known_16_to_17_percent"}


def test_a_count_and_a_rate_per_10000_are_two_indicators(warehouse):
    ((_, rows),) = warehouse("youth_justice/trafford_children_offending.csv").values()
    bromley = rows.filter(area_name_as_published="Bromley", period_label="2014/15")
    assert dict(bromley.select("unit", "value").iter_rows()) == {"children": 204, "per_10000": 69}


def test_both_copies_of_the_neighbours_say_the_same(warehouse):
    book, csv = (
        warehouse(f"statistical_neighbours/{name}")["dfe__statistical_neighbours"][1]
        for name in ("sn_april_2021.xlsx", "New_Statistical_Neighbour_Groupings_April_2021.csv")
    )
    same = ["dfe_code", "rank", "neighbour_dfe_code", "closeness"]
    key = [*same, "model", "vintage"]
    assert book.select(key).sort(key).equals(csv.select(key).sort(key))
    assert set(book["closeness"]) == {"extremely_close", "very_close", "close", "somewhat_close", "not_close"}
    assert {"Very Close", "Somewhat close"} <= set(book["closeness_as_published"])


def vintage_of(real, tmp_path, measure: str, year: str, factor: float, name: str):
    """One measure and year of the interactive tool, multiplied, as a file of its own."""
    rows = pl.read_parquet(real / "lait" / "lait_bds_long__2025-02-04.parquet").filter(
        (pl.col("Short Desc") == measure) & (pl.col("Years") == year)
    )
    scaled = (pl.col("Values").cast(pl.Float64, strict=False) * factor).cast(pl.String).fill_null(pl.col("Values"))
    rows.with_columns(scaled.alias("Values")).write_parquet(tmp_path / name)
    return str(tmp_path / name)


@pytest.mark.parametrize(
    ("measure", "year", "factor", "is_aside"),
    [
        ("YJS_Caution-Sentence10-17_YO", "2020-21", 1, False),
        ("YJS_Caution-Sentence10-17_YO", "2020-21", 10, True),
        ("YJS_Caution-Sentence10-17_YO", "2020-21", 0.1, True),
        ("FirstYJS", "2022", 1, False),
        ("FirstYJS", "2022", 0.1, True),
        ("FirstYJS", "2022", 0.01, True),
        ("Under18concep", "2021", 1, False),
        ("Under18concep", "2021", 10, True),
        ("16-17 NEET", "2022", 1, False),
        ("16-17_not known_NEET", "2022", 0.5, True),
    ],
)
def test_a_vintage_of_another_rate_base_is_set_aside_whole(measure, year, factor, is_aside, real, warehouse, tmp_path):
    """The interactive tool went from per 1,000 to per 10,000 between vintages, under one name and one header."""
    # Without a day in its name it is read by the unit of the vintages of early 2025.
    ((outcome, rows),) = warehouse(vintage_of(real, tmp_path, measure, year, factor, f"lait_{factor}.parquet")).values()
    assert outcome.source_id == "dfe__local_authority_interactive_tool"
    assert ("unit_implausible" in set(outcome.set_aside["rule"])) == is_aside
    if not is_aside:
        assert rows.filter(pl.col("value").is_not_null()).height > 130


@pytest.mark.parametrize(("factor", "is_aside"), [(10, False), (1, True), (100, True)])
def test_a_vintage_of_2026_is_read_in_its_own_unit(factor, is_aside, real, warehouse, tmp_path):
    measure, year = "YJS_Caution-Sentence10-17_YO", "2021-22"
    name = f"lait_{factor}__2026-04-16.parquet"
    ((outcome, rows),) = warehouse(vintage_of(real, tmp_path, measure, year, factor, name)).values()
    assert ("unit_implausible" in set(outcome.set_aside["rule"])) == is_aside
    assert {"per_10000"} == set(rows["unit"]) or is_aside


def test_an_edition_that_really_holds_neet_alone_is_not_taken_for_neet_or_not_known(real, warehouse, tmp_path):
    text = (real / "neet_ni117" / "trafford_dashboard_neets_2016-2018.csv").read_text(encoding="utf-8")
    rows = pl.read_csv(text.encode(), infer_schema=False)
    halved = (pl.col("value").cast(pl.Float64, strict=False) / 2).cast(pl.String).fill_null("NA").alias("value")
    path = tmp_path / "neets_2019.csv"
    rows.with_columns(halved).write_csv(path)
    ((outcome, _),) = warehouse(str(path)).values()
    assert "unit_implausible" in set(outcome.set_aside["rule"])
