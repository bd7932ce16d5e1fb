"""The release gate: a good twin passes every check, and each broken twin fails exactly the check it is named for."""

from __future__ import annotations

from typing import NamedTuple

import pytest

from expectations import suites
from expectations.release.public_tables import PUBLIC_TABLES

PREVIOUS = "releases/2026.1"


class Twin(NamedTuple):
    """What breaks the good warehouse, what the check then says, and whether it needs a release before it."""

    statement: str
    failing_rows: int
    failing_keys: tuple[str, ...]
    with_previous: bool = False


BROKEN = {
    "table_present": Twin("drop table published_findings", 1, ("published_findings",)),
    "table_not_empty": Twin("delete from typologies", 1, ("typologies",)),
    "table_rows_kept": Twin(
        "delete from structures where structure_id::int >= 17",
        3,
        ("structures: 17 rows, 20 before",),
        with_previous=True,
    ),
    "rate_group_within_parts": Twin(
        "update comparisons set pooled_value = 301 where comparison_id = 'shown' and model_id = 'directorate'; "
        "update comparisons set median = 199 where comparison_id = 'shown' and model_id = 'umbrella'",
        2,
        (
            "first_time_entrants 1 made 2020 today directorate pooled is 301.0, its services are 100.0 to 300.0",
            "first_time_entrants 1 made 2020 today umbrella median is 199.0, its services are 200.0 to 400.0",
        ),
    ),
    "derived_equals_inputs": Twin(
        "update observations set value = 2999 where observation_id = 'population s5'; "
        # The mean of the two rates, where the counts give 300.
        "update observations set value = 325 where observation_id = 'first_time_entrants s5'",
        2,
        (
            "first_time_entrants s5 2020: 325.0, its parts give 9.0 of 3000.0",
            "population s5 2020: 2999.0, its parts add up to 3000.0",
        ),
    ),
    "comparison_refused_below_thresholds": Twin(
        "update comparison_services set is_used = false where comparison_id = 'shown' and service_id = 's4'; "
        "update comparisons set services_used = 3 where comparison_id = 'shown'; "
        "update comparisons set group_services = 1, is_testable = false, median = 200, pooled_value = 200"
        " where comparison_id = 'shown' and model_id = 'umbrella'",
        1,
        (
            "first_time_entrants 1 made 2020 today: 3 of 5 services used, 1 models large enough to test, not refused",
        ),
    ),
    "comparison_counts_its_services": Twin(
        "update comparisons set services_in_scope = 6 where comparison_id = 'shown'",
        1,
        ("first_time_entrants 1 made 2020 today: comparison_services has 4 used of 5",),
    ),
}  # fmt: skip


@pytest.fixture(scope="module")
def found_in_good(built_once):
    return suites.release(built_once, built_once / PREVIOUS)


def failing(warehouse, previous=None) -> dict:
    return {result.check_id: result for result in suites.release(warehouse, previous) if result.outcome != "pass"}


def test_the_good_twin_passes_every_check(found_in_good):
    assert [result.check_id for result in found_in_good] == [check.check_id for check in suites.checks("release")]
    assert {(result.outcome, result.failing_rows, result.failing_keys) for result in found_in_good} == {("pass", 0, ())}
    assert {result.stage for result in found_in_good} == {"release"}


def test_every_check_compared_something(found_in_good):
    compared = {result.check_id: result.about.rpartition("Compared: ")[2] for result in found_in_good}
    assert compared["table_present"] == f"{len(PUBLIC_TABLES)} public tables."
    assert compared["rate_group_within_parts"] == "4 figures of structural models."
    assert compared["derived_equals_inputs"] == "2 indicators with derived observations."
    assert compared["comparison_refused_below_thresholds"] == "2 comparisons."


def test_every_check_has_a_broken_twin():
    assert set(BROKEN) == {check.check_id for check in suites.checks("release")}


def test_only_the_drift_is_a_warning():
    assert {check.check_id for check in suites.checks("release") if not check.is_blocking} == {"table_rows_kept"}


@pytest.mark.parametrize("check_id", BROKEN)
def test_broken_twin_fails_exactly_its_check(check_id, built, change_built):
    twin = BROKEN[check_id]
    change_built(built, twin.statement)

    found = failing(built, built / PREVIOUS if twin.with_previous else None)

    assert list(found) == [check_id]
    assert found[check_id].outcome == ("fail" if found[check_id].is_blocking else "warn")
    assert found[check_id].failing_rows == twin.failing_rows
    assert found[check_id].failing_keys == twin.failing_keys


def test_the_first_release_has_nothing_to_shrink_from(built, change_built):
    change_built(built, "delete from structures where structure_id <> '0'")
    assert failing(built) == {}


def test_a_table_may_lose_a_tenth(built, change_built):
    change_built(built, "delete from structures where structure_id::int >= 18")
    assert failing(built, built / PREVIOUS) == {}


def test_a_table_that_is_new_has_nothing_to_shrink_from(built):
    import duckdb

    with duckdb.connect(str(built / PREVIOUS / "dovetail.duckdb")) as connection:
        connection.execute("drop table decisions")
    assert failing(built, built / PREVIOUS) == {}


def test_a_previous_release_that_is_not_there_is_said_plainly(built):
    with pytest.raises(FileNotFoundError, match=r"there is no database at .*dovetail\.duckdb"):
        suites.release(built, built / "releases/2025.4")


def test_a_derived_observation_whose_input_is_gone_is_wrong(built, change_built):
    change_built(built, "delete from observations where observation_id = 'population L2'; "
                        "update observations set value = 1000 where observation_id = 'population s5'")  # fmt: skip
    result = failing(built)["derived_equals_inputs"]
    assert result.failing_keys == ("population s5 2020: 1000.0, an observation it names is not there",)


def test_a_derived_observation_that_names_no_input_is_wrong(built, change_built):
    change_built(built, "update observations set derived_from = [] where observation_id = 'population s5'")
    assert failing(built)["derived_equals_inputs"].failing_rows == 1


def test_a_sum_that_was_not_made_is_not_judged(built, change_built):
    change_built(built, "update observations set value = null, numerator = null, denominator = null where is_derived")
    assert failing(built) == {}


def test_a_denominator_that_does_not_add_up_is_wrong(built, change_built):
    change_built(built, "update observations set denominator = 3300, numerator = 9.9"
                        " where observation_id = 'first_time_entrants s5'")  # fmt: skip
    assert failing(built)["derived_equals_inputs"].failing_rows == 1


@pytest.mark.parametrize(
    ("statement", "check_id"),
    [
        pytest.param("update comparisons set median = 200 where comparison_id = 'refused' and model_id = 'umbrella'",
                     "comparison_refused_below_thresholds", id="refused and shown"),
        pytest.param("update comparisons set refusal_reason = null where comparison_id = 'refused'",
                     "comparison_refused_below_thresholds", id="refused without a reason"),
        pytest.param("update comparisons set is_testable = true where comparison_id = 'refused'",
                     "comparison_refused_below_thresholds", id="tested and too small"),
        pytest.param("update comparisons set group_services = 3 where comparison_id = 'shown'"
                     " and model_id = 'umbrella'", "comparison_counts_its_services", id="group miscounted"),
        pytest.param("update comparisons set services_used = 5 where comparison_id = 'shown'",
                     "comparison_counts_its_services", id="used miscounted"),
    ],
)  # fmt: skip
def test_each_way_to_break_the_thresholds_is_seen(built, change_built, statement, check_id):
    change_built(built, statement)
    found = failing(built)
    assert check_id in found
    assert set(found) <= {check_id, "rate_group_within_parts"}  # a figure of no service is outside its parts as well


def test_coverage_alone_refuses(built, change_built, change_parquet):
    change_parquet(built / "catalogue/settings.parquet", "update rows set coverage_minimum = 0.81")
    assert list(failing(built)) == ["comparison_refused_below_thresholds"]
    change_parquet(built / "catalogue/settings.parquet", "update rows set coverage_minimum = 0.8")
    assert failing(built) == {}


def test_group_size_alone_refuses(built, change_parquet):
    change_parquet(built / "catalogue/settings.parquet", "update rows set group_minimum = 3")
    assert list(failing(built)) == ["comparison_refused_below_thresholds"]
