"""The long summary of the YJB warehouse: literal columns and codes, both spellings of the quarter, swapped orders."""

import polars as pl
import pytest

from tests.unit.intake.conftest import FIXTURES

DATASET = "yjb__kpi_summary_long"
LONG = FIXTURES / "good/kpi/summary_long.csv"
SHARES = {
    ("suitable_accommodation_at_order_end_percent", "end_of_order", "all"): (13, 16),
    ("suitable_accommodation_at_order_end_percent", "end_of_order", "order_referral"): (4, 6),
    ("suitable_accommodation_at_order_start_percent", "end_of_order", "all"): (10, 16),
    ("suitable_ete_at_order_end_percent", "end_of_order", "all"): (5, 6),
    ("suitable_ete_at_order_end_percent", "yjb_sql_v8", "order_rehabilitation"): (1, 2),
    ("ete_hours_attended_of_offered_at_order_end_percent", "end_of_order", "hours_16_to_24"): (1, 2),
    ("ete_at_order_start_percent", "end_of_order", "ete_college"): (1, 6),
    ("ete_at_order_end_percent", "yjb_sql_v8", "ete_school"): (3, 6),
    ("not_in_ete_at_order_end_percent", "end_of_order", "all"): (1, 6),
    ("send_aln_plan_in_place_percent", "end_of_order", "all"): (3, 5),
    ("send_aln_by_characteristic_percent", "end_of_order", "age_15_to_17"): (4, 5),
    ("send_aln_ete_suitability_percent", "end_of_order", "unsuitable"): (2, 5),
    ("mental_health_intervention_offered_percent", "yjb_sql_v8", "all"): (8, 6),
    ("mental_health_need_percent", "end_of_order", "all"): (6, 10),
    ("mental_health_offered_not_attended_percent", "end_of_order", "all"): (-1, 8),
    ("mental_health_attending_of_offered_percent", "end_of_order", "help_getting_help"): (0, 1),
    ("substance_misuse_intervention_offered_percent", "yjb_sql_v8", "all"): (3, 5),
    ("substance_misuse_offered_by_kind_percent", "end_of_order", "treatment_complex_care"): (0, 5),
    ("out_of_court_disposal_completed_percent", "end_of_order", "all"): (8, 10),
    ("out_of_court_disposal_not_completed_by_characteristic_percent", "end_of_order", "sex_unknown"): (1, 10),
    ("out_of_court_disposals_completed_percent", "end_of_order", "all"): (9, 11),
    ("wider_services_support_percent", "end_of_order", "all"): (3, 4),
    ("wider_services_support_percent", "end_of_order", "order_referral"): (2, 3),
    ("early_help_percent", "end_of_order", "early_help_open_before"): (1, 4),
    ("serious_violence_share_of_offences_percent", "end_of_order", "all"): (11, 44),
    ("serious_violence_by_seriousness_percent", "end_of_order", "seriousness_8"): (2, 11),
    ("serious_violence_children_by_characteristic_percent", "end_of_order", "age_10_to_14"): (3, 9),
    ("victims_engaged_restorative_justice_percent", "end_of_order", "all"): (2, 4),
}
COUNTS = {
    ("accommodation_at_order_end_children", "end_of_order", "all"): 16,
    ("accommodation_at_order_end_children", "end_of_order", "suitable"): 13,
    ("accommodation_at_order_end_children", "end_of_order", "unsuitable"): 3,
    ("accommodation_at_order_start_children", "end_of_order", "all"): 16,
    ("accommodation_at_order_start_children", "end_of_order", "suitable"): 10,
    ("accommodation_at_order_start_children", "end_of_order", "unsuitable"): 6,
    ("management_board_senior_partners_of_5", "end_of_order", "all"): 6,
    ("management_board_senior_partners_of_5", "end_of_order", "sector_police"): 1,
    ("serious_violence_offences_10_to_17", "end_of_order", "all"): 11,
    ("serious_violence_offences_10_to_17", "end_of_order", "offence_robbery"): 1,
    ("victims_of_children", "end_of_order", "all"): 8,
}
# KPI 3 by order: the YJB divides 3 children with referral orders by the 2 with rehabilitation orders (domain.md 2.6 i).
SWAPPED = {
    ("send_aln_identified_percent", "yjb_sql_v8", "order_referral"): (3, 2),
    ("send_aln_identified_percent", "yjb_sql_v8", "order_rehabilitation"): (1, 5),
}
PUT_RIGHT = {
    ("children_with_send_aln", "end_of_order", "order_referral"): 3,
    ("children_with_order_ending_send_aln", "end_of_order", "order_referral"): 5,
    ("children_with_send_aln", "end_of_order", "order_rehabilitation"): 1,
    ("children_with_order_ending_send_aln", "end_of_order", "order_rehabilitation"): 2,
}
RATE = ("serious_violence_offences_per_10000", "end_of_order", "all")
EMPTY = ("restorative_justice_processes_percent", "end_of_order", "all")


def test_every_row_is_the_number_its_code_says(deliver, landed):
    outcome = deliver("good/kpi/summary_long.csv")
    assert (outcome.verdict, outcome.source_id, outcome.cells_quarantined) == ("accepted", DATASET, 0)
    numbers = landed(DATASET)
    shares = SHARES | SWAPPED
    counts = COUNTS | PUT_RIGHT
    assert set(numbers) == {*shares, *counts, RATE, EMPTY}
    assert {key: numbers[key][:2] for key in shares} == shares
    for key, (numerator, denominator) in shares.items():
        assert numbers[key].value == pytest.approx(100 * numerator / denominator), key
    assert {key: numbers[key].value for key in counts} == counts


def test_the_rate_of_a_quarter_is_per_10000_and_not_annualised(deliver, landed):
    deliver("good/kpi/summary_long.csv")
    assert landed(DATASET)[RATE].value == pytest.approx(11 / 22_000 * 10_000)


def test_an_empty_figure_is_not_nought(deliver, landed):
    deliver("good/kpi/summary_long.csv")
    assert (landed(DATASET)[EMPTY].value, landed(DATASET)[EMPTY].marker) == (None, "x")


@pytest.mark.parametrize("spelling", ["quarter_label", "label_quarter"])
def test_both_spellings_of_the_quarter_mean_the_financial_year(spelling, deliver, workspace, tmp_path):
    path = tmp_path / "summary.csv"
    path.write_text(LONG.read_text().replace(",quarter_label,", f",{spelling},", 1))
    outcome = deliver(path)
    assert (outcome.verdict, outcome.source_id) == ("accepted", DATASET)
    frame = pl.read_parquet(workspace.landed / "observations" / DATASET / "D*.parquet")
    days = {(str(start), str(end)) for start, end in frame.select("period_start", "period_end").iter_rows()}
    assert days == {("2024-01-01", "2024-03-31")}


def test_a_code_that_nobody_declared_is_set_aside_by_name(deliver, tmp_path):
    path = tmp_path / "summary.csv"
    path.write_text(LONG.read_text().replace("kpi1_suitable_ro_end", "kpi1_suitable_caravan_end"))
    outcome = deliver(path)
    assert outcome.verdict == "accepted_in_part"
    found = outcome.findings.filter(rule="measure_undeclared")
    assert found["value"].to_list() == ["kpi1_suitable_caravan_end"]


def test_of_two_rows_for_one_number_the_template_wins(deliver, landed, tmp_path):
    """A stacked file: the template's 13 of 16, and 12 of 15 from case-level data (domain.md 2.4)."""
    lines = LONG.read_text().splitlines()
    template = next(line for line in lines if "kpi1_total_suitable_end" in line)
    case_level = (
        template.replace("Data from template", "Data from case level").replace(",13,", ",12,").replace(",16,", ",15,")
    )
    path = tmp_path / "summary.csv"
    path.write_text("\n".join([lines[0], case_level, *lines[1:]]) + "\n")
    outcome = deliver(path)
    assert (outcome.verdict, outcome.cells_quarantined) == ("accepted", 0)
    assert landed(DATASET)[("suitable_accommodation_at_order_end_percent", "end_of_order", "all")][:2] == (13, 16)
