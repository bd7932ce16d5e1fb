"""Places and services through time: successions no register states whole, registers that disagree, services merged."""

from datetime import date, timedelta
from pathlib import Path
from typing import Any

import duckdb
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.integration.warehouse.compiled import Compiled
from tests.integration.warehouse.partial import build
from tests.integration.warehouse.world import World

pytestmark = pytest.mark.integration

BEGIN = date(2009, 4, 1)
PLACES = ("authorities", "authority_changes", "register_disagreements", "service_authorities", "service_shares",
          "service_changes")  # fmt: skip
# How many authorities each of the sixteen services has that cover more than one (domain.md 3.4).
CROSS_AUTHORITY = (2, 2, 4, 2, 2, 2, 2, 4, 2, 2, 2, 2, 2, 2, 2, 2)


def empty_world() -> World:
    world = World()
    for source, priority in {
        "test__department": 10,
        "test__history": 20,
        "test__register": 30,
        "test__other": 40,
    }.items():
        world.datasets.append({"source_id": source, "priority": priority, "is_fictional": True})
    world.indicator("population_10_to_17", measure="count", is_additive=True, unit="children", unit_base=None)
    return world


def people(world: World, year: int, areas: dict[str, float], area_type: str = "authority") -> None:
    """Children aged 10 to 17 in the middle of a year."""
    for code, children in areas.items():
        world.observe(code, children, area_type=area_type, indicator_id="population_10_to_17", unit="children",
                      period_start=date(year, 6, 30), period_end=date(year, 6, 30), period_label=str(year))  # fmt: skip


def change(world: World, day: date, *pairs: tuple[str, str], source: str = "test__history", **more: object) -> None:
    for before, after in pairs:
        world.add("authority_changes", from_code=before, to_code=after, change_date=day, source_id=source, **more)


def rows(connection: duckdb.DuckDBPyConnection, query: str) -> list[tuple]:
    return connection.execute(query).fetchall()


@pytest.fixture(scope="module")
def places(compiled: Compiled, tmp_path_factory: pytest.TempPathFactory) -> duckdb.DuckDBPyConnection:
    """Vellowshire becomes two, Oxtershire loses a district to a town, and registers quarrel about the rest."""
    world = empty_world()
    split, moved = date(2021, 4, 1), date(2019, 4, 1)
    county = {"authority_class": "county", "source_id": "test__department"}
    world.authority("SHIRE", area_name="Vellowshire", valid_to=split - timedelta(days=1), **county)
    for code, town in (("EAST", "East Vellow"), ("WEST", "West Vellow")):
        world.authority(code, area_name=town, valid_from=split, source_id="test__department")
    for number, code in enumerate(("EAST", "EAST", "WEST"), start=1):
        world.authority(f"D{number}", "district", valid_to=split - timedelta(days=1), source_id="test__history")
        world.add("authority_parents", child_code=f"D{number}", parent_code="SHIRE", valid_on=date(2017, 12, 31))
        change(world, split, (f"D{number}", code), instrument="The Vellowshire (Structural Changes) Order 2020")
    people(world, 2020, {"D1": 20, "D2": 30, "D3": 50}, "district")
    # A county that ended and an authority that took one of its districts beside a town.
    world.authority("OXTER", area_name="Oxtershire", valid_to=moved - timedelta(days=1), **county)
    world.authority("TOWN", area_name="Quillmarsh", valid_to=moved - timedelta(days=1), source_id="test__department")
    for code in ("REST", "BIG"):
        world.authority(code, valid_from=moved, source_id="test__department")
    for number, code in ((4, "BIG"), (5, "REST")):
        world.authority(f"D{number}", "district", valid_to=moved - timedelta(days=1), source_id="test__history")
        world.add("authority_parents", child_code=f"D{number}", parent_code="OXTER", valid_on=date(2017, 12, 31))
        change(world, moved, (f"D{number}", code))
    change(world, moved, ("TOWN", "BIG"))
    change(world, moved, ("OXTER", "REST"), source="test__other")
    # The same authority under a new code, told by the department's code alone.
    world.authority("CODE1", dfe_code="801", valid_to=date(2025, 4, 30), source_id="test__department")
    world.authority("CODE2", dfe_code="801", valid_from=date(2025, 5, 1), source_id="test__department")
    # Names: renamed in place; a spelling; a true quarrel; days.
    for name, first, last in (
        ("The Vale of Norrow", BEGIN, date(2012, 12, 31)),
        ("Vale of Norrow", date(2013, 1, 1), None),
    ):
        world.authority("NAMED", area_name=name, valid_from=first, valid_to=last, source_id="test__history")
    world.authority("SPELT", area_name="Norrow, City of", source_id="test__history")
    world.authority("SPELT", area_name="City of Norrow", source_id="test__other")
    world.authority("QUARREL", area_name="Norrow Taf", valid_from=date(2009, 6, 1), source_id="test__history")
    world.authority("QUARREL", area_name="Norrow Taff", valid_from=date(1996, 4, 1), source_id="test__other")
    world.authority("EARLY", valid_from=date(2009, 1, 1), source_id="test__history")
    world.authority("EARLY", valid_from=date(1974, 4, 1), source_id="test__other")
    # Codes that name each other in a circle.
    for code in ("CIRCLE1", "CIRCLE2"):
        world.authority(code, source_id="test__history")
    change(world, date(2015, 4, 1), ("CIRCLE1", "CIRCLE2"), ("CIRCLE2", "CIRCLE1"))
    world.member("circle", "CIRCLE1", last=date(2015, 3, 31))
    # A membership that begins before its authority, one that lies wholly outside, two that overlap.
    world.member("early", "EAST", date(2015, 4, 1))
    world.member("outside", "SHIRE", date(2022, 4, 1))
    world.member("twice", "SPELT", BEGIN, date(2015, 3, 31), source_id="test__other")
    world.member("twice", "SPELT", date(2014, 4, 1), None)
    return build(compiled, world.write(tmp_path_factory.mktemp("places")), *PLACES)


def test_a_county_s_successors_follow_from_its_districts(places: duckdb.DuckDBPyConnection) -> None:
    found = rows(places, "select to_code, change_kind, is_exact, share_percent, share_basis, basis, sources"
                 " from main.authority_changes where from_code = 'SHIRE' order by 1")  # fmt: skip
    assert found == [
        ("EAST", "split", True, 50.0, "districts_before", "districts", ["test__history", "test__register"]),
        ("WEST", "split", True, 50.0, "districts_before", "districts", ["test__history", "test__register"]),
    ]


def test_a_county_that_lost_a_district_is_partial_and_never_exact(places: duckdb.DuckDBPyConnection) -> None:
    found = rows(places, "select from_code, to_code, change_kind, is_exact, basis from main.authority_changes"
                 " where to_code in ('BIG', 'REST') and from_type = 'authority' order by 1, 2")  # fmt: skip
    assert found == [
        ("OXTER", "BIG", "partial", False, "districts"),
        ("OXTER", "REST", "partial", False, "stated"),
        ("TOWN", "BIG", "reorganised", False, "stated"),
    ]


def test_a_department_code_that_passed_on_is_a_succession(places: duckdb.DuckDBPyConnection) -> None:
    assert rows(places, "select change_kind, basis from main.authority_changes where from_code = 'CODE1'") == [
        ("code_only", "department_code")
    ]


def test_a_name_that_changed_under_its_code_keeps_its_day(places: duckdb.DuckDBPyConnection) -> None:
    assert rows(
        places, "select area_name, former_names, is_disputed from main.authorities where area_code = 'NAMED'"
    ) == [("Vale of Norrow", ["The Vale of Norrow (to 2012-12-31)"], False)]
    assert rows(places, "select from_name, to_name, change_date from main.authority_changes"
                " where change_kind = 'name_only'") == [
        ("The Vale of Norrow", "Vale of Norrow", date(2013, 1, 1))
    ]  # fmt: skip


def test_every_disagreement_shows_every_statement_and_the_rule(places: duckdb.DuckDBPyConnection) -> None:
    found = rows(places, "select area_code, what, source_id, stated, chosen, is_chosen from main.register_disagreements"
                 " where not starts_with(what, 'membership') order by all")  # fmt: skip
    assert found == [
        ("OXTER", "successor", "test__other", "REST", "BIG|REST", False),
        ("OXTER", "successor", "test__register", "BIG|REST", "BIG|REST", True),
        ("QUARREL", "name", "test__history", "Norrow Taf", "Norrow Taf", True),
        ("QUARREL", "name", "test__other", "Norrow Taff", "Norrow Taf", False),
        ("QUARREL", "valid_from", "test__history", "2009-06-01", "2009-06-01", True),
        ("QUARREL", "valid_from", "test__other", "1996-04-01", "2009-06-01", False),
    ]
    assert rows(places, "select count(*) from main.register_disagreements where rule is null or rule = ''") == [(0,)]
    disputed = rows(places, "select area_code from main.authorities where is_disputed order by 1")
    assert disputed == [("EAST",), ("OXTER",), ("QUARREL",), ("SHIRE",)]


def test_a_membership_outside_its_authority_is_clipped_and_told(places: duckdb.DuckDBPyConnection) -> None:
    assert rows(places, "select area_code, valid_from, clipped_because from main.service_authorities"
                " where service_id in ('early', 'outside')") == [
        ("EAST", date(2021, 4, 1), "stated from 2015-04-01; the authority began on 2021-04-01")
    ]  # fmt: skip
    found = rows(places, "select area_code, what, stated, chosen from main.register_disagreements"
                 " where starts_with(what, 'membership') and not is_chosen order by 1")  # fmt: skip
    assert found == [
        ("EAST", "membership of early", "from 2015-04-01", "from 2021-04-01"),
        ("SHIRE", "membership of outside", "from 2022-04-01", "no membership"),
    ]


def test_a_circle_of_codes_ends(places: duckdb.DuckDBPyConnection) -> None:
    assert rows(places, "select area_code, valid_from, valid_to from main.service_authorities"
                " where service_id = 'circle' order by 2") == [
        ("CIRCLE1", BEGIN, date(2015, 3, 31)),
    ]  # fmt: skip


def test_memberships_that_overlap_are_one(places: duckdb.DuckDBPyConnection) -> None:
    assert rows(places, "select valid_from, valid_to from main.service_authorities where service_id = 'twice'") == [
        (BEGIN, None)
    ]


# -------------------------------------------------------------------------------------------------------- services


def test_sixteen_services_of_several_authorities_share_their_whole(compiled: Compiled, tmp_path: Path) -> None:
    world = empty_world()
    for number, size in enumerate(CROSS_AUTHORITY):
        for member in range(size):
            code = f"FE{number:03}{member:04}"
            world.authority(code)
            world.member(f"service_{number:02}", code)
            people(world, 2020, {code: 100.0 + 7 * number + 31 * member})
    found = rows(
        build(compiled, world.write(tmp_path), "service_shares"),
        "select service_id, count(*), sum(share_percent), min(share_basis) from main.service_shares group by 1"
        " order by 1",
    )
    assert [(size, total, basis) for _, size, total, basis in found] == [
        (size, pytest.approx(100), "population") for size in CROSS_AUTHORITY
    ]
    assert sum(CROSS_AUTHORITY) == 36


def test_an_authority_divided_between_services_has_a_share_only_where_one_is_stated(
    compiled: Compiled, tmp_path: Path
) -> None:
    world = empty_world()
    for code in ("A", "B", "C"):
        world.authority(code)
    people(world, 2020, {"A": 100.0, "B": 100.0, "C": 100.0})
    for service, code, share in (("ash", "A", None), ("ash", "B", None), ("birch", "A", 33.3), ("birch", "C", 66.7)):
        world.member(service, code, share_percent=share)
    for code in ("A", "C"):
        world.member("cedar", code, share_percent=40.0)
    found = rows(
        build(compiled, world.write(tmp_path), "service_shares"),
        "select service_id, area_code, round(share_percent, 1), share_basis, share_note from main.service_shares"
        " order by 1, 2",
    )
    divided = "a member is divided between several services and no shares are stated"
    unsummed = "the shares stated for this service sum to 80.0, not to 100"
    assert found == [
        ("ash", "A", None, "unknown", divided), ("ash", "B", None, "unknown", divided),
        ("birch", "A", 33.3, "stated", None), ("birch", "C", 66.7, "stated", None),
        ("cedar", "A", None, "unknown", unsummed), ("cedar", "C", None, "unknown", unsummed),
    ]  # fmt: skip


def test_mergers_splits_and_moves_of_services(compiled: Compiled, tmp_path: Path) -> None:
    """The events of domain.md 3.5 under invented names: one into four; two into one; three to one and back."""
    world = empty_world()
    for code in "ABCDEFGHIJKL":
        world.authority(code)
    for code in "ABCD":
        world.member("norrow", code, last=date(2012, 3, 31))
        world.member(f"norrow_{code}", code, date(2012, 4, 1))
    for code in "EF":
        world.member(f"vellow_{code}", code, last=date(2012, 9, 30))
        world.member("vellow", code, date(2012, 10, 1))
    for code in "GHI":
        world.member(f"bay_{code}", code, last=date(2014, 3, 31))
        world.member("bay", code, date(2014, 4, 1), date(2019, 3, 31))
        world.member(f"new_{code}", code, date(2019, 4, 1))
    world.member("oxter", "J")
    world.member("quill", "K", last=date(2015, 3, 31))
    world.member("oxter", "K", date(2015, 4, 1))
    world.member("ended", "L", last=date(2011, 3, 31))
    connection = build(compiled, world.write(tmp_path), "service_changes", "service_shares")
    found = rows(connection, "select change_date, change_kind, is_exact, count(*) from main.service_changes"
                 " group by all order by all")  # fmt: skip
    assert found == [
        (date(2011, 4, 1), "dissolved", False, 1),
        (date(2012, 4, 1), "split", True, 4),
        (date(2012, 10, 1), "merger", True, 2),
        (date(2014, 4, 1), "merger", True, 3),
        (date(2015, 4, 1), "members_moved", False, 1),
        (date(2019, 4, 1), "split", True, 3),
    ]
    assert rows(connection, "select service_id, valid_from, valid_to, members from main.service_shares"
                " where service_id = 'oxter' order by all") == [
        ("oxter", BEGIN, date(2015, 3, 31), 1),
        ("oxter", date(2015, 4, 1), None, 2), ("oxter", date(2015, 4, 1), None, 2),
    ]  # fmt: skip


YEARS = range(2018, 2024)


@st.composite
def histories(draw: st.DrawFn) -> dict[str, list[str]]:
    """For each of six authorities, the service it is in, year by year."""
    services = st.sampled_from(["ash", "birch", "cedar"])
    return {code: [draw(services) for _ in YEARS] for code in "ABCDEF"}


@settings(max_examples=40, suppress_health_check=[HealthCheck.too_slow])
@given(history=histories())
def test_totals_are_kept_through_every_change(
    compiled: Compiled, tmp_path_factory: pytest.TempPathFactory, history: dict[str, list[str]]
) -> None:
    """However authorities move between services: services of a year add up to authorities, and shares to the whole."""
    world = empty_world()
    counts = {}
    for number, (code, held) in enumerate(history.items()):
        world.authority(code)
        for year, service in zip(YEARS, held, strict=True):
            world.member(service, code, date(year, 1, 1), date(year, 12, 31))
            counts[code, year] = float(50 + 13 * number + year % 7)
            people(world, year, {code: counts[code, year]})
    connection = build(compiled, world.write(tmp_path_factory.mktemp("history")), "service_shares",
                       "int_derived_observations")  # fmt: skip
    expected: dict[tuple[str, int], float] = {}
    for code, held in history.items():
        for year, service in zip(YEARS, held, strict=True):
            expected[service, year] = expected.get((service, year), 0.0) + counts[code, year]
    derived = rows(connection, "select area_code, year(period_end), value from internal.int_derived_observations")
    assert {(service, year): value for service, year, value in derived} == expected
    days = rows(
        connection, "select service_id, valid_from, valid_to, area_code, share_percent from main.service_shares"
    )
    for year in YEARS:
        day = date(year, 6, 30)
        on_the_day = [row for row in days if row[1] <= day and (row[2] is None or row[2] >= day)]
        assert {(service, code) for service, _, _, code, _ in on_the_day} == {
            (held[year - YEARS[0]], code) for code, held in history.items()
        }
        for service in {row[0] for row in on_the_day}:
            assert sum(row[4] for row in on_the_day if row[0] == service) == pytest.approx(100)


def test_a_service_figure_copied_to_its_members_counts_once(compiled: Compiled, tmp_path: Path) -> None:
    world = World()
    world.indicator("copied_rate", measure="rate", unit_base=1000.0, unit="per 1,000")
    world.indicator("own_rate", measure="rate", unit_base=1000.0, unit="per 1,000")
    world.indicator("copied_count", measure="count", is_additive=True, unit="children", unit_base=None)
    for code in "ABC":
        world.authority(code)
        world.member("vellow", code)
        for year in (2022, 2023):
            when: dict[str, Any] = {
                "area_type": "authority",
                "period_start": date(year, 1, 1),
                "period_end": date(year, 12, 31),
            }
            world.observe(code, 30.0, indicator_id="copied_rate", numerator=30.0, denominator=1000.0, **when)
            world.observe(code, 12.0 + year % 5, indicator_id="copied_count", **when)
            own = 20.0 + ord(code) % 3
            world.observe(code, own, indicator_id="own_rate", numerator=own, denominator=1000.0, **when)
    found = rows(
        build(compiled, world.write(tmp_path), "int_derived_observations"),
        "select indicator_id, year(period_end), value, numerator, denominator, len(derived_from)"
        " from internal.int_derived_observations order by all",
    )
    assert found == [
        ("copied_count", 2022, 14.0, None, None, 1),
        ("copied_count", 2023, 15.0, None, None, 1),
        ("copied_rate", 2022, 30.0, 30.0, 1000.0, 1),
        ("copied_rate", 2023, 30.0, 30.0, 1000.0, 1),
        ("own_rate", 2022, 21.0, 63.0, 3000.0, 3),
        ("own_rate", 2023, 21.0, 63.0, 3000.0, 3),
    ]
