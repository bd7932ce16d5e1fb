"""Versions, membership and derived values of the small country."""

from datetime import date, datetime
from pathlib import Path

import duckdb
import pytest

from tests.integration.warehouse.compiled import Compiled
from tests.integration.warehouse.world import World

pytestmark = pytest.mark.integration


def test_the_latest_published_delivery_is_current_whatever_the_order_of_arrival(
    warehouse: duckdb.DuckDBPyConnection,
) -> None:
    found = warehouse.execute("""
        select indicator_id, delivery_id, superseded_at, is_current, is_withdrawn from observations
        where period_label = '2022' order by all
    """).fetchall()
    assert found == [
        # Dropped by the correction: withdrawn, and not shown as if it were still true.
        ("doubtful_percent", "D0010", datetime(2023, 6, 2), False, True),
        ("english_percent", "D0010", datetime(2023, 6, 2), False, False),
        ("english_percent", "D0012", None, True, False),
        # Published before the correction, learnt after it: superseded as it arrived.
        ("english_percent", "D0013", datetime(2023, 7, 1), False, False),
    ]


@pytest.mark.parametrize(
    ("known_on", "value"), [(datetime(2023, 3, 1), 1.0), (datetime(2023, 6, 3), 3.0), (datetime(2024, 1, 1), 3.0)]
)
def test_a_reader_can_ask_as_known_on_a_day(
    warehouse: duckdb.DuckDBPyConnection, known_on: datetime, value: float
) -> None:
    found = warehouse.execute(
        """
        select value from observations
        where
            indicator_id = 'english_percent' and period_label = '2022' and recorded_at <= $day
            and (superseded_at is null or superseded_at > $day)
        """,
        {"day": known_on},
    ).fetchall()
    assert found == [(value,)]


def test_a_successor_inherits_its_predecessors_membership(warehouse: duckdb.DuckDBPyConnection) -> None:
    found = warehouse.execute("""
        select service_id, area_code, valid_from, valid_to, basis, inherited_from from service_authorities
        where service_id in ('recoded', 'divided') order by all
    """).fetchall()
    assert found == [
        ("divided", "NEW2A", date(2021, 4, 1), None, "inherited", "OLD2"),
        ("divided", "NEW2B", date(2021, 4, 1), None, "inherited", "OLD2"),
        ("divided", "OLD2", date(2009, 4, 1), date(2021, 3, 31), "stated", None),
        ("recoded", "NEW1", date(2024, 7, 1), None, "inherited", "OLD1"),
        ("recoded", "OLD1", date(2019, 4, 1), date(2024, 6, 30), "stated", None),
    ]


def test_a_recoded_authority_is_not_shared_with_its_own_successor(warehouse: duckdb.DuckDBPyConnection) -> None:
    found = warehouse.execute("""
        select area_code, service_id, attribution_status, comparability_status from attributions
        where area_code in ('OLD1', 'NEW1') and indicator_id = 'area_percent' order by all
    """).fetchall()
    assert found == [
        ("NEW1", "recoded", "attributable", "break"),
        ("OLD1", "recoded", "attributable", "break"),
    ]


def test_a_service_is_summed_from_counts_of_every_member(warehouse: duckdb.DuckDBPyConnection) -> None:
    numerator, denominator, value, inputs = warehouse.execute("""
        select numerator, denominator, value, len(derived_from) from observations
        where is_derived and area_code = 'three_part' and indicator_id = 'area_percent'
    """).fetchall()[0]
    assert (numerator, denominator, value, inputs) == (1500.0, 3000.0, 50.0, 3)


def test_a_service_with_a_member_missing_has_no_value_and_says_who_is_missing(
    warehouse: duckdb.DuckDBPyConnection,
) -> None:
    found = warehouse.execute("""
        select observations.value, observations.value_marker, gaps.kind, gaps.evidence
        from observations inner join attribution_gaps as gaps on observations.observation_id = gaps.observation_id
        where observations.is_derived and observations.area_code = 'two_part'
    """).fetchall()
    assert found == [(None, "x", "U3", "1 of 2 authorities present: missing Area Y2 (Y2).")]


def test_districts_sum_to_their_authority_and_on_to_its_service(warehouse: duckdb.DuckDBPyConnection) -> None:
    found = warehouse.execute("""
        select area_type, area_code, value from observations
        where is_derived and indicator_id = 'children_counted' order by all
    """).fetchall()
    assert found == [("authority", "COUNTY", 42.0), ("youth_justice_service", "county", 42.0)]


def test_nothing_is_summed_where_the_publisher_gives_the_service(warehouse: duckdb.DuckDBPyConnection) -> None:
    found = warehouse.execute(
        "select count(*) from observations where is_derived and source_id in ('test__by_service', 'test__measures')"
    ).fetchall()
    assert found == [(0,)]


def test_intervals_are_there_where_counts_are(warehouse: duckdb.DuckDBPyConnection) -> None:
    found = warehouse.execute("""
        select interval_method, numerator is not null and denominator is not null and value is not null as has_counts
        from observations where indicator_id in ('steady_percent', 'area_percent') group by all order by all
    """).fetchall()
    assert found == [("wilson", True), (None, False)]


def test_a_window_starts_months_before_its_period(compiled: Compiled, tmp_path: Path) -> None:
    """February's last day stays a last day; months are whole."""
    world = World()
    world.indicator("lagged_percent", window_months_before=12, window_months_after=6)
    world.service("one")
    world.observe(
        "one", 1.0, indicator_id="lagged_percent", period_start=date(2023, 12, 1), period_end=date(2024, 2, 29)
    )
    connection = compiled.build(world.write(tmp_path))
    found = connection.execute("select window_start, window_end from main.observations").fetchall()
    assert found == [(date(2022, 12, 1), date(2024, 8, 31))]
