"""What becomes of every real file, all of them received in one warehouse: the one list of verdicts.

What belongs here: which dataset a file is, whether it lands, and by which rule it or part of it does not. Not here:
its figures (test_expected_facts.py, test_sources_real.py), and the screener's own fixtures (test_tidy_screening.py).
A file is listed by its name because it is looked for; nothing in the house knows a file name.
"""

from collections import defaultdict
from pathlib import Path

import pytest

from pipelines.deliveries import receive
from pipelines.outcome import Outcome
from pipelines.workspace import Workspace
from sources.catalogue import load_catalogue

REAL = Path(__file__).parents[3] / "shared" / "real"
NOT_DELIVERED = ("MANIFEST.md", "EXPECTED.csv", "ees/screener_qa/")
REGISTER, EES, MESSY = "la_register/", "ees/", "messy_workbooks/"
OC2, NEET, YJ = "looked_after_oc2/", "neet_ni117/", "youth_justice/"
UPLOAD = "fingertips/upload_validation/"

# File -> its datasets: everything of it that is declared lands, nothing is set aside.
LANDS: dict[str, tuple[str, ...]] = {
    **{f"{REGISTER}chd_{prefix}.json": ("ons__code_history_json",)
       for prefix in ("E06", "E08", "E09", "E10", "E12", "W06")},
    REGISTER + "ees_country.csv": ("dfe__ees_countries",),
    REGISTER + "ees_las.csv": ("dfe__ees_local_authorities",),
    REGISTER + "ees_regions.csv": ("dfe__ees_regions",),
    REGISTER + "lad_code_changes_chd2023.csv": ("ons__code_history_changes",),
    REGISTER + "lad_codes_dates_chd2023.csv": ("ons__code_history_districts",),
    REGISTER + "ltla_to_utla_2017-12_ew.csv": ("ons__lower_to_upper_tier_2017",),
    REGISTER + "ltla_to_utla_2019-04_ew.csv": ("ons__lower_to_upper_tier_2019",),
    REGISTER + "uk_local_authorities_current__v1.3.0.csv": ("mysociety__uk_local_authorities",),
    YJ + "la_to_yjs_lookup_apr2019_DERIVED.csv": ("yjb__authority_to_service_2019",),
    YJ + "trafford_children_offending.csv": ("trafford_data_lab__children_offending",),
    YJ + "yjb_2021-22_children_by_region.csv": ("yjb__children_cautioned_or_sentenced_by_region",),
    YJ + "yjb_2021-22_children_by_yjs.csv": ("yjb__children_cautioned_or_sentenced_by_service",),
    YJ + "yjb_2021-22_offences_by_region.csv": ("yjb__proven_offences_by_region",),
    YJ + "yjb_2021-22_offences_by_yjs.csv": ("yjb__proven_offences_by_service",),
    YJ + "yjb_2021-22_outcomes_by_region.csv": ("yjb__cautions_or_sentences_by_region",),
    YJ + "yjb_2021-22_outcomes_by_yjs.csv": ("yjb__cautions_or_sentences_by_service",),
    NEET + "UD_NEETNK_LA_dashboard_2022_final.csv": ("dfe__participation_16_to_17",),
    NEET + "trafford_dashboard_neets_2016-2018.csv": ("trafford_data_lab__neet_dashboard",),
    NEET + "trafford_themes_neet_2019-2025.csv": ("trafford_data_lab__neet_theme",),
    "fingertips/ut_data_extract_compare_england.json": ("ohid__fingertips_extract",),
    "population/ons_mid-year_population_estimates_2012_to_2024.csv": ("dfe__population_0_to_17",),
    "population/population_mid2019_utla19_single_year.csv": ("ons__population_single_year_of_age",),
    "population/population_mid2020_ltla20_single_year.csv": ("ons__population_single_year_of_age",),
    "deprivation/IoD2015_lad.csv": ("mhclg__deprivation_2015_districts",),
    "deprivation/IoD2019_lad.csv": ("mhclg__deprivation_2019_districts",),
    "deprivation/IoD2019_utla_imd.csv": ("mhclg__deprivation_2019_upper_tier",),
    "boundaries/uk-upper-tier-local-authorities.hexjson": ("open_innovations__hexmap",),
    "boundaries/wales-unitary-authorities.hexjson": ("open_innovations__hexmap",),
    "statistical_neighbours/New_Statistical_Neighbour_Groupings_April_2021.csv": ("dfe__statistical_neighbours",),
    "statistical_neighbours/sn_april_2021.xlsx": ("dfe__statistical_neighbours",),
    OC2 + "OC2_Final_V2__2010.csv": ("dfe__looked_after_outcomes_2010",),
    OC2 + "SFR32_2012_OC2_LA_Tables_UD.csv": ("dfe__looked_after_outcomes_2012",),
    OC2 + "SFR34_OC22015.csv": ("dfe__looked_after_outcomes_2015",),
    OC2 + "la_conviction_health_outcome_cla__release2022.csv": ("dfe__looked_after_outcomes",),
    MESSY + "LA_Inspection_Outcomes_as_at_31_March_2025.ods": ("ofsted__local_authority_inspections",),
    MESSY + "RSX_LA_Data_2024-25_data_by_LA.ods": ("mhclg__revenue_outturn_summary",),
    MESSY + "SFR12_2017_LA_Tables.xlsx": ("dfe__looked_after_attainment_8_table",),
    MESSY + "SFR49_2014_LATables.xlsx": ("dfe__looked_after_offending_table", "dfe__looked_after_substance_table"),
    MESSY + "ashe-79.xls": ("ons__hours_worked",),
    MESSY + "sheet4_oc21_2014_saved_as.csv": ("dfe__looked_after_offending_table",),
    EES + "absence_school_reference/source.csv": ("dfe__tidy_data",),
    EES + "robot/dates.csv": ("dfe__tidy_data",),
}  # fmt: skip
# The same, and of these it is told why none of it is loaded.
NOTHING_TO_LOAD: dict[str, str] = {
    REGISTER + "ees_geography_matrix.csv": "dfe__ees_geography_matrix",
    REGISTER + "ees_region_la_hierarchy.csv": "dfe__ees_region_hierarchy",
    REGISTER + "lait_la_code_list.xlsx": "dfe__lait_area_list",
    REGISTER + "lookup_gss_to_registry__v1.3.0.csv": "mysociety__lookup_gss_to_code",
    REGISTER + "lookup_name_to_registry__v1.3.0.csv": "mysociety__lookup_name_to_code",
    "fingertips/fingertipsnext_areas.csv": "ohid__fingertips_areas",
    # Networks of practices, and indicators that nobody here uses.
    UPLOAD + "valid.csv": "ohid__fingertips_upload",
    UPLOAD + "upload-new-data.xlsx": "ohid__fingertips_pholio_upload",
    UPLOAD + "upload-duplicate-rows.xlsx": "ohid__fingertips_pholio_upload",
    "lait/lait_data_dictionary__2025-02.csv": "dfe__lait_data_dictionary",
    MESSY + "coronavirusandlonelinessreferencetable.xlsx": "ons__loneliness_tables",
    # Schools, of which nothing is of an area.
    EES + "robot/grouped-filters-and-indicators.csv": "dfe__tidy_data",
    **{f"{EES}{name}.meta.csv": "dfe__tidy_metadata" for name in (
        "absence_school_reference/source", "robot/dates", "robot/grouped-filters-and-indicators",
        "robot/ordering-test-2", "upload_validation/invalid_geographic_level_in_data_file",
        "upload_validation/missing_time_period_column_in_data_file")},
}  # fmt: skip
# Part of it lands; what does not is truly wrong, or of an area that the registers here do not have: rule -> places.
IN_PART: dict[str, dict[str, int]] = {
    # The year after an authority ended.
    "lait/lait_bds_long__2025-01-28.parquet": {"area_code_ended": 25},
    "lait/lait_bds_long__2025-02-04.parquet": {"area_code_ended": 26},
    EES + "real_zips/exclusions_by_reason.zip": {"area_code_ended": 40},
    # The invented 'LA demo' and 'Region demo'.
    NEET + "UD_NEETNK_LA_dashboard_2021_vg_removed.csv": {"area_code_missing": 2},
    # A rating that reads 'Rating'; Cumberland, a service since 2023, of which a register of 2019 knows nothing.
    "hmip/hmi_youth_justice_inspection_ratings__2025-02-14.csv": {"category_unknown": 1, "service_unknown": 1},
    # NA for a number, which the publisher's own standard does not allow.
    EES + "real_zips/school_applications_and_offers.zip": {"marker_undeclared": 110, "tidy_null": 1},
    # Two filters that hold Total alone.
    EES + "robot/ordering-test-2.csv": {"tidy_filter_level": 2},
}  # fmt: skip
REFUSED: dict[str, str] = {
    UPLOAD + "DuplicateHeadersAndValidDataRows.csv": "column_missing",
    UPLOAD + "NoHeadersAndValidDataRows.csv": "file_unknown",
    UPLOAD + "SwitchedHeadersAndValidDataRows.csv": "period_wrong_type",
    UPLOAD + "invalid.csv": "file_empty",
    # England's values without a period, until somebody tells it.
    "fingertips/Comp_data_ut.json": "period_not_given",
    EES + "upload_validation/invalid_geographic_level_in_data_file.csv": "tidy_no_readable_row",
    EES + "upload_validation/missing_time_period_column_in_data_file.csv": "column_missing",
    # The platform's own tables of surrogate keys, and results of a package's tests: no dataset.
    **{f"{EES}absence_school_reference/{name}.parquet": "file_unknown"
       for name in ("data", "filter_options", "indicators", "location_options", "time_periods")},
    "ci_reference/testdata_Proportion.xlsx": "file_unknown",
    "ci_reference/testdata_Rate.xlsx": "file_unknown",
    # Prose, and boundaries.
    MESSY + "SFR20_2018_UD_metadata_document.txt": "file_unknown",
    "boundaries/CTYUA_April_2019_EW_BUC.cpg": "file_unknown",
    "boundaries/CTYUA_April_2019_EW_BUC.prj": "file_unknown",
    **{f"boundaries/CTYUA_April_2019_EW_BUC.{ending}": "file_unreadable" for ending in ("dbf", "shp", "shx")},
    "boundaries/geogUACounty2019GB.json": "file_unreadable",
}  # fmt: skip


def real_files() -> list[str]:
    """Every real file that may be a delivery; none where the folder is absent."""
    found = (path.relative_to(REAL).as_posix() for path in REAL.rglob("*") if path.is_file())
    return sorted(name for name in found if not name.startswith(NOT_DELIVERED))


@pytest.fixture(scope="module")
def received(real, tmp_path_factory) -> dict[str, list[Outcome]]:
    """The outcomes of each file, registers first, as a folder of all of them would be received."""
    workspace = Workspace(real, tmp_path_factory.mktemp("verdicts"))
    outcomes: dict[str, list[Outcome]] = defaultdict(list)
    for outcome in receive([real / name for name in real_files()], workspace, load_catalogue()):
        outcomes[outcome.path.relative_to(real).as_posix()].append(outcome)
    return outcomes


def test_every_real_file_has_a_verdict_here(real, capsys):
    listed = [*LANDS, *NOTHING_TO_LOAD, *IN_PART, *REFUSED]
    assert sorted(listed) == real_files()
    with capsys.disabled():
        print(f"\nreal files: {len(listed) - len(REFUSED)} read, {len(REFUSED)} refused as expected")


@pytest.mark.parametrize("file", LANDS)
def test_a_file_lands_and_nothing_of_it_is_set_aside(file, received):
    assert {outcome.source_id for outcome in received[file]} == set(LANDS[file])
    for outcome in received[file]:
        assert outcome.problems == []
        assert outcome.cells_landed + outcome.cells_out_of_scope == outcome.cells_in
        assert outcome.rows_landed > 0


@pytest.mark.parametrize("file", NOTHING_TO_LOAD)
def test_a_file_with_nothing_to_load_is_told_for_what_it_is(file, received):
    (outcome,) = received[file]
    assert (outcome.source_id, outcome.verdict, outcome.problems) == (NOTHING_TO_LOAD[file], "accepted", [])
    assert outcome.cells_out_of_scope == outcome.cells_in > outcome.cells_landed == 0


@pytest.mark.parametrize("file", IN_PART)
def test_a_file_lands_but_for_what_is_wrong_with_it(file, received):
    (outcome,) = [each for each in received[file] if each.verdict != "accepted"]
    assert outcome.verdict == "accepted_in_part"
    assert dict(outcome.set_aside["rule"].value_counts().iter_rows()) == IN_PART[file]
    assert outcome.cells_landed + outcome.cells_quarantined + outcome.cells_out_of_scope == outcome.cells_in


@pytest.mark.parametrize("file", REFUSED)
def test_a_file_is_refused_in_words_that_name_the_rule(file, received):
    (outcome,) = received[file]
    assert (outcome.verdict, outcome.rows_landed) == ("refused", 0)
    assert set(outcome.set_aside["rule"]) == {REFUSED[file]}
    assert all(sentence.startswith(Path(file).name) for sentence in outcome.problems)
