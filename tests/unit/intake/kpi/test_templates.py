"""Every measure of every KPI template on a return so small that each number is counted by hand.

The returns are tests/fixtures/good/kpi: one service, one quarter. A share is written (numerator, denominator), and a
share of nobody is marked z. Kinds of accommodation whose line was left out give no number.
"""

import pytest

from tests.unit.intake.conftest import FIXTURES

ORDERS = {
    "ns": "order_out_of_court", "yjs": "order_youth_caution", "ycc": "order_conditional_caution",
    "ro": "order_referral", "yro": "order_rehabilitation", "cust": "order_custody",
}  # fmt: skip
PROVISION = [
    "school", "home_educated", "pupil_referral_unit", "alternative_provision", "college", "re_engagement",
    "traineeship", "apprenticeship", "supported_internship", "mentoring_circle", "employment", "self_employment",
    "voluntary_work", "university",
]  # fmt: skip


def by_order(**counts):
    """(numerator, denominator) by order; nobody in the orders that are not named."""
    return {breakdown: counts.get(order, (0, 0)) for order, breakdown in ORDERS.items()}


def provision(base, **counts):
    return {f"ete_{name}": (counts.get(name, 0), base) for name in PROVISION}


RETURNS = {
    "kpi_1": (
        "yjb__kpi_1_accommodation",
        {
            "suitable_accommodation_at_order_end_percent": {
                "all": (13, 16),
                **by_order(ns=(4, 4), yjs=(1, 1), ro=(4, 6), yro=(2, 3), cust=(2, 2)),
                "accommodation_parents": (12, 13),
                "accommodation_temporary": (1, 2),
            },
            ("suitable_accommodation_at_order_end_percent", "wording_2023"): {"all": (12, 16)},
            "suitable_accommodation_at_order_start_percent": {
                "all": (10, 16),
                **by_order(ns=(3, 4), yjs=(1, 1), ro=(5, 6), yro=(1, 3), cust=(0, 2)),
                "accommodation_parents": (9, 13),
                "accommodation_temporary": (1, 2),
            },
            "suitable_accommodation_at_release_percent": {"all": (1, 2)},
            "accommodation_at_order_end_children": {"all": 16, "suitable": 13, "unsuitable": 3},
            "accommodation_at_order_start_children": {"all": 16, "suitable": 10, "unsuitable": 6},
        },
    ),
    "kpi_2": (
        "yjb__kpi_2_ete",
        {
            "suitable_ete_at_order_end_percent": {
                "all": (5, 6), **by_order(ro=(4, 4), cust=(1, 2)), "age_school": (3, 4), "age_above_school": (2, 2),
            },
            ("suitable_ete_at_order_end_percent", "wording_2023"): {"all": (4, 6)},
            "suitable_ete_at_order_start_percent": {
                "all": (3, 6), **by_order(ro=(2, 4), cust=(1, 2)), "age_school": (3, 4), "age_above_school": (0, 2),
            },
            "ete_at_order_end_percent": {
                "all": (5, 6), "ete_part_time": (1, 6), "ete_full_time": (4, 6),
                **provision(6, school=3, college=1, employment=1),
            },
            "ete_at_order_start_percent": {
                "all": (4, 6), "ete_part_time": (1, 6), "ete_full_time": (3, 6),
                **provision(6, school=2, pupil_referral_unit=2, alternative_provision=2),
            },
            "not_in_ete_at_order_end_percent": {"all": (1, 6)},
            "not_in_ete_at_order_start_percent": {"all": (2, 6)},
            "ete_hours_attended_of_offered_at_order_end_percent": {
                "hours_1_to_15": (2, 1), "hours_16_to_24": (1, 0), "hours_25_plus": (2, 4),
            },
            "ete_hours_attended_of_offered_at_order_start_percent": {
                "hours_1_to_15": (1, 1), "hours_16_to_24": (1, 1), "hours_25_plus": (2, 2),
            },
        },
    ),
    "kpi_3": (
        "yjb__kpi_3_send_aln",
        {
            "send_aln_plan_in_place_percent": {"all": (3, 5), **by_order(ns=(0, 1), ro=(2, 3), yro=(1, 1))},
            "send_aln_identified_percent": {
                "all": (5, 10), **by_order(ns=(1, 2), yjs=(0, 1), ro=(3, 5), yro=(1, 2)),
            },
            "send_aln_ete_suitability_percent": {"suitable": (3, 5)},
        },
    ),
    "kpi_4": (
        "yjb__kpi_4_mental_health",
        {
            "mental_health_intervention_offered_percent": {"all": (2 + 3, 2 + 4)},
            # YJB lists the need line (4) where the offer of Getting Additional Help (1) belongs.
            ("mental_health_intervention_offered_percent", "yjb_sql_v8"): {"all": (2 + 1 + 4 + 1 + 0, 2 + 4)},
            ("mental_health_intervention_offered_percent", "wording_2023"): {"all": (3, 4)},
            "mental_health_need_percent": {"all": (6, 10), **by_order(ro=(4, 6), yro=(2, 4))},
            ("mental_health_need_percent", "wording_2023"): {"all": (4, 10)},
            "mental_health_treatment_at_order_start_percent": {"all": (2, 6)},
            "mental_health_offered_by_kind_percent": {
                "help_getting_advice": (1, 6), "help_getting_help": (1, 6), "help_getting_additional_help": (1, 6),
                "help_getting_risk_support": (0, 6),
            },
            "mental_health_attending_of_offered_percent": {
                "help_getting_advice": (1, 1), "help_getting_help": (0, 1), "help_getting_additional_help": (2, 1),
                "help_getting_risk_support": (0, 0),
            },
            ("mental_health_attending_of_offered_percent", "wording_2023"): {"all": (3, 3)},
        },
    ),
    "kpi_5": (
        "yjb__kpi_5_substance_misuse",
        {
            "substance_misuse_intervention_offered_percent": {"all": (1 + 3, 1 + 4)},
            # YJB looks for the treatment lines of KPI 4, so the child in treatment drops out above the line.
            ("substance_misuse_intervention_offered_percent", "yjb_sql_v8"): {"all": (3, 1 + 4)},
            ("substance_misuse_intervention_offered_percent", "wording_2023"): {"all": (3, 4)},
            "substance_misuse_need_percent": {"all": (5, 10), **by_order(ro=(4, 5), yro=(1, 5))},
            ("substance_misuse_need_percent", "wording_2023"): {"all": (4, 10)},
            "substance_misuse_treatment_at_order_start_percent": {"all": (1, 5)},
            "substance_misuse_offered_by_kind_percent": {
                "treatment_targeted": (2, 5), "treatment_specialist": (1, 5), "treatment_complex_care": (0, 5),
            },
            "substance_misuse_attending_of_offered_percent": {
                "treatment_targeted": (1, 2), "treatment_specialist": (1, 1), "treatment_complex_care": (0, 0),
            },
            ("substance_misuse_attending_of_offered_percent", "wording_2023"): {"all": (2, 3)},
        },
    ),
    "kpi_6": (
        "yjb__kpi_6_out_of_court",
        {
            "out_of_court_disposal_completed_percent": {
                "all": (8, 10), "disposal_community_resolution": (3, 4), "disposal_outcome_22": (1, 1),
                "disposal_outcome_22_deferred": (0, 0), "disposal_outcome_20_21": (1, 2),
                "disposal_youth_caution": (2, 2), "disposal_conditional_caution": (1, 1),
            },
            "out_of_court_disposal_not_completed_percent": {
                "all": (2, 10), "disposal_community_resolution": (1, 4), "disposal_outcome_22": (0, 1),
                "disposal_outcome_22_deferred": (0, 0), "disposal_outcome_20_21": (1, 2),
                "disposal_youth_caution": (0, 2), "disposal_conditional_caution": (0, 1),
            },
            "out_of_court_disposal_children": {"all": 10, "completed": 8, "not_completed": 2},
        },
    ),
    "kpi_7": (
        "yjb__kpi_7_wider_services",
        {
            # Four statuses are added: two children with two statuses each make six of four.
            "wider_services_support_percent": {"all": (6, 4), **by_order(ro=(4, 3), yro=(2, 1))},
            "wider_services_status_during_order_percent": {
                "status_care_experienced": (3, 4), "status_child_protection_plan": (1, 4),
                "status_child_in_need": (2, 4), "status_early_help_plan": (0, 4),
            },
            "wider_services_status_at_order_start_percent": {
                "status_care_experienced": (1, 4), "status_child_protection_plan": (0, 4),
                "status_child_in_need": (0, 4), "status_early_help_plan": (0, 4),
            },
            "early_help_percent": {"early_help_open_before": (1, 4), "early_help_referred": (1, 4)},
        },
    ),
    "kpi_8": (
        "yjb__kpi_8_management_board",
        {
            # Over five: the board met twice. The sixth sector, `other`, is left out.
            "management_board_senior_partners_of_5": {
                "all": 6, "sector_social_care": 2, "sector_education": 2, "sector_police": 1, "sector_probation": 0,
                "sector_health": 1,
            },
            "management_board_delegated_partners_of_5": {
                "all": 1, "sector_social_care": 0, "sector_education": 0, "sector_police": 0, "sector_probation": 1,
                "sector_health": 0,
            },
            "management_board_new_partners_of_5": {
                "all": 1, "sector_social_care": 1, "sector_education": 0, "sector_police": 0, "sector_probation": 0,
                "sector_health": 0,
            },
        },
    ),
    "kpi_9": (
        "yjb__kpi_9_serious_violence",
        {
            "serious_violence_offences_10_to_17": {
                "all": 11, "offence_drugs": 3, "offence_robbery": 1, "offence_violence": 7, "age_10_to_15": 4,
                "age_16_to_17": 7,
            },
        },
    ),
    "kpi_10": (
        "yjb__kpi_10_victims",
        {
            "victims_engaged_restorative_justice_percent": {"all": (2, 4)},
            "victims_of_children": {"all": 8},
            "children_with_victims": {"all": 5},
            "victims_asked_view_percent": {"all": (6, 4)},
            "victims_given_progress_information_percent": {"all": (3, 4)},
            "victims_given_progress_information_of_asked_percent": {"all": (3, 4)},
            "victims_given_support_information_percent": {"all": (1, 4)},
            "victims_given_support_information_of_asked_percent": {"all": (1, 2)},
        },
    ),
}  # fmt: skip


def expected_of(name):
    """Key -> what the number should be, `end_of_order` where no version is given."""
    return {
        (indicator if isinstance(indicator, tuple) else (indicator, "end_of_order")) + (breakdown,): number
        for indicator, breakdowns in RETURNS[name][1].items()
        for breakdown, number in breakdowns.items()
    }


def shown(number, expected):
    """A landed number in the form of the expected one; its value is checked against its own counts."""
    if not isinstance(expected, tuple):
        assert number.value == number.numerator
        return number.value
    if expected[1] == 0:
        assert (number.value, number.marker) == (None, "z")
    else:
        assert number.value == pytest.approx(100 * expected[0] / expected[1])
    return (number.numerator, number.denominator)


@pytest.mark.parametrize("name", RETURNS)
def test_every_measure_is_what_was_counted_by_hand(name, deliver, landed):
    outcome = deliver(f"good/kpi/{name}.csv")
    assert (outcome.verdict, outcome.source_id, outcome.cells_quarantined) == ("accepted", RETURNS[name][0], 0)
    numbers, expected = landed(outcome.source_id), expected_of(name)
    assert set(numbers) == set(expected)
    assert {key: shown(numbers[key], number) for key, number in expected.items()} == expected


@pytest.mark.parametrize("name", ["kpi_4", "kpi_5"])
def test_lines_tell_kpi_4_and_5_apart_whatever_the_file_is_called(name, deliver, tmp_path):
    copy = tmp_path / "return.csv"
    copy.write_bytes((FIXTURES / f"good/kpi/{name}.csv").read_bytes())
    assert deliver(copy).source_id == RETURNS[name][0]
