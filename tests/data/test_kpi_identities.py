"""The identities and caveats of the youth justice KPIs (domain.md 2.6), each where docs/guides/kpi_returns.md says."""

import re

import pytest

from sources.catalogue import ROOT, load_catalogue

CATALOGUE = load_catalogue()
KPI = {i.id: i for i in CATALOGUE.indicators.values() if i.programme == "youth justice KPI"}
DATASETS = {name: d for name, d in CATALOGUE.datasets.items() if name.startswith("yjb__kpi_")}
LONG = "yjb__kpi_summary_long"
FED = {
    name: {(m.indicator, m.definition_version, m.breakdown) for m in dataset.measures}
    for name, dataset in DATASETS.items()
}
GUIDE = (ROOT.parent / "docs" / "guides" / "kpi_returns.md").read_text(encoding="utf-8")
DEFINITIONS = [(indicator, definition) for indicator in KPI.values() for definition in indicator.definitions]


def definition_of(indicator, version="end_of_order"):
    return next(d for d in KPI[indicator].definitions if d.version == version)


def headline(number):
    (found,) = [i for i in KPI.values() if i.official_number == f"KPI {number}"]
    return found


def feeders(indicator):
    return {name for name, keys in FED.items() if any(key[0] == indicator for key in keys)}


def test_the_guide_has_every_caveat_once():
    assert re.findall(r"^\| ([a-m])\d? \|", GUIDE, re.MULTILINE) == sorted(
        re.findall(r"^\| ([a-m])\d? \|", GUIDE, re.MULTILINE)
    )
    assert set(re.findall(r"^\| ([a-m])\d? \|", GUIDE, re.MULTILINE)) == set("abcdefghijklm")


def test_what_the_guide_names_exists():
    named = set(re.findall(r"`([a-z0-9]+(?:_[a-z0-9]+){2,})`", GUIDE))
    fields = {"breakdown_parts", "may_exceed_base", "source_data_flag", "quarter_label_date"}
    known = set(KPI) | set(CATALOGUE.rules) | fields | {"yjb_sql_v8", "end_of_order"}
    assert named <= known, named - known


@pytest.mark.parametrize("dataset", DATASETS)
def test_no_number_is_fed_twice_by_one_dataset(dataset):
    assert len(FED[dataset]) == len(DATASETS[dataset].measures)


def test_every_definition_is_fed_but_one_that_no_layout_can_feed():
    fed = {key[:2] for keys in FED.values() for key in keys}
    unfed = {(indicator.id, definition.version) for indicator, definition in DEFINITIONS} - fed
    assert unfed == {("send_aln_plan_in_place_percent", "wording_2023")}


@pytest.mark.parametrize(
    ("indicator", "definition"), DEFINITIONS, ids=lambda found: getattr(found, "id", None) or found.version
)
def test_parts_and_limits_are_figures_that_some_file_brings(indicator, definition):
    for declared in definition.breakdown_parts:
        needed = {(indicator.id, definition.version, part) for part in (*declared.breakdowns, declared.total)}
        assert any(needed <= keys for keys in FED.values()), declared
    for limit in definition.at_most:
        assert any((limit.indicator, limit.definition_version) in {key[:2] for key in keys} for keys in FED.values())


@pytest.mark.parametrize("number", [1, 2, 3, 4, 5])
def test_kpi_1_to_5_have_the_wording_of_2023_beside_the_end_of_order(number):
    shown = {d.version: d.shown for d in headline(number).definitions}
    assert shown["end_of_order"]
    assert shown["wording_2023"] is False
    wording = definition_of(headline(number).id, "wording_2023")
    assert (wording.verified, wording.valid_to) == (False, None)


def test_a_suitable_and_unsuitable_make_the_total():
    for moment in ("end", "start"):
        (declared,) = definition_of(f"accommodation_at_order_{moment}_children").breakdown_parts
        assert (set(declared.breakdowns), declared.tolerance) == ({"suitable", "unsuitable"}, 0)
    unsuitable = {key for key in FED["yjb__kpi_2_ete"] if key[2] == "unsuitable"}
    assert not unsuitable, "derived as total less suitable"


def test_b_a_plan_needs_an_identified_need_and_that_a_child():
    for indicator in ("send_aln_plan_in_place_percent", "send_aln_identified_percent"):
        definition = definition_of(indicator)
        assert (definition.measure, definition.may_exceed_base) == ("proportion", None)
    (limit,) = definition_of("send_aln_plan_in_place_percent").at_most
    assert (limit.figure, limit.indicator, limit.its) == ("denominator", "send_aln_identified_percent", "numerator")


@pytest.mark.parametrize("subject", ["mental_health", "substance_misuse"])
def test_c_attendance_without_an_offer_lands_with_a_warning(subject):
    attending = definition_of(f"{subject}_attending_of_offered_percent")
    assert attending.may_exceed_base
    assert [(limit.figure, limit.its) for limit in attending.at_most] == [("numerator", "denominator")]
    assert definition_of(f"{subject}_offered_not_attended_percent").bounds.minimum < 0


def test_d_statuses_are_added_and_one_empty_cell_voids_the_sum():
    definition = definition_of(headline(7).id)
    assert definition.measure == "ratio"
    assert "counts twice" in definition.may_exceed_base
    assert all(dataset.markers == {"": "x"} for dataset in DATASETS.values())


def test_e_the_board_may_exceed_five_and_leaves_the_other_sector_out():
    assert definition_of(headline(8).id).may_exceed_base
    dataset = DATASETS["yjb__kpi_8_management_board"]
    read = {column for measure in dataset.measures for column in (measure.numerator or ())}
    assert not [column for column in read if "other" in column]
    assert any("senior_other_*" in scope.columns for scope in dataset.out_of_scope)


def test_f_the_rate_comes_with_its_population_and_says_of_which_year():
    assert feeders("serious_violence_offences_per_10000") == {LONG}
    assert "mid-2022 for 2023Q1 to Q4" in definition_of("serious_violence_offences_per_10000").denominator


def test_g_three_rates_have_three_bases():
    units = [
        CATALOGUE.indicators[name].definitions[0].unit
        for name in (
            "serious_violence_offences_per_10000",
            "first_time_entrants_10_to_17_per_100k",
            "custody_10_to_17_per_1000",
        )
    ]
    assert [CATALOGUE.units[unit].base for unit in units] == [10_000, 100_000, 1_000]
    quarter = definition_of("serious_violence_offences_per_10000")
    assert "not annualised" in quarter.note
    assert quarter.bounds.typical_maximum, "a rate of another base is caught"


CASE_LEVEL = [
    i.id for i in KPI.values() if any("case level only" in d.citation for d in i.definitions)
]  # fmt: skip


def test_h_what_only_case_level_data_carry_is_fed_by_the_long_layout_only():
    numbers = {KPI[name].official_number for name in CASE_LEVEL}
    assert numbers >= {"KPI 3c", "KPI 6a", "KPI 6c", "KPI 9a, 9e", "KPI 9b", "KPI 9d", "KPI 9f"}
    assert {name: feeders(name) for name in CASE_LEVEL} == {name: {LONG} for name in CASE_LEVEL}


def test_i_the_ybjs_own_arithmetic_is_kept_beside_the_corrected_reading_and_not_shown():
    own = {indicator.id: d for indicator, d in DEFINITIONS if d.version == "yjb_sql_v8"}
    assert {headline(4).id, headline(5).id, "send_aln_identified_percent"} <= set(own)
    for name, definition in own.items():
        assert definition.shown is False
        assert definition_of(name).shown
        assert "S1" in definition.citation


def test_l_headlines_say_that_the_first_year_is_experimental():
    for number in range(1, 11):
        assert "experimental" in definition_of(headline(number).id).note, number


def test_m_small_counts_and_bases_are_kinds_of_gap():
    assert {"Z1U", "Z2"} <= set(CATALOGUE.gap_kinds)


def test_sub_measures_are_not_compared():
    compared = {i.id for i in KPI.values() if i.compared and any(d.shown for d in i.definitions)}
    headlines = {headline(number).id for number in range(1, 11)}
    assert compared == headlines | {"mental_health_need_percent", "substance_misuse_need_percent"}
