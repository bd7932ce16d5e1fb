"""The calendar: each status of an expected return."""

from datetime import date, datetime, timedelta

import pytest

from pipelines.landing.expected import last_learnt
from sources.models.dataset import Calendar
from tests.unit.landing.county import CAME, DATASET, Q1, Q3, Q4, County


def calendar(**columns: object) -> Calendar:
    known = {"from_every": "youth_justice_service", "every_months": 3, "due_days_after_period_end": 30,
             "chase": "the data lead of the service", "citation": "invented"}  # fmt: skip
    return Calendar.model_validate(known | columns)


@pytest.fixture
def county(tmp_path) -> County:
    """Returns are due 30 days after the quarter: 30 April 2026 for the last one of 2025-26."""
    return County(tmp_path, calendar())


@pytest.fixture
def county_without_deadline(tmp_path) -> County:
    return County(tmp_path, calendar(due_days_after_period_end=None))


def test_received_late_and_missing_by_a_known_deadline(county):
    county.deliver(("vellow", Q4), ("norrow", Q4))
    county.deliver(("oxterby", Q4), came=datetime(2026, 5, 1, 8))
    assert county.status(date(2026, 5, 2)) == {
        "norrow": "received", "oxterby": "late", "quillmarsh": "missing", "vellow": "received",
    }  # fmt: skip


def test_a_return_is_due_up_to_its_last_day_and_missing_from_the_next(county):
    county.deliver(("vellow", Q4))
    assert county.status(date(2026, 4, 30))["norrow"] == "due"
    assert county.status(date(2026, 5, 1))["norrow"] == "missing"


def test_an_area_that_never_returns_a_dataset_is_not_asked_for_it(tmp_path):
    county = County(tmp_path, calendar(not_from=("norrow",)))
    county.deliver(("vellow", Q4))
    assert set(county.status(date(2026, 5, 2))) == {"oxterby", "quillmarsh", "vellow"}


def test_a_period_that_is_not_over_is_due_and_one_further_on_is_not_spoken_of(county):
    county.deliver(("vellow", Q4))
    on = date(2026, 5, 1)
    assert set(county.status(on, Q1).values()) == {"due"}
    assert max(row["period_start"] for row in county.expected(on)) == Q1[0]


def test_with_a_deadline_a_period_nobody_reported_goes_missing(county):
    county.deliver(("vellow", Q4))
    assert set(county.status(date(2026, 8, 1), Q1).values()) == {"missing"}
    labels = {row["period_label"] for row in county.expected(date(2026, 8, 1)) if row["period_start"] == Q1[0]}
    assert labels == {None}


def test_without_a_deadline_late_is_31_days_after_the_first_return(county_without_deadline):
    county = county_without_deadline
    county.deliver(("vellow", Q4))
    county.deliver(("norrow", Q4), came=CAME + timedelta(days=31))
    county.deliver(("oxterby", Q4), came=CAME + timedelta(days=32))
    last = CAME.date() + timedelta(days=31)
    assert county.status(last)["quillmarsh"] == "due"
    assert county.status(last + timedelta(days=1)) == {
        "norrow": "received", "oxterby": "late", "quillmarsh": "missing", "vellow": "received",
    }  # fmt: skip
    assert {row["due_date"] for row in county.expected(last)} == {None}


def test_without_a_deadline_only_the_next_period_is_spoken_of_and_stays_due(county_without_deadline):
    county_without_deadline.deliver(("vellow", Q4))
    on = date(2028, 1, 1)
    assert set(county_without_deadline.status(on, Q1).values()) == {"due"}
    assert max(row["period_start"] for row in county_without_deadline.expected(on)) == Q1[0]


@pytest.mark.parametrize("due_days", [None, 30])
def test_a_period_left_out_between_two_is_missing_once_the_later_one_is_there(tmp_path, due_days):
    county = County(tmp_path, calendar(due_days_after_period_end=due_days))
    county.deliver(("vellow", (date(2025, 4, 1), date(2025, 6, 30))), came=datetime(2025, 7, 9))
    county.deliver(("vellow", Q4))
    assert set(county.status(date(2026, 6, 1), Q3).values()) == {"missing"}


def test_without_steps_only_reported_periods_are_expected(tmp_path):
    county = County(tmp_path, calendar(every_months=None))
    county.deliver(("vellow", Q4))
    assert {row["period_start"] for row in county.expected(date(2027, 1, 1))} == {Q4[0]}


def test_a_later_delivery_that_changes_a_number_corrects_the_return(county):
    first = county.deliver(("vellow", Q4), ("norrow", Q4))
    second = county.deliver(("vellow", Q4), came=CAME + timedelta(days=3), value=2.0)
    rows = {row["area_code"]: row for row in county.expected(date(2026, 5, 2)) if row["period_start"] == Q4[0]}
    assert rows["vellow"]["status"] == "corrected"
    assert (rows["vellow"]["delivery_id"], rows["vellow"]["latest_delivery_id"]) == (first, second)
    assert rows["norrow"]["status"] == "received"


def test_a_later_delivery_of_the_same_numbers_corrects_nothing(county):
    county.deliver(("vellow", Q4), ("norrow", Q4))
    second = county.deliver(("norrow", Q4), ("vellow", Q4), came=CAME + timedelta(days=3))
    rows = [row for row in county.expected(date(2026, 5, 2)) if row["latest_delivery_id"] == second]
    assert [row["status"] for row in rows] == ["received", "received"]


def test_an_older_publication_that_arrives_later_came_first(county):
    late = county.deliver(("vellow", Q4), came=datetime(2026, 6, 1), published=datetime(2026, 5, 20))
    early = county.deliver(("vellow", Q4), came=datetime(2026, 6, 2), published=datetime(2026, 4, 25))
    (row,) = [r for r in county.expected(date(2026, 6, 3)) if r["area_code"] == "vellow" and r["period_start"] == Q4[0]]
    assert (row["delivery_id"], row["latest_delivery_id"]) == (early, late)
    assert (row["status"], row["is_late"]) == ("received", False)


def test_a_late_return_that_was_corrected_is_still_known_as_late(county):
    county.deliver(("vellow", Q4), came=datetime(2026, 5, 20))
    county.deliver(("vellow", Q4), came=datetime(2026, 5, 21), value=3.0)
    (row,) = [r for r in county.expected(date(2026, 6, 3)) if r["area_code"] == "vellow" and r["period_start"] == Q4[0]]
    assert (row["status"], row["is_late"]) == ("corrected", True)


def test_a_refused_delivery_is_told_for_its_own_area_and_period_only(county):
    county.deliver(("vellow", Q4))
    refused = county.record("D000099", "refused", period_start=Q4[0], period_end=Q4[1], area_code="norrow",
                            areas=1, recorded_at=datetime(2026, 4, 22))  # fmt: skip
    rows = {row["area_code"]: row for row in county.expected(date(2026, 5, 2)) if row["period_start"] == Q4[0]}
    assert rows["norrow"]["status"] == "refused"
    assert (rows["norrow"]["latest_delivery_id"], rows["norrow"]["delivery_id"]) == (refused, None)
    assert rows["oxterby"]["status"] == "missing"
    assert "refused" not in county.status(date(2026, 5, 2), Q1).values()


def test_a_refused_delivery_for_several_areas_is_told_for_each_that_nothing_else_filled(county):
    county.deliver(("vellow", Q4))
    county.record("D000099", "refused", period_start=Q4[0], period_end=Q4[1], areas=4, recorded_at=CAME)
    assert county.status(date(2026, 5, 2)) == {
        "norrow": "refused", "oxterby": "refused", "quillmarsh": "refused", "vellow": "received",
    }  # fmt: skip


def test_nobody_knows_whose_return_an_unreadable_file_was(county):
    county.deliver(("vellow", Q4))
    county.record("D000098", "refused", period_start=Q4[0], period_end=Q4[1], recorded_at=CAME)
    county.record("D000099", "refused", recorded_at=CAME)
    assert "refused" not in county.status(date(2026, 5, 2)).values()


def test_a_refused_return_that_came_again_and_was_sound_is_received(county):
    county.record("D000009", "refused", period_start=Q4[0], period_end=Q4[1], area_code="vellow", areas=1,
                  recorded_at=CAME)  # fmt: skip
    county.deliver(("vellow", Q4))
    assert county.status(date(2026, 5, 2))["vellow"] == "received"


def test_each_return_names_its_service_and_whom_to_chase(county):
    county.deliver(("vellow", Q4))
    row = county.expected(date(2026, 5, 2))[0]
    assert row["area_name"] == "Norrow Youth Justice Service"
    assert row["chase"] == "the data lead of the service"


def test_a_service_of_a_nation_the_indicators_do_not_cover_is_not_asked(county):
    county.deliver(("vellow", Q4))
    assert "strathnorrow" not in county.status(date(2026, 5, 2))
    assert len(county.status(date(2026, 5, 2))) == 4


def test_a_publishers_table_is_one_return_whatever_areas_it_holds(tmp_path):
    county = County(tmp_path, calendar(from_every="publisher", chase=None))
    county.deliver(("vellow", Q4), ("norrow", Q4))
    rows = county.expected(date(2026, 8, 1))
    assert [(row["area_code"], row["period_start"], row["status"]) for row in rows] == [
        ("publisher", Q4[0], "received"), ("publisher", Q1[0], "missing"), ("publisher", date(2026, 7, 1), "due"),
    ]  # fmt: skip
    assert {row["area_name"] for row in rows} == {county.catalogue.datasets[DATASET].origin.publisher}
    county.deliver(("norrow", Q4), ("oxterby", Q4), came=CAME + timedelta(days=2))
    assert county.expected(date(2026, 8, 1))[0]["status"] == "corrected"
    county.record("D000099", "refused", period_start=Q1[0], period_end=Q1[1], recorded_at=CAME)
    assert county.expected(date(2026, 8, 1))[1]["status"] == "refused"


def test_a_dataset_nobody_has_reported_for_is_not_expected(county):
    assert county.expected(date(2026, 5, 2)) == []


def test_a_release_tells_the_time_by_its_last_delivery(county):
    county.deliver(("vellow", Q4))
    county.record("D000050", "unchanged", recorded_at=datetime(2027, 1, 1))
    assert last_learnt(county.deliveries()) == CAME.date()
    assert last_learnt(county.deliveries().clear()) == date.min
