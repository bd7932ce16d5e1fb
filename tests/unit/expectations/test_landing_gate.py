"""The landing gate: a good twin passes every check, and each broken twin fails exactly the check it is named for."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

import pytest

from expectations import suites

OBSERVATIONS = "landed/observations/made__figures/D1.parquet"
DELIVERIES = "ledger/deliveries.parquet"


class Twin(NamedTuple):
    """What breaks the good warehouse, and what the check then says."""

    parquet: str
    statement: str
    failing_rows: int
    failing_keys: tuple[str, ...]


BROKEN = {
    "shape_columns_as_declared": Twin(
        OBSERVATIONS,
        "alter table rows alter column value type varchar; alter table rows drop column sheet",
        2,
        (
            f"{OBSERVATIONS}: sheet is missing, VARCHAR is declared",
            f"{OBSERVATIONS}: value is VARCHAR, DOUBLE is declared",
        ),
    ),
    "indicator_declared": Twin(
        OBSERVATIONS,
        "update rows set definition_version = '2' where indicator_id = 'neet'",
        3,
        ("D1 neet 2",),
    ),
    "value_not_below_minimum": Twin(
        OBSERVATIONS,
        "update rows set value = -1 where indicator_id = 'first_time_entrants' and area_code in ('E03', 'E04')",
        2,
        ("D1 Table 1 row 4: E03 2020 = -1.0", "D1 Table 1 row 5: E04 2020 = -1.0"),
    ),
    "value_not_above_maximum": Twin(
        OBSERVATIONS,
        "update rows set value = 100.1 where indicator_id in ('neet', 'neet_or_not_known') and area_code = 'E03'",
        2,
        ("D1 Table 1 row 35: E03 2020 = 100.1", "D1 Table 1 row 37: E03 2020 = 100.1"),
    ),
    "value_or_reason_for_none": Twin(
        OBSERVATIONS,
        "update rows set value_marker = null where area_code = 'E26'; "
        "update rows set value_marker = 'c' where indicator_id = 'neet' and area_code = 'E01'; "
        "update rows set value = 'nan' where indicator_id = 'activity_not_known' and area_code = 'E02';",
        3,
        (
            "D1 Table 1 row 33: E02 2020 = nan",
            "D1 Table 1 row 27: E26 2020 = nothing",
            "D1 Table 1 row 29: E01 2020 = 2.1 marker c",
        ),
    ),
    "unit_as_declared": Twin(
        OBSERVATIONS,
        "update rows set unit = 'per_10000' where area_code = 'E07'",
        1,
        ("D1 Table 1 row 8: E07 2020 = per_10000",),
    ),
    "period_days_in_order": Twin(
        OBSERVATIONS,
        "update rows set period_end = date '2019-12-31' where area_code = 'E07'",
        1,
        ("D1 Table 1 row 8: E07 2020 = 2020-01-01 to 2019-12-31",),
    ),
    "period_type_as_declared": Twin(
        OBSERVATIONS,
        "update rows set period_type = 'financial_year' where area_code = 'E07'",
        1,
        ("D1 Table 1 row 8: E07 2020 = financial_year",),
    ),
    "rate_base_as_declared": Twin(
        OBSERVATIONS,
        # All published per 10,000 and read as per 100,000; the country with them, so that only the base is wrong.
        "update rows set value = value / 10 where indicator_id = 'first_time_entrants'",
        25,
        ("D1 first_time_entrants 1",),
    ),
    "delivery_cells_accounted_for": Twin(
        DELIVERIES,
        "update rows set cells_quarantined = 1 where delivery_id = 'D1'",
        3,
        ("D1 (D1.csv): 50 cells came in, 47 are accounted for",),
    ),
    "delivery_rows_landed": Twin(
        DELIVERIES,
        "update rows set rows_landed = 41 where delivery_id = 'D1'; delete from rows where delivery_id = 'D2'",
        30,
        ("D1 (D1.csv): 41 rows in the ledger, 37 landed", "D2: not in the ledger, 26 landed"),
    ),
    "coverage_areas_landed": Twin(
        DELIVERIES,
        "update rows set verdict = 'accepted', cells_in = 1, cells_landed = 1 where delivery_id = 'D3'",
        1,
        ("D3 (D3.csv)",),
    ),
    "rate_national_within_areas": Twin(
        OBSERVATIONS,
        "update rows set value = 125.2 where area_code = 'E92'",
        1,
        ("D1 first_time_entrants 1 E92 2020: 125.2 is not within 101.0 to 125.0",),
    ),
    "identity_parts_sum_to_total": Twin(
        OBSERVATIONS,
        "update rows set value = 3.5 where indicator_id = 'neet' and area_code = 'E02'",
        1,
        ("D1 neet_or_not_known E02 2020: 4.0, its parts add up to 4.5",),
    ),
}


@pytest.fixture(scope="module")
def found_in_good(landed_once):
    return suites.landing(landed_once)


def test_the_good_twin_passes_every_check(found_in_good):
    assert [result.check_id for result in found_in_good] == [check.check_id for check in suites.checks("landing")]
    assert {(result.outcome, result.failing_rows, result.failing_keys) for result in found_in_good} == {("pass", 0, ())}
    assert {result.stage for result in found_in_good} == {"landing"}


def test_every_check_compared_something(found_in_good):
    """A check over an empty frame cannot fail: the good twin must give each of them something to look at."""
    compared = {result.check_id: result.about.rpartition("Compared: ")[2] for result in found_in_good}
    assert not {check_id: words for check_id, words in compared.items() if words.startswith("0 ")}
    assert compared["value_not_above_maximum"] == "4 series."
    assert compared["delivery_rows_landed"] == "6 deliveries."


def test_every_check_has_a_broken_twin():
    assert set(BROKEN) == {check.check_id for check in suites.checks("landing")}


@pytest.mark.parametrize("check_id", BROKEN)
def test_broken_twin_fails_exactly_its_check(check_id, landed: Path, change_parquet):
    twin = BROKEN[check_id]
    change_parquet(landed / twin.parquet, twin.statement)

    failing = [result for result in suites.landing(landed) if result.outcome != "pass"]

    assert [result.check_id for result in failing] == [check_id]
    (result,) = failing
    assert result.outcome == ("fail" if result.is_blocking else "warn")
    assert result.failing_rows == twin.failing_rows
    assert result.failing_keys == twin.failing_keys


def test_only_what_rounding_or_suppression_can_explain_is_a_warning():
    warnings = {check.check_id for check in suites.checks("landing") if not check.is_blocking}
    assert warnings == {"rate_national_within_areas", "identity_parts_sum_to_total"}


def test_nothing_else_is_examined_while_a_column_is_missing(landed, change_parquet):
    change_parquet(landed / OBSERVATIONS, "alter table rows drop column value")
    (result,) = suites.landing(landed)
    assert result.check_id == "shape_columns_as_declared"
    assert result.failing_keys == (f"{OBSERVATIONS}: value is missing, DOUBLE is declared",)


def test_a_shape_without_files_is_named(landed):
    (landed / "landed" / "authority_changes" / "_empty.parquet").unlink()
    (result,) = suites.landing(landed)
    assert set(result.failing_keys) == {"landed/authority_changes: no file"}


def test_a_further_column_is_no_fault(landed, change_parquet):
    change_parquet(landed / OBSERVATIONS, "alter table rows add column note varchar default 'x'")
    assert {result.outcome for result in suites.landing(landed)} == {"pass"}


def test_a_national_rate_beside_a_few_areas_is_not_judged(landed, change_parquet):
    change_parquet(
        landed / OBSERVATIONS,
        "update rows set value = 500 where area_code = 'E92'; "
        "delete from rows where indicator_id = 'first_time_entrants' and area_code between 'E07' and 'E26'",
    )
    change_parquet(landed / DELIVERIES, "update rows set rows_landed = 17 where delivery_id = 'D1'")
    results = {result.check_id: result for result in suites.landing(landed)}
    assert results["rate_national_within_areas"].about.endswith("Compared: 0 series with a country and its areas.")
    assert {result.outcome for result in results.values()} == {"pass"}


@pytest.mark.parametrize("counts", ["numerator = null", "denominator = 0", "numerator = 0"])
def test_a_rate_without_counts_has_no_base_to_judge(landed, change_parquet, counts):
    change_parquet(landed / OBSERVATIONS, f"update rows set value = value / 20, {counts} where unit = 'per_100000'")
    assert {result.outcome for result in suites.landing(landed)} == {"pass"}


def test_a_catalogue_without_identities_compares_none(landed):
    (landed / "catalogue" / "identities.parquet").unlink()
    results = {result.check_id: result for result in suites.landing(landed)}
    assert results["identity_parts_sum_to_total"].about.endswith("Compared: 0 identities in a delivery.")


def test_at_most_twenty_keys_are_carried(landed, change_parquet):
    change_parquet(landed / OBSERVATIONS, "update rows set unit = 'percent' where unit = 'per_100000'")
    (result,) = [result for result in suites.landing(landed) if result.outcome == "fail"]
    assert result.failing_rows == 27
    assert len(result.failing_keys) == 20


def test_an_empty_warehouse_has_nothing_to_fail(landed, change_parquet):
    for path in (landed / "landed").rglob("D*.parquet"):
        path.unlink()
    change_parquet(landed / DELIVERIES, "delete from rows")
    assert {result.outcome for result in suites.landing(landed)} == {"pass"}
