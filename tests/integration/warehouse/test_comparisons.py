"""Comparisons of the small country: who is in, who is out and why, and when a comparison is refused."""

import duckdb
import pytest

from pipelines.statistics.permutation import permutation_tests
from tests.integration.warehouse.stories import PLANNED, STEADY

pytestmark = pytest.mark.integration

YEAR = "indicator_id = 'steady_percent' and typology_id = 'yjb_2024' and period_label = '2024'"


def test_services_used_are_those_without_an_excluding_gap(warehouse: duckdb.DuckDBPyConnection) -> None:
    used = {
        service
        for (service,) in warehouse.execute(f"""
            select service_id from comparison_services
            where is_used and comparison_id in (select comparison_id from comparisons where {YEAR})
        """).fetchall()
    }
    # A published count under five and a small base are marked and kept: leaving them out would bias the comparison.
    assert used == set(STEADY) | {"decided", "small_count", "small_base"}


def test_every_service_left_out_stands_in_a_group_with_a_reason(warehouse: duckdb.DuckDBPyConnection) -> None:
    found = {service: (label, kind) for service, label, kind in warehouse.execute(f"""
        select service_id, group_label, exclusion_kind from comparison_services
        where not is_used and comparison_id in (select comparison_id from comparisons where {YEAR})
    """).fetchall()}  # fmt: skip
    expected = {
        "silent": ("Unassigned", "E1"), "unclear": ("Unassigned", "E1U"), "very_stale": ("Unassigned", "S8U"),
        "changed": ("Changed in period", "S1"), "interim": ("Changed in period", "S2"),
        "planned": ("Planned only", "S3"), "conflicting": ("Contested", "E2"), "undated": ("Contested", "S7"),
        "stale": ("With a caveat", "S8"), "part_of_area": ("With a caveat", "U5"),
        "suppressed": ("Suppressed", "Z1"), "absent": ("Not available", "C6"), "unavailable": ("Not available", "D1"),
        "not_applicable": ("Not applicable", "D2"), "provisional": ("Provisional", "M8"), "welsh": ("No figure", None),
    }  # fmt: skip
    assert {service: found[service] for service in expected} == expected
    # A service that began inside the year is not in scope of the year.
    assert "newcomer" not in found
    assert set(PLANNED) - set(found) == {"decided", "small_count", "small_base", "newcomer"}


def test_a_model_has_its_own_figures_and_empty_models_are_listed(warehouse: duckdb.DuckDBPyConnection) -> None:
    found = {model: rest for model, *rest in warehouse.execute(f"""
        select model_id, group_services, is_shown, is_testable, median is not null from comparisons where {YEAR}
    """).fetchall()}  # fmt: skip
    assert found == {
        "delivery": [33, True, True, True], "umbrella": [33, True, True, True], "portfolio": [2, True, False, True],
        "directorate": [0, False, False, False], "standalone": [0, False, False, False],
        "unassigned": [0, False, False, False],
    }  # fmt: skip


def test_pooled_value_is_formed_from_counts(warehouse: duckdb.DuckDBPyConnection) -> None:
    numerator, denominator, value = warehouse.execute(f"""
        select pooled_numerator, pooled_denominator, pooled_value from comparisons
        where {YEAR} and model_id = 'delivery'
    """).fetchall()[0]
    steady = [40.0 + number % 7 for number in range(0, len(STEADY), 2)]
    assert (numerator, denominator) == (10 * sum(steady), 1000.0 * len(steady))
    assert value == pytest.approx(sum(steady) / len(steady))


def test_a_model_with_few_services_and_a_refusal_are_gaps_of_the_group(warehouse: duckdb.DuckDBPyConnection) -> None:
    found = warehouse.execute("""
        select kind, evidence from attribution_gaps
        where level = 'group' and indicator_id in ('steady_percent', 'area_percent') and kind in ('Z5', 'Z6')
            and (indicator_id = 'steady_percent' or kind = 'Z6')
        order by all
    """).fetchall()
    assert found == [
        ("Z5", "Integrated as part of a management portfolio: 2 services, at least 10 needed."),
        (
            "Z6",
            "Refused: 3 of 95 services in scope can be used (3%, at least 70% needed). "
            "Most often: no figure for the service (90 services).",
        ),
    ]


def test_a_refused_comparison_keeps_its_counts_and_gives_no_figure(warehouse: duckdb.DuckDBPyConnection) -> None:
    found = warehouse.execute("""
        select distinct
            is_refused, is_shown, is_testable, median, pooled_value, services_in_scope, refusal_reason is null
        from comparisons where indicator_id = 'area_percent'
    """).fetchall()
    assert found == [(True, False, False, None, None, 95, False)]


def test_english_indicators_have_english_services_in_scope(warehouse: duckdb.DuckDBPyConnection) -> None:
    found = {service for (service,) in warehouse.execute("""
        select members.service_id from comparison_services as members
        inner join comparisons using (comparison_id)
        where indicator_id = 'english_percent' and period_label = '2024'
    """).fetchall()}  # fmt: skip
    assert set(STEADY) < found
    assert "welsh" not in found


def test_the_parts_of_a_test_can_be_worked_out_again(warehouse: duckdb.DuckDBPyConnection) -> None:
    """What stands in the public tables is enough to run the test again, with the seed that stands there."""
    comparison_id, p_value, draws, seed, tested = warehouse.execute(f"""
        select comparison_id, p_value, draws, seed, services_tested from comparison_tests
        where comparison_id in (select comparison_id from comparisons where {YEAR})
    """).fetchall()[0]
    services = warehouse.execute("""
        select services.comparison_id as test, services.stratum, services.service_id, services.model_id as label, value
        from comparison_services as services
        inner join comparisons using (comparison_id, model_id)
        where comparison_id = ? and is_used and is_testable
    """, [comparison_id]).pl()  # fmt: skip
    again = permutation_tests(services, draws=draws, seed=seed).row(0, named=True)
    assert (again["p_value"], again["services"]) == (p_value, tested)


def test_a_pair_gives_the_differences_of_the_estimands(warehouse: duckdb.DuckDBPyConnection) -> None:
    found = warehouse.execute(f"""
        select pairs.difference_typical - (a.median - b.median), pairs.difference_mean - (a.mean - b.mean),
            pairs.services_a - a.group_services, pairs.services_b - b.group_services, a.model_order < b.model_order
        from comparison_pairs as pairs
        inner join comparisons as a on pairs.comparison_id = a.comparison_id and pairs.model_a = a.model_id
        inner join comparisons as b on pairs.comparison_id = b.comparison_id and pairs.model_b = b.model_id
        where pairs.comparison_id in (select comparison_id from comparisons where {YEAR})
    """).fetchall()
    assert found == [(0.0, 0.0, 0, 0, True)]


def test_a_contested_service_is_counted_under_each_model_that_its_sources_claim(
    warehouse: duckdb.DuckDBPyConnection,
) -> None:
    found = dict(warehouse.execute(f"""
        select variant, services - group_services from comparison_sensitivity
        inner join comparisons using (comparison_id, model_id)
        where {YEAR} and variant like 'contested:%' and variant like '%:' || model_id
    """).fetchall())  # fmt: skip
    assert found == {"contested:conflicting:delivery": 1, "contested:conflicting:umbrella": 1}


def test_leaving_one_service_out_reaches_from_below_to_above_the_figure(warehouse: duckdb.DuckDBPyConnection) -> None:
    found = warehouse.execute(f"""
        select model_id from comparison_sensitivity inner join comparisons using (comparison_id, model_id)
        where {YEAR} and variant = 'leave_one_out' and comparisons.mean between mean_low and mean_high
    """).fetchall()
    assert sorted(found) == [("delivery",), ("portfolio",), ("umbrella",)]


def test_a_refused_comparison_is_not_tested(warehouse: duckdb.DuckDBPyConnection) -> None:
    found = warehouse.execute("""
        select count(*), count(tests.comparison_id) from comparisons
        left join comparison_tests as tests using (comparison_id) where is_refused
    """).fetchall()
    assert found[0][0] > 0
    assert found[0][1] == 0
