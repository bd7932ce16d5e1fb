"""What becomes of every real file outside EXPECTED.csv's figures: its verdict, what is set aside and why, and figures.

A file is listed by what it is; nothing in the house knows a file name. Figures are those of the shared manifest.
"""

from functools import cache
from pathlib import Path

import polars as pl
import pytest

from pipelines.deliveries import Outcome, receive
from pipelines.intake.sidecar import Said
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
# File and the datasets in it: nothing of these files is set aside.
CLEAN = {
    OC2 + "OC2_Final_V2__2010.csv": {"dfe__looked_after_outcomes_2010"},
    OC2 + "SFR32_2012_OC2_LA_Tables_UD.csv": {"dfe__looked_after_outcomes_2012"},
    OC2 + "SFR34_OC22015.csv": {"dfe__looked_after_outcomes_2015"},
    OC2 + "la_conviction_health_outcome_cla__release2022.csv": {"dfe__looked_after_outcomes"},
    "deprivation/IoD2015_lad.csv": {"mhclg__deprivation_2015_districts"},
    "deprivation/IoD2019_lad.csv": {"mhclg__deprivation_2019_districts"},
    "deprivation/IoD2019_utla_imd.csv": {"mhclg__deprivation_2019_upper_tier"},
    "statistical_neighbours/sn_april_2021.xlsx": {"dfe__statistical_neighbours"},
    "statistical_neighbours/New_Statistical_Neighbour_Groupings_April_2021.csv": {"dfe__statistical_neighbours"},
    "population/ons_mid-year_population_estimates_2012_to_2024.csv": {"dfe__population_0_to_17"},
    "fingertips/ut_data_extract_compare_england.json": {"ohid__fingertips_extract"},
    "neet_ni117/trafford_dashboard_neets_2016-2018.csv": {"trafford_data_lab__neet_dashboard"},
    "neet_ni117/trafford_themes_neet_2019-2025.csv": {"trafford_data_lab__neet_theme"},
    "youth_justice/trafford_children_offending.csv": {"trafford_data_lab__children_offending"},
    "youth_justice/yjb_2021-22_children_by_region.csv": {"yjb__children_cautioned_or_sentenced_by_region"},
    "youth_justice/yjb_2021-22_outcomes_by_region.csv": {"yjb__cautions_or_sentences_by_region"},
    "youth_justice/yjb_2021-22_offences_by_region.csv": {"yjb__proven_offences_by_region"},
    MESSY + "sheet4_oc21_2014_saved_as.csv": {"dfe__looked_after_offending_table"},
    MESSY + "SFR49_2014_LATables.xlsx": {"dfe__looked_after_offending_table", "dfe__looked_after_substance_table"},
    MESSY + "RSX_LA_Data_2024-25_data_by_LA.ods": {"mhclg__revenue_outturn_summary"},
    MESSY + "LA_Inspection_Outcomes_as_at_31_March_2025.ods": {"ofsted__local_authority_inspections"},
    MESSY + "ashe-79.xls": {"ons__hours_worked"},
    MESSY + "SFR12_2017_LA_Tables.xlsx": {"dfe__looked_after_attainment_8_table"},
}
# Files that are told for what they are, and hold nothing to load.
RECOGNISED_ONLY = {
    "la_register/lookup_name_to_registry__v1.3.0.csv": "mysociety__lookup_name_to_code",
    "la_register/lookup_gss_to_registry__v1.3.0.csv": "mysociety__lookup_gss_to_code",
    "la_register/ees_region_la_hierarchy.csv": "dfe__ees_region_hierarchy",
    "fingertips/fingertipsnext_areas.csv": "ohid__fingertips_areas",
    "la_register/ees_geography_matrix.csv": "dfe__ees_geography_matrix",
    "la_register/lait_la_code_list.xlsx": "dfe__lait_area_list",
    "lait/lait_data_dictionary__2025-02.csv": "dfe__lait_data_dictionary",
    "boundaries/uk-upper-tier-local-authorities.hexjson": "open_innovations__hexmap",
    "boundaries/wales-unitary-authorities.hexjson": "open_innovations__hexmap",
    MESSY + "coronavirusandlonelinessreferencetable.xlsx": "ons__loneliness_tables",
}
REFUSED = {
    UPLOAD + "DuplicateHeadersAndValidDataRows.csv": "column_missing",
    UPLOAD + "NoHeadersAndValidDataRows.csv": "file_unknown",
    "boundaries/geogUACounty2019GB.json": "file_unreadable",
}


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


@pytest.mark.parametrize("file", CLEAN, ids=lambda x: Path(x).name)
def test_a_real_file_is_told_and_nothing_of_it_is_set_aside(file, warehouse):
    found = warehouse(file)
    assert set(found) == CLEAN[file]
    for outcome, landed in found.values():
        assert outcome.problems == []
        assert outcome.cells_landed + outcome.cells_out_of_scope == outcome.cells_in
        assert outcome.rows_landed == landed.height > 0


@pytest.mark.parametrize("file", RECOGNISED_ONLY, ids=lambda x: Path(x).name)
def test_a_file_with_nothing_to_load_is_told_for_what_it_is(file, warehouse):
    ((source_id, (outcome, landed)),) = warehouse(file).items()
    assert source_id == RECOGNISED_ONLY[file]
    assert (outcome.verdict, outcome.problems, landed.height) == ("accepted", [], 0)
    assert outcome.cells_out_of_scope == outcome.cells_in > 0
    assert "recognised and not loaded" in str(outcome.reason)


def test_a_file_that_names_no_period_is_refused_until_somebody_does(warehouse):
    ((refused, _),) = warehouse("fingertips/Comp_data_ut.json").values()
    assert (refused.verdict, refused.findings["rule"].to_list()) == ("refused", ["period_not_given"])
    ((told, _),) = warehouse("fingertips/Comp_data_ut.json", "2018").values()
    assert (told.verdict, told.rows_landed) == ("accepted", 2)


@pytest.mark.parametrize("file", REFUSED, ids=lambda x: Path(x).name)
def test_a_file_that_is_no_dataset_is_refused_in_words(file, warehouse):
    ((outcome, _),) = warehouse(file).values()
    assert outcome.verdict == "refused"
    assert f"[{REFUSED[file]}]" in outcome.problems[0]


# What an upload of Fingertips may do wrong, and the rule that says so.
UPLOADS = {
    "SwitchedHeadersAndValidDataRows.csv": (lambda text: text, "period_wrong_type"),
    "a misspelt header": (lambda text: text.replace("date_to", "date_too", 1), "column_missing"),
    "a header too many": (lambda text: text.replace("upper_ci_99_8", "upper_ci_99_8,extra", 1), "column_undeclared"),
    "no file": (lambda text: "", "file_empty"),
    "a day that is none": (lambda text: text.replace("2024-01-01", "2024-01-AB"), "period_wrong_type"),
    "an area of no register": (lambda text: text, "area_unknown"),
}


@pytest.mark.parametrize("fault", UPLOADS)
def test_each_fault_of_an_upload_has_its_own_readable_verdict(fault, real, warehouse, tmp_path):
    change, rule = UPLOADS[fault]
    name = fault if fault.endswith(".csv") else "valid.csv"
    path = tmp_path / "upload.csv"
    path.write_text(change((real / UPLOAD / name).read_text(encoding="utf-8")), encoding="utf-8")
    ((outcome, landed),) = warehouse(str(path)).values()
    assert landed.height == 0
    assert rule in set(outcome.findings["rule"])


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
    vintage = pl.read_parquet(real / "lait" / "lait_bds_long__2025-02-04.parquet").filter(
        (pl.col("Short Desc") == measure) & (pl.col("Years") == year)
    )
    scaled = pl.col("Values").cast(pl.Float64, strict=False) * factor
    path = tmp_path / f"lait_{factor}__2026-04-01.parquet"
    vintage.with_columns(scaled.cast(pl.String).fill_null(pl.col("Values")).alias("Values")).write_parquet(path)
    ((outcome, rows),) = warehouse(str(path)).values()
    assert outcome.source_id == "dfe__local_authority_interactive_tool"
    assert ("unit_implausible" in set(outcome.set_aside["rule"])) == is_aside
    if not is_aside:
        assert rows.filter(pl.col("value").is_not_null()).height > 130


def test_an_edition_that_really_holds_neet_alone_is_not_taken_for_neet_or_not_known(real, warehouse, tmp_path):
    text = (real / "neet_ni117" / "trafford_dashboard_neets_2016-2018.csv").read_text(encoding="utf-8")
    rows = pl.read_csv(text.encode(), infer_schema=False)
    halved = (pl.col("value").cast(pl.Float64, strict=False) / 2).cast(pl.String).fill_null("NA").alias("value")
    path = tmp_path / "neets_2019.csv"
    rows.with_columns(halved).write_csv(path)
    ((outcome, _),) = warehouse(str(path)).values()
    assert "unit_implausible" in set(outcome.set_aside["rule"])
