"""Every rule of tidy data: the good pair breaks none, and each has an edit that breaks it, found where it is.

Take a check away and its case fails; add a rule without a case and the last test fails.
"""

import csv
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pipelines.intake.problems import findings
from pipelines.intake.tidy import References, Writing, observed, screen, topic, writing_of
from pipelines.readers import read, tabulate
from sources.catalogue import load_catalogue
from sources.tidy import load_tidy
from tests.unit.intake.tidy.conftest import GOOD, NAME, REFERENCES, Editable

Edit = Callable[[Editable], object]


def at(row: int, column: str, value: str) -> Edit:
    return lambda pair: pair.put(row, column, value)


def said(row: int, column: str, value: str) -> Edit:
    return lambda pair: pair.say(row, column, value)


def both(*edits: Edit) -> Edit:
    return lambda pair: [edit(pair) for edit in edits]


def level(name: str, *columns: tuple[str, str]) -> Edit:
    """Add a row of a level, and the columns that only this row fills."""

    def edit(pair: Editable) -> None:
        for column, _ in columns:
            if column not in pair.data[0]:
                pair.add(column, "")
        pair.repeat(2, geographic_level=name, **dict(columns))

    return edit


def rows(name: str, codes: tuple[str, str], *pairs: tuple[str, str]) -> Edit:
    """Add several rows of a level, one for each code and name."""
    return lambda pair: [
        level(name, (codes[0], code), (codes[1], area))(pair)
        for code, area in pairs
    ]  # fmt: skip


def named(**names: str | None) -> Edit:
    return lambda pair: [setattr(pair, name, value) for name, value in names.items()]


LONG = "a" * 121
WELL = Writing(",", True, 0)
# rule -> (edit, row, column) of the first problem; None where the rule has no place.
CASES: dict[str, tuple[Edit, int | None, str | None]] = {
    "tidy_meta_missing": (named(meta_name=None), None, None),
    "tidy_data_filename_spaces": (named(data_name="norrow absence.csv"), None, None),
    "tidy_meta_filename_spaces": (named(meta_name="norrow absence.meta.csv"), None, None),
    "tidy_data_filename_special_characters": (named(data_name="norrow&absence.csv"), None, None),
    "tidy_meta_filename_special_characters": (named(meta_name="norrow&absence.meta.csv"), None, None),
    "tidy_naming_convention": (named(meta_name="norrow_absence_meta.csv"), None, None),
    "tidy_file_separator": (lambda pair: setattr(pair, "writings", (WELL, Writing(";", True, 0))), None, None),
    "tidy_utf8": (at(3, "breakdown", "Traveller â€“ Irish"), 3, "breakdown"),
    "tidy_no_rows": (lambda pair: pair.data.__delitem__(slice(1, None)), None, None),
    "tidy_data_mandatory_cols": (lambda pair: pair.rename("time_period", "year"), 1, "time_period"),
    "tidy_meta_mandatory_cols": (lambda pair: pair.meta[0].__setitem__(2, "title"), 1, "label"),
    "tidy_meta_without_dp": (lambda pair: [row.__delitem__(5) for row in pair.meta], 1, "indicator_dp"),
    "tidy_invalid_meta_cols": (
        lambda pair: [row.append("colour" if n == 0 else "") for n, row in enumerate(pair.meta)], 1, "colour",
    ),
    "tidy_rows_to_cols": (
        lambda pair: [pair.meta.append([f"more_{n}_count", "Indicator", f"More {n}", "", "", "0", "", ""])
                      for n in range(6)], None, None,
    ),
    "tidy_data_empty_rows": (lambda pair: pair.raw.append(("4.9\n", "4.9\n,,,,,,,,,,,,,\n")), 3, None),
    "tidy_meta_empty_rows": (lambda pair: pair.meta.insert(2, [""] * 8), 3, None),
    "tidy_data_empty_cols": (lambda pair: pair.add("empty_count", ""), 1, "empty_count"),
    "tidy_column_unnamed": (lambda pair: pair.add("", "stray"), 2, "column 15"),
    "tidy_duplicate_variable_names": (lambda pair: pair.add("pupil_count", "1"), 1, "pupil_count (2)"),
    "tidy_meta_to_data_crosscheck": (said(4, "col_name", "pupils_count"), 4, "col_name"),
    "tidy_data_to_meta_crosscheck": (lambda pair: pair.add("colour", "Red", "Blue"), 1, "colour"),
    "tidy_data_variable_spaces": (lambda pair: pair.rename("pupil_count", "pupil count"), 1, "pupil count"),
    "tidy_variable_snake_case": (lambda pair: pair.rename("pupil_count", "pupil-count"), 1, "pupil-count"),
    "tidy_variable_start_letter": (lambda pair: pair.rename("pupil_count", "1_count"), 1, "1_count"),
    "tidy_variable_characteristic": (lambda pair: pair.rename("breakdown", "characteristic"), 3, "col_name"),
    "tidy_variable_name_length": (
        lambda pair: pair.rename("pupil_count", "p" * 45 + "_count"), 1, "p" * 45 + "_count",
    ),
    "tidy_variable_label_length": (said(4, "label", "L" * 101), 4, "label"),
    "tidy_indicators_smushed": (lambda pair: pair.rename("pupil_count", "pupil_female_count"), 4, "col_name"),
    "tidy_standard_filter_headers": (lambda pair: pair.rename("breakdown", "ethnic_group"), 3, "col_name"),
    "tidy_filter_header_not_preferred": (lambda pair: pair.rename("breakdown", "school_type"), 3, "col_name"),
    "tidy_check_data_dictionary_col_name": (lambda pair: pair.rename("pupil_count", "count_pupils"), None, "col_name"),
    "tidy_col_name_completed": (lambda pair: pair.meta.append(["", "Filter", "Nothing", "", "", "", "", ""]), 6,
                                "col_name"),
    "tidy_col_name_duplicate": (lambda pair: pair.meta.append(
        ["pupil_count", "Indicator", "Pupils again", "", "", "0", "", ""]), 6, "col_name"),
    "tidy_col_name_spaces": (lambda pair: pair.rename("pupil_count", "pupil count"), 4, "col_name"),
    "tidy_col_type": (said(4, "col_type", "indicator"), 4, "col_type"),
    "tidy_ob_unit_meta": (
        lambda pair: [pair.add("other_count", "1"),
                      pair.meta.append(["region_name", "Filter", "Region", "", "", "", "", ""])], 6, "col_name",
    ),
    "tidy_label": (said(4, "label", ""), 4, "label"),
    "tidy_duplicate_label": (both(said(5, "label", "Number of pupils"), said(5, "indicator_grouping", "Pupils")), 5,
                             "label"),
    "tidy_duplicate_label_across_groups": (said(5, "label", "Number of pupils"), 5, "label"),
    "tidy_geographic_catch": (lambda pair: pair.rename("breakdown", "ward"), 3, "col_name"),
    "tidy_filter_hint": (said(4, "filter_hint", "Choose"), 4, "filter_hint"),
    "tidy_filter_group": (said(4, "filter_grouping_column", "breakdown_topic"), 4, "filter_grouping_column"),
    "tidy_filter_group_match": (said(3, "filter_grouping_column", "topic"), 3, "filter_grouping_column"),
    "tidy_filter_group_is_filter": (lambda pair: pair.meta.__delitem__(1), 2, "filter_grouping_column"),
    "tidy_filter_group_duplicate": (
        lambda pair: [pair.add("sex", "Total", "Female", "Male"),
                      pair.meta.append(["sex", "Filter", "Sex", "", "", "", "", "breakdown_topic"])],
        6, "filter_grouping_column",
    ),
    "tidy_indicator_grouping": (said(3, "indicator_grouping", "Pupils"), 3, "indicator_grouping"),
    "tidy_indicator_group_stripped": (
        both(said(4, "indicator_grouping", "Pupil numbers"), said(5, "indicator_grouping", "Pupil-numbers")),
        5, "indicator_grouping",
    ),
    "tidy_indicator_unit": (said(3, "indicator_unit", "%"), 3, "indicator_unit"),
    "tidy_indicator_unit_validation": (said(5, "indicator_unit", "percent"), 5, "indicator_unit"),
    "tidy_indicator_dp": (said(3, "indicator_dp", "1"), 3, "indicator_dp"),
    "tidy_indicator_dp_validation": (said(5, "indicator_dp", "-1"), 5, "indicator_dp"),
    "tidy_indicator_dp_completed": (said(5, "indicator_dp", ""), 5, "indicator_dp"),
    "tidy_time_identifier": (at(3, "time_identifier", "School year"), 3, "time_identifier"),
    "tidy_time_identifier_mix": (at(3, "time_identifier", "Financial year"), 3, "time_identifier"),
    "tidy_time_validation": (at(3, "time_period", "2021/22"), 3, "time_period"),
    "tidy_time_period": (at(3, "time_period", "2021"), 3, "time_period"),
    "tidy_time_period_six": (at(3, "time_period", "202120"), 3, "time_period"),
    "tidy_no_readable_row": (
        lambda pair: [pair.put(row, "geographic_level", "Parish") for row in range(2, 16)], 2, "geographic_level",
    ),
    "tidy_geographic_level": (at(3, "geographic_level", "Parish"), 3, "geographic_level"),
    "tidy_geography_level_present": (level("Local authority district", ("lad_code", "FE0700001")), 1, "lad_name"),
    "tidy_geography_level_completed": (at(8, "la_name", ""), 8, "la_name"),
    "tidy_overcompleted_cols": (at(5, "la_name", "Vellow"), 5, "la_name"),
    "tidy_finer_unit_named": (
        lambda pair: [[pair.add(c, "") for c in ("school_urn", "school_laestab", "school_name")],
                      pair.repeat(8, school_urn="100001", school_laestab="9012001", school_name="Mill Lane")],
        16, "geographic_level",
    ),
    "tidy_region_col_present": (lambda pair: pair.drop("region_name"), 1, "region_name"),
    "tidy_la_col_present": (lambda pair: pair.drop("old_la_code"), 1, "old_la_code"),
    "tidy_region_for_la": (both(at(8, "region_code", ""), at(8, "region_name", "")), 8, "region_code"),
    "tidy_region_for_lad": (
        level("Local authority district", ("lad_code", "FE0700001"), ("lad_name", "Lower Vellow")), 16, "region_code",
    ),
    "tidy_ignored_rows": (level("Planning area", ("planning_area_code", "P1")), None, "geographic_level"),
    "tidy_ancillary": (
        lambda pair: [pair.put(row, "geographic_level", "Planning area") for row in range(2, 16)], None,
        "geographic_level",
    ),
    "tidy_school_provider_mix": (both(level("School", ("school_urn", "100001")), level("Provider")), None,
                                 "geographic_level"),
    "tidy_country_combinations": (at(3, "country_name", "Sorrow"), 3, "country_code"),
    "tidy_region_combinations": (at(5, "region_name", "Fenmarsh"), 5, "region_code"),
    "tidy_la_combinations": (at(8, "old_la_code", "902"), 8, "new_la_code"),
    "tidy_lad_combinations": (
        level("Local authority district", ("lad_code", "FE0700009"), ("lad_name", "Lower Vellow")), 16, "lad_code",
    ),
    "tidy_pcon_combinations": (
        level("Parliamentary constituency", ("pcon_code", "140001"), ("pcon_name", "Vellow West")), 16, "pcon_code",
    ),
    "tidy_lsip_combinations": (
        rows("Local skills improvement plan area", ("lsip_code", "lsip_name"), ("E69999991", "Vellow Vale"),
             ("E69999991", "Vellow and Vale")), 16, "lsip_code",
    ),
    "tidy_lep_combinations": (
        level("Local enterprise partnership", ("local_enterprise_partnership_code", "234,456"),
              ("local_enterprise_partnership_name", "Quill")), 16, "local_enterprise_partnership_code",
    ),
    "tidy_eda_combinations": (
        level("English devolved area", ("english_devolved_area_code", "E12999991"),
              ("english_devolved_area_name", "Quill")), 16, "english_devolved_area_code",
    ),
    "tidy_ward_combinations": (level("Ward", ("ward_code", "05999991"), ("ward_name", "Mill")), 16, "ward_code"),
    "tidy_pfa_combinations": (
        level("Police force area", ("pfa_code", "23999991"), ("pfa_name", "Norrow Vale")), 16, "pfa_code",
    ),
    "tidy_combinations_spelling": (at(11, "la_name", "City of Oxterby"), 11, "new_la_code"),
    "tidy_combinations_not_checked": (level("Ward", ("ward_code", "E05999991"), ("ward_name", "Mill")), None,
                                      "ward_code"),
    "tidy_other_geography_duplicates": (
        rows("MAT", ("trust_id", "trust_name"), ("TR1", "Quill Trust"), ("TR2", "Quill Trust")), 16, "trust_name",
    ),
    "tidy_other_geography_code_duplicates": (
        rows("MAT", ("trust_id", "trust_name"), ("TR1", "Quill Trust"), ("TR1", "Marsh Trust")), 16, "trust_id",
    ),
    "tidy_na_geography": (rows("MAT", ("trust_id", "trust_name"), ("x", "Quill Trust")), 16, "trust_name"),
    "tidy_na_geography_code": (rows("MAT", ("trust_id", "trust_name"), ("TR1", "Not available")), 16, "trust_id"),
    "tidy_location_code_length": (rows("MAT", ("trust_id", "trust_name"), ("T" * 31, "Quill")), 16, "trust_id"),
    "tidy_location_name_length": (rows("MAT", ("trust_id", "trust_name"), ("TR1", LONG)), 16, "trust_name"),
    "tidy_filter_level": (
        lambda pair: [pair.add("sex", "Total"), pair.meta.append(["sex", "Filter", "Sex", "", "", "", "", ""])],
        1, "sex",
    ),
    "tidy_filter_item_length": (at(3, "breakdown", LONG), 3, "breakdown"),
    "tidy_filter_group_level": (both(at(3, "breakdown_topic", "Girls"), at(6, "breakdown_topic", "Young women"),
                                     at(7, "breakdown_topic", "Boys")), 1, "breakdown_topic"),
    "tidy_filter_group_stripped": (both(at(3, "breakdown_topic", "S-ex"), at(9, "breakdown", "Other")), 4,
                                   "breakdown_topic"),
    "tidy_total": (
        lambda pair: [pair.put(row, "breakdown", "Pupils") for row in (2, 5, 8, 11, 14, 15)], 1, "breakdown",
    ),
    "tidy_filter_default_absent": (
        lambda pair: [row.append("filter_default" if n == 0 else "Everyone" if n == 2 else "")
                      for n, row in enumerate(pair.meta)], 3, "filter_default",
    ),
    "tidy_observational_total": (at(2, "la_name", "All"), 2, "la_name"),
    "tidy_blanks_filters": (at(3, "breakdown", ""), 3, "breakdown"),
    "tidy_blank_as_total": (
        lambda pair: [pair.put(row, "breakdown", "") for row in (2, 5, 8, 11, 14, 15)], 2, "breakdown",
    ),
    "tidy_whitespace_filters": (at(3, "breakdown", "Female "), 3, "breakdown"),
    "tidy_duplicate_rows": (lambda pair: pair.repeat(3, pupil_count="1"), 16, None),
    "tidy_ethnicity_values": (lambda pair: pair.add("ethnicity_minor", "Total", "Oxterbian"), 3, "ethnicity_minor"),
    "tidy_ethnicity_characteristic_group": (
        lambda pair: pair.add("characteristic_group", "Total", "Ethnic group"), 3, "characteristic_group",
    ),
    "tidy_ethnicity_characteristic_values": (
        lambda pair: [pair.add("characteristic_group", "Ethnicity Major"), pair.add("characteristic", "White", "Vale")],
        3, "characteristic",
    ),
    "tidy_check_data_dictionary_filter_item": (
        lambda pair: [pair.add("sex", "Total", "Femail"),
                      pair.meta.append(["sex", "Filter", "Sex", "", "", "", "", ""])], 3, "sex",
    ),
    "tidy_null": (at(3, "pupil_count", "NULL"), 3, "pupil_count"),
    "tidy_blanks_indicators": (at(3, "pupil_count", ""), 3, "pupil_count"),
    "tidy_obsolete_symbols": (at(3, "pupil_count", "~"), 3, "pupil_count"),
    "tidy_no_data_symbols": (at(3, "pupil_count", ".."), 3, "pupil_count"),
    "tidy_indicator_not_a_number": (at(3, "pupil_count", "many"), 3, "pupil_count"),
}  # fmt: skip


def test_the_good_pair_breaks_nothing(editable, screened):
    assert screened(editable) == []


@pytest.mark.parametrize("rule", CASES)
def test_a_broken_pair_is_found_where_it_is_broken(rule, editable, screened):
    edit, row, column = CASES[rule]
    edit(editable)
    found = [problem for problem in screened(editable) if problem.rule == rule]
    assert found, f"{rule} is not found"
    assert (found[0].row, found[0].column) == (row, column)
    assert found[0].reason


def test_a_filter_with_too_many_items_is_found(editable, screened):
    limit = load_tidy().conventions.limits.items_in_a_filter
    for number in range(limit + 1):
        editable.repeat(3, breakdown=f"Item {number}", breakdown_topic="Items")
    found = [problem for problem in screened(editable) if problem.rule == "tidy_filter_item_limit"]
    assert [(problem.column, problem.cells) for problem in found] == [("breakdown", limit + 4)]


@pytest.mark.parametrize(
    ("rule", "row", "column", "cells"),
    [
        ("tidy_data_mandatory_cols", 1, "geographic_level", 0),
        ("tidy_duplicate_rows", 4, None, 2),
        ("tidy_overcompleted_cols", 5, "new_la_code", 1),
    ],
)
def test_a_broken_fixture_is_found_as_delivered(rule, row, column, cells):
    folder = GOOD.parents[1] / "broken" / "tidy"
    data, meta = folder / f"{rule}.csv", folder / f"{rule}.meta.csv"
    tables = [tabulate(sheet, sheet.first_row) for path in (data, meta) for sheet in read(path)]
    found = [p for p in screen(*tables, data.name, meta.name, references=REFERENCES) if p.rule == rule]
    assert (found[0].row, found[0].column, found[0].cells) == (row, column, cells)


def test_how_a_file_is_written_is_judged_from_its_bytes(editable, screened, tmp_path):
    latin = writing_of("a;b\nHafod Caf\u00e9;1\n;\n\n".encode("cp1252"), tmp_path)
    assert latin == Writing(";", False, 1)
    assert writing_of(b"\xef\xbb\xbfa,b\n1,2\n", tmp_path) == WELL
    editable.writings = (latin, WELL)
    assert {problem.rule for problem in screened(editable)} == {
        "tidy_file_separator", "tidy_utf8", "tidy_data_empty_rows",
    }  # fmt: skip


def test_problems_of_the_metadata_name_its_file(editable, screened):
    editable.say(4, "label", "")
    assert [problem.sheet for problem in screened(editable)] == ["norrow_absence.meta.csv"]


CELLS = st.sampled_from([
    "", "  ", "x", "z", "NA", "Total", "{", "a;b=c", "row", "value", "time_period", "School", "Provider", "-1", "é",
    "Local authority", "Week 3", "2020", "202021", "99", "school_name", "ward_code", "ward_name", "FE0000001 / ",
    "/", "column 3", "pupil_count (2)", "Filter", "Indicator", "characteristic", "characteristic_group", "\n",
    "ethnicity_major",
])  # fmt: skip
EDITS = st.lists(st.tuples(st.booleans(), st.integers(0, 14), st.integers(0, 13), CELLS), min_size=1, max_size=8)


@settings(max_examples=80, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(edits=EDITS)
def test_whatever_is_changed_is_judged_or_refused_and_what_is_read_loses_no_cell(edits, table_of):
    files = {True: csv_rows(GOOD / f"{NAME}.csv"), False: csv_rows(GOOD / f"{NAME}.meta.csv")}
    for is_data, row, column, value in edits:
        line = files[is_data][row % len(files[is_data])]
        line[column % len(line)] = value
    data, meta = table_of(files[True]), table_of(files[False])
    found = screen(data, meta, "a.csv", "a.meta.csv", references=REFERENCES)
    listed = findings(found, load_catalogue())
    assert listed["stage"].null_count() == 0
    if "refuse" not in listed["severity"]:
        about = topic(data, meta, "a")
        assert observed(data, about).height == data.frame.height * len(about.indicators)


def csv_rows(path: Path) -> list[list[str]]:
    with path.open(encoding="utf-8", newline="") as stream:
        return list(csv.reader(stream))


def test_every_rule_has_a_case():
    rules = {rule for rule in load_catalogue().rules if rule.startswith("tidy_")}
    assert rules == {*CASES, "tidy_filter_item_limit"}


def test_findings_of_a_rule_are_capped_and_their_cells_counted(editable, screened):
    for row in range(2, 16):
        editable.put(row, "pupil_count", f"many{row}")
    found = [problem for problem in screened(editable) if problem.rule == "tidy_indicator_not_a_number"]
    assert len(found) == 6
    assert sum(problem.cells for problem in found) == 14
    assert found[-1].reason == "and 9 more values of this kind, in 9 cells"


def test_without_references_only_the_form_of_codes_is_looked_at_and_a_note_says_so(editable, screened):
    found = screened(editable, References())
    noted = {problem.column for problem in found if problem.rule == "tidy_combinations_not_checked"}
    assert noted == {"country_code", "region_code", "new_la_code"}


def test_a_register_without_the_second_code_is_asked_for_code_and_name(editable, screened):
    areas = {**REFERENCES.areas, "Local authority": REFERENCES.areas["Local authority"].drop("old_la_code")}
    editable.put(8, "old_la_code", "999")
    editable.put(11, "la_name", "Quillmarsh")
    found = [(problem.rule, problem.row) for problem in screened(editable, References(areas))]
    assert found == [("tidy_la_combinations", 11)]


def test_areas_that_share_a_service_are_known_by_their_parts_only(editable, screened):
    editable.put(15, "new_la_code", "FE0000001 / FE0000099")
    found = [problem for problem in screened(editable) if problem.rule == "tidy_la_combinations"]
    assert [(problem.row, problem.value) for problem in found] == [
        (15, "FE0000001 / FE0000099, Vellow / Oxterby, City of, 901 / 902")
    ]


@pytest.mark.parametrize(("code", "name"), [("x", "Not available"), ("z", "Outside of England"), ("", "Vellow")])
def test_what_is_no_area_or_has_no_new_code_is_accepted(code, name, editable, screened):
    editable.put(8, "new_la_code", code)
    editable.put(8, "la_name", name)
    editable.put(8, "old_la_code", code or "901")
    assert [problem.rule for problem in screened(editable)] == []


def test_a_school_name_may_be_the_only_filter(editable, screened):
    """The standard lets a school's name stand among the filters where it is the only one; it may hold Total then."""
    for column in ("breakdown", "breakdown_topic"):
        editable.drop(column)
    del editable.meta[1:3]
    for row in (16, 15, 14, 13, 12, 10, 9, 7, 6, 4, 3):
        del editable.data[row - 1 : row]
    editable.add("school_name", "Total", "Total", "Mill Lane")
    editable.meta.append(["school_name", "Filter", "School", "", "", "", "", ""])
    assert {problem.rule for problem in screened(editable)} == {"tidy_check_data_dictionary_col_name"}
