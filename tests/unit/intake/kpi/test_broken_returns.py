"""What a defective KPI return comes to: sums without a value, lines set aside, identities told; nothing made up."""

import polars as pl
import pytest

from tests.unit.intake.conftest import FIXTURES

HEADLINE_3 = ("send_aln_plan_in_place_percent", "end_of_order", "all")
HEADLINE_7 = ("wider_services_support_percent", "end_of_order", "all")
HEADLINE_8 = ("management_board_senior_partners_of_5", "end_of_order", "all")


def rules(outcome):
    return dict(outcome.findings.select("rule", "severity").unique().iter_rows())


def test_an_empty_cell_voids_the_sums_it_is_part_of_and_no_other(deliver, landed):
    """The YJB adds with a plain plus here, so one empty cell voids the row (domain.md 2.6 d)."""
    outcome = deliver("broken/kpi/empty_cell_kpi_7.csv")
    assert (outcome.verdict, outcome.cells_quarantined) == ("accepted", 0)
    (told,) = outcome.findings.filter(rule="figure_not_given").rows(named=True)
    assert (told["severity"], told["row"], told["column"], told["value"]) == ("warning", 4, "yro_end", "")
    assert "in the line Number of children on a Child Protection Plan, so 3 sums are without" in told["reason"]
    numbers = landed("yjb__kpi_7_wider_services")
    assert (numbers[HEADLINE_7].value, numbers[HEADLINE_7].marker) == (None, "x")
    by_order = {key[2]: number for key, number in numbers.items() if key[0] == HEADLINE_7[0]}
    assert by_order["order_rehabilitation"].marker == "x"
    assert (by_order["order_referral"].numerator, by_order["order_referral"].marker) == (4, None)
    during = {key[2]: number for key, number in numbers.items() if key[0].startswith("wider_services_status_during")}
    assert [name for name, number in during.items() if number.marker] == ["status_child_protection_plan"]


def test_an_empty_sector_voids_the_board(deliver, landed):
    deliver("broken/kpi/empty_sector_kpi_8.csv")
    numbers = landed("yjb__kpi_8_management_board")
    assert (numbers[HEADLINE_8].value, numbers[HEADLINE_8].marker) == (None, "x")
    assert numbers[(*HEADLINE_8[:2], "sector_police")].value == 1


def test_a_line_without_its_trailing_space_is_not_the_line(deliver, landed):
    """Lines are join keys: guessing that two spellings are one would hide a change of the form."""
    outcome = deliver("broken/kpi/line_trimmed_kpi_5.csv")
    assert outcome.verdict == "accepted_in_part"
    assert rules(outcome)["measure_undeclared"] == "error"
    numbers = landed("yjb__kpi_5_substance_misuse")
    assert numbers[("substance_misuse_intervention_offered_percent", "end_of_order", "all")].marker == "x"
    assert numbers[("substance_misuse_offered_by_kind_percent", "end_of_order", "treatment_targeted")].marker == "x"
    assert numbers[("substance_misuse_attending_of_offered_percent", "end_of_order", "treatment_targeted")].value == 50


def test_a_mended_misspelling_counts_in_the_whole_and_not_under_its_kind(deliver, landed):
    deliver("broken/kpi/line_mended_kpi_1.csv")
    numbers = landed("yjb__kpi_1_accommodation")
    indicator = "suitable_accommodation_at_order_end_percent"
    assert numbers[(indicator, "end_of_order", "all")].value == pytest.approx(100 * 13 / 16)
    assert (indicator, "end_of_order", "accommodation_temporary") not in numbers


def test_a_line_left_out_makes_no_sum_and_is_told(deliver, landed):
    outcome = deliver("broken/kpi/line_left_out_kpi_3.csv")
    assert rules(outcome)["line_missing"] == "warning"
    numbers = landed("yjb__kpi_3_send_aln")
    assert (numbers[HEADLINE_3].value, numbers[HEADLINE_3].marker) == (None, "x")
    assert numbers[("send_aln_identified_percent", "end_of_order", "all")].value == 50


def test_more_children_with_a_need_than_children_is_never_a_share(deliver, landed):
    outcome = deliver("broken/kpi/identified_over_all_kpi_3.csv")
    assert "numerator_over_denominator" in rules(outcome)
    assert landed("yjb__kpi_3_send_aln")[("send_aln_identified_percent", "end_of_order", "all")].value is None


@pytest.mark.parametrize(
    ("fixture", "sentence"),
    [
        ("suitable_and_unsuitable_kpi_1", "suitable + unsuitable = 18, and all is 16"),
        ("completed_and_not_kpi_6", "completed + not_completed = 9, and all is 10"),
    ],
)
def test_parts_that_do_not_make_the_total_are_told_and_land(fixture, sentence, deliver):
    outcome = deliver(f"broken/kpi/{fixture}.csv")
    assert outcome.verdict == "accepted"
    told = outcome.findings.filter(rule="parts_differ_from_total")
    assert told["severity"].to_list() == ["warning"]
    assert sentence in told["reason"][0]


def test_attendance_without_an_offer_is_told_and_lands(deliver, landed):
    """Offered less attended is then below nought (domain.md 2.6 c)."""
    outcome = deliver("good/kpi/kpi_4.csv")
    told = outcome.findings.filter(rule="figure_over_its_limit")
    assert told["severity"].to_list() == ["warning"]
    key = ("mental_health_attending_of_offered_percent", "end_of_order", "help_getting_additional_help")
    assert landed("yjb__kpi_4_mental_health")[key].value == 200


def test_spaces_around_a_service_code_do_not_count(deliver, landed, tmp_path):
    spaced = tmp_path / "spaced.csv"
    spaced.write_text((FIXTURES / "good/kpi/kpi_10.csv").read_text().replace("Quillmarsh", " Quillmarsh  "))
    assert deliver(spaced).verdict == "accepted"
    assert landed("yjb__kpi_10_victims")[("victims_of_children", "end_of_order", "all")].value == 8


@pytest.mark.parametrize("reported", ["2024-01-01", "2024-03-31", "2024-02-14 00:00:00", "31/03/2024", "2023Q4"])
def test_any_day_of_a_quarter_stands_for_it(reported, deliver, workspace, tmp_path):
    """The YJB looks reporting dates up in a calendar by day; 2023Q4 ends in March 2024 (domain.md 2.4)."""
    last = tmp_path / "last.csv"
    last.write_text((FIXTURES / "good/kpi/kpi_10.csv").read_text().replace("2023-04-01", reported))
    assert deliver(last).verdict == "accepted"
    frame = pl.read_parquet(workspace.landed / "observations" / "yjb__kpi_10_victims" / "D*.parquet")
    days = {(str(start), str(end)) for start, end in frame.select("period_start", "period_end").iter_rows()}
    assert days == {("2024-01-01", "2024-03-31")}
