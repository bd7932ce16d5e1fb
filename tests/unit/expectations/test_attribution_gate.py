"""The attribution gate: a good twin passes every check, and each broken twin fails exactly the one it is named for."""

from __future__ import annotations

from typing import NamedTuple

import pytest

from expectations import suites

GAP_KINDS = "catalogue/gap_kinds.parquet"


class Twin(NamedTuple):
    """What breaks the good warehouse, and what the check then says."""

    statement: str
    failing_rows: int
    failing_keys: tuple[str, ...]
    of_catalogue: str | None = None


BROKEN = {
    "balance_scope_covered": Twin(
        "delete from attributions where observation_id = 'population s1'",
        1,
        ("population s1 2020-01-01: not in attributions",),
    ),
    "exclusivity_one_row_per_typology": Twin(
        "insert into attributions from attributions where observation_id = 'first_time_entrants s1'",
        1,
        ("first_time_entrants s1 2020-01-01: 2 rows",),
    ),
    "attribution_model_only_where_attributable": Twin(
        "update attributions set model_id = 'umbrella' where observation_id = 'population s5'; "
        "update attributions set model_id = null where observation_id = 'first_time_entrants s1'; "
        "update comparison_services set is_used = false where service_id = 's1'",
        2,
        (
            "first_time_entrants s1 2020-01-01: attributable with no model",
            "population s5 2020-01-01: unassigned with model umbrella",
        ),
    ),
    # A kind that sets a status and does not block would let rows drop out of the balance.
    "balance_law_holds": Twin(
        "update attribution_gaps set is_blocking = false where kind = 'U1'",
        4,
        (
            "first_time_entrants L1 2020-01-01: shared, no blocking gap says why",
            "first_time_entrants L2 2020-01-01: shared, no blocking gap says why",
            "today first_time_entrants 1 to 2020-12-31: sum of denominators, in scope 46000.0, accounted for 43000.0",
            "today first_time_entrants 1 to 2020-12-31: sum of numerators, in scope 118.0, accounted for 109.0",
            "population L1 2020-01-01: shared, no blocking gap says why",
            "population L2 2020-01-01: shared, no blocking gap says why",
        ),
        of_catalogue="update rows set is_blocking = false where kind = 'U1'",
    ),
    "attribution_statuses_declared": Twin(
        "update attributions set comparability_status = 'doubtful' where observation_id = 'population L1'; "
        "update attributions set disclosure_status = null where observation_id = 'population L2'",
        2,
        (
            "today population L1 2020-01-01: comparability_status is doubtful",
            "today population L2 2020-01-01: disclosure_status is missing",
        ),
    ),
    "gap_deciding_sets_status": Twin(
        # Another observation's gap, a gap that sets no status, no gap at all, and a gap where none is due.
        "update attributions set deciding_gap_id = 'gap of population L2' where observation_id = 'population L1'; "
        "update attributions set deciding_gap_id = 'small ' || observation_id"
        " where observation_id in ('first_time_entrants L1', 'first_time_entrants s1'); "
        "update attributions set deciding_gap_id = null where observation_id = 'population s5'",
        4,
        (
            "first_time_entrants s1 2020-01-01: attributable, deciding gap small first_time_entrants s1",
            "first_time_entrants L1 2020-01-01: shared, deciding gap small first_time_entrants L1",
            "population L1 2020-01-01: shared, deciding gap gap of population L2",
            "population s5 2020-01-01: unassigned, deciding gap none",
        ),
    ),
    "gap_kind_declared": Twin(
        "update attribution_gaps set kind = 'Q7' where gap_id = 'small first_time_entrants L2'",
        1,
        ("kind Q7, gap small first_time_entrants L2",),
    ),
    "gap_does_what_its_kind_says": Twin(
        "update attribution_gaps set is_blocking = true where gap_id = 'small first_time_entrants L2'; "
        "update attribution_gaps set sets_value = 'contested' where gap_id = 'gap of population s5'",
        2,
        (
            "E1 gap gap of population s5: blocks, sets attribution_status contested",
            "Z2 gap small first_time_entrants L2: blocks, sets none",
        ),
    ),
    "comparison_uses_attributable_only": Twin(
        "update comparison_services set is_used = true, model_id = 'umbrella' where service_id = 's5' and value > 0; "
        "update comparison_services set model_id = 'umbrella' where service_id = 's1' and value > 0",
        2,
        (
            "first_time_entrants 1 made 2020 today s1: attributable, comparable, open, model directorate,"
            " used as umbrella",
            "first_time_entrants 1 made 2020 today s5: unassigned, comparable, open, no model, used as umbrella",
        ),
    ),
}


@pytest.fixture(scope="module")
def found_in_good(built_once):
    return suites.attribution(built_once)


def failing(warehouse) -> dict:
    return {result.check_id: result for result in suites.attribution(warehouse) if result.outcome != "pass"}


def test_the_good_twin_passes_every_check(found_in_good):
    assert [result.check_id for result in found_in_good] == [check.check_id for check in suites.checks("attribution")]
    assert {(result.outcome, result.failing_rows, result.failing_keys) for result in found_in_good} == {("pass", 0, ())}
    assert {result.stage for result in found_in_good} == {"attribution"}


def test_every_check_compared_something(found_in_good):
    compared = {result.check_id: result.about.rpartition("Compared: ")[2] for result in found_in_good}
    assert not {check_id: words for check_id, words in compared.items() if words.startswith("0 ")}
    # Two indicators in one typology, in observations, numerators and denominators.
    assert compared["balance_law_holds"] == "6 sums by typology, indicator and period."


def test_every_check_has_a_broken_twin():
    assert set(BROKEN) == {check.check_id for check in suites.checks("attribution")}


def test_every_check_blocks():
    assert all(check.is_blocking for check in suites.checks("attribution"))


@pytest.mark.parametrize("check_id", BROKEN)
def test_broken_twin_fails_exactly_its_check(check_id, built, change_built, change_parquet):
    twin = BROKEN[check_id]
    change_built(built, twin.statement)
    if twin.of_catalogue:
        change_parquet(built / GAP_KINDS, twin.of_catalogue)

    found = failing(built)

    assert list(found) == [check_id]
    assert found[check_id].outcome == "fail"
    assert found[check_id].failing_rows == twin.failing_rows
    assert found[check_id].failing_keys == twin.failing_keys


def test_a_row_for_a_superseded_observation_is_off_scope(built, change_built):
    change_built(built, "update observations set is_current = false where observation_id = 'population s1'")
    result = failing(built)["balance_scope_covered"]
    assert result.failing_keys == ("population s1 2020-01-01: no current observation",)


@pytest.mark.parametrize(
    "statement",
    [
        pytest.param("update authorities set nation = null", id="nation unknown"),
        pytest.param("update authorities set nation = 'Scotland'", id="nation of no typology"),
        pytest.param("update observations set window_start = date '2003-01-01', window_end = date '2003-12-31'"
                     " where area_type = 'authority'", id="window before every typology"),
    ],
)  # fmt: skip
def test_what_no_typology_covers_need_not_be_attributed(built, change_built, statement):
    without = "delete from attributions where area_type = 'authority'"
    change_built(built, without)
    assert list(failing(built)) == ["balance_scope_covered"]
    change_built(built, statement)
    assert failing(built) == {}


def test_a_window_inside_an_older_typology_needs_a_row_there(built, change_built):
    change_built(
        built,
        "update observations set window_start = date '2010-01-01', window_end = date '2010-12-31'"
        " where observation_id = 'population s1'",
    )
    assert failing(built)["balance_scope_covered"].failing_keys == ("population s1 2020-01-01: not in attributions",)


def test_a_caveat_is_used_only_where_the_settings_allow_it(built, change_built, change_parquet):
    change_built(
        built,
        "update attributions set attribution_status = 'attributable_with_caveat', deciding_gap_id = 'old s1'"
        " where observation_id = 'first_time_entrants s1'; "
        "insert into attribution_gaps values ('old s1', 'S8', false, 'attribution_status', 'attributable_with_caveat',"
        " 'first_time_entrants s1', date '2020-12-31', 'today', null)",
    )
    assert list(failing(built)) == ["comparison_uses_attributable_only"]
    change_parquet(built / "catalogue/settings.parquet", "update rows set is_caveat_used = true")
    assert failing(built) == {}


def test_a_closed_gap_explains_nothing(built, change_built):
    change_built(
        built, "update attribution_gaps set closed_in_release = '2026.1' where observation_id = 'population s5'"
    )
    assert set(failing(built)) == {"balance_law_holds", "gap_deciding_sets_status"}


def test_nothing_built_is_said_plainly(landed_once):
    with pytest.raises(FileNotFoundError, match=r"there is no database at .*warehouse\.duckdb"):
        suites.attribution(landed_once)
