"""The five National Indicators of PSA 14 as data: what is never joined, and what a wrong base would look like.

What belongs here: what shared/docs/domain.md 1.2 to 1.7 and 7 say of them. What does not: their layouts.
"""

import pytest

from sources.catalogue import load_catalogue

CATALOGUE = load_catalogue()
DEFINITIONS = [
    (indicator, definition)
    for indicator in CATALOGUE.indicators.values()
    if indicator.programme == "PSA 14"
    for definition in indicator.definitions
]
PSA_14 = {(indicator.official_number, definition.version): definition for indicator, definition in DEFINITIONS}


def test_each_change_of_count_cohort_or_base_is_a_version_of_its_own():
    assert set(PSA_14) == {
        ("NI 110", "tellus3"),
        ("NI 110", "tellus4"),
        ("NI 111", "pnc_financial_year"),
        ("NI 111", "yot_financial_year"),
        ("NI 111 (successor)", "pnc_calendar_year"),
        ("NI 112", "ons_2001_census_base"),
        ("NI 112", "ons_calendar_year"),
        ("NI 115", "tellus3"),
        ("NI 115", "tellus4"),
        ("NI 117", "ndj_adjusted_age_on_day"),
        ("NI 117", "ndj_unadjusted_age_on_day"),
        ("NI 117", "ndj_adjusted_academic_age_residence"),
        ("NI 117", "ndj_adjusted_place_of_study"),
        ("NI 117 (successor)", "djf_academic_age"),
    }


def test_counts_of_teams_and_of_the_national_computer_are_kept_apart():
    teams, computer = PSA_14["NI 111", "yot_financial_year"], PSA_14["NI 111", "pnc_financial_year"]
    assert (teams.counted_by, computer.counted_by) == ("service_caseload", "residence")
    assert (set(teams.nations), set(computer.nations)) == ({"England", "Wales"}, {"England"})
    assert PSA_14["NI 111 (successor)", "pnc_calendar_year"].period_type == "calendar_year"


def test_rounds_of_tellus_do_not_meet_and_none_comes_after_2009_10():
    for number in ("NI 110", "NI 115"):
        third, fourth = PSA_14[number, "tellus3"], PSA_14[number, "tellus4"]
        assert third.valid_to < fourth.valid_from <= fourth.valid_to
        assert fourth.valid_to.year == 2009
        assert not third.verified
        assert not fourth.verified


def test_not_known_accompanies_every_share_of_neet_alone():
    alone = [d for i, d in DEFINITIONS if (i.official_number or "").startswith("NI 117") and not d.parts]
    assert len(alone) == 5
    for definition in alone:
        assert definition.companion
        assert definition.companion.indicator.startswith("activity_not_known_")


def test_good_is_high_for_positive_activities_alone():
    found = {i.official_number: i.polarity for i in CATALOGUE.indicators.values() if i.programme == "PSA 14"}
    assert {number for number, polarity in found.items() if polarity != "low"} == {"NI 110"}


@pytest.mark.parametrize(("indicator", "definition"), DEFINITIONS, ids=lambda x: getattr(x, "id", None) or x.version)
def test_a_share_or_rate_of_another_base_is_beyond_the_limits_of_its_median(indicator, definition):
    """A share as a fraction, a rate per 1,000 for one per 100,000: below what the median of areas can be."""
    bounds, base = definition.bounds, CATALOGUE.units[definition.unit].base
    assert bounds.typical_minimum is not None, indicator.id
    assert bounds.typical_minimum > (bounds.typical_maximum or bounds.maximum) / (100 if base == 100 else base)
