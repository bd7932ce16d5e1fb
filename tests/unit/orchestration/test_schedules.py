"""Schedules come from the calendars of the datasets, on days that exist, in London time."""

from datetime import datetime
from zoneinfo import ZoneInfo

from dagster._utils.schedules import cron_string_iterator

from pipelines.definitions import defs
from pipelines.orchestration.schedules import build_schedules, due
from sources.catalogue import load_catalogue

CATALOGUE = load_catalogue()


def test_a_quarterly_return_is_looked_for_the_day_after_it_is_due():
    # 31 days after 31 March, 30 June, 30 September and 31 December, and one more.
    crons = {"0 6 2 5 *", "0 6 1 8 *", "0 6 1 11 *", "0 6 1 2 *"}
    assert set(due(CATALOGUE.datasets["yjb__kpi_2_ete"], CATALOGUE)) == crons


def test_a_yearly_statistic_is_looked_for_the_day_after_it_comes_out():
    assert due(CATALOGUE.datasets["yjb__local_level_children"], CATALOGUE) == ("0 6 1 2 *",)


def test_what_has_no_rhythm_has_no_schedule():
    assert due(CATALOGUE.datasets["dfe__participation_16_to_17"], CATALOGUE) == ()
    assert due(CATALOGUE.datasets["dovetail__service_register"], CATALOGUE) == ()


def test_every_dataset_with_a_rhythm_is_on_a_schedule_that_says_where_its_day_is_from():
    schedules = build_schedules(CATALOGUE)
    for dataset in CATALOGUE.datasets.values():
        if due(dataset, CATALOGUE):
            (own,) = (s for s in schedules if dataset.id in s.description and s.job_name != "quarterly_close")
            assert dataset.calendar.citation in own.description
            assert dataset.calendar.verified or "[unverified]" in own.description


def test_schedules_run_in_london_whatever_the_season_and_their_jobs_exist():
    jobs = {job.name for job in defs.resolve_all_job_defs()}
    for schedule in defs.schedules:
        assert schedule.execution_timezone == "Europe/London"
        assert schedule.job_name in jobs
    (morning,) = (s for s in defs.schedules if s.name == "returns_every_morning")
    for month in (1, 7):
        noon = datetime(2027, month, 10, 12, tzinfo=ZoneInfo("Europe/London"))
        assert next(iter(cron_string_iterator(noon.timestamp(), morning.cron_schedule[0], "Europe/London"))).hour == 7
