"""A line across a reorganisation, three ways: as published, on the land of today, refused with the reason."""

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

MERGED = date(2021, 4, 1)
EVE = MERGED - timedelta(days=1)


def year_of(year: int) -> dict[str, Any]:
    return {"period_start": date(year, 1, 1), "period_end": date(year, 12, 31), "period_label": str(year)}


def points(connection: duckdb.DuckDBPyConnection, lineage: str, indicator: str, basis: str = "") -> list[tuple]:
    return connection.execute(
        "select year(period_end), basis, value, refused_because from main.series"
        " where lineage_code = ? and indicator_id = ? and (basis = ? or (? = '' and basis <> 'as_published'))"
        " order by all",
        [lineage, indicator, basis, basis],
    ).fetchall()


@pytest.fixture(scope="module")
def lines(compiled: Compiled, tmp_path_factory: pytest.TempPathFactory) -> duckdb.DuckDBPyConnection:
    """Two towns become one; a county becomes two, its districts counted in one year; an authority is recoded twice."""
    world = World()
    world.indicator("children", measure="count", is_additive=True, unit="children", unit_base=None)
    world.indicator("counted_rate", measure="rate", unit_base=1000.0)
    world.indicator("bare_rate", measure="rate", unit_base=1000.0)

    def count(code: str, year: int, children: float, area_type: str = "authority") -> None:
        world.observe(code, children, area_type=area_type, indicator_id="children", **year_of(year))

    for code in ("TOWN1", "TOWN2"):
        world.authority(code, valid_to=EVE)
        world.add("authority_changes", from_code=code, to_code="CITY", change_date=MERGED)
    world.authority("CITY", valid_from=MERGED)
    for code, events, base in (("TOWN1", 10.0, 1000.0), ("TOWN2", 90.0, 3000.0)):
        for year in (2019, 2020):
            world.observe(code, 1000 * events / base, area_type="authority", indicator_id="counted_rate",
                          numerator=events, denominator=base, **year_of(year))  # fmt: skip
            world.observe(code, 1000 * events / base, area_type="authority", indicator_id="bare_rate", **year_of(year))
        count(code, 2020, events)
    count("TOWN1", 2019, 7.0)
    count("TOWN1", 2018, 7.0)
    world.observe("TOWN2", None, area_type="authority", indicator_id="children", value_marker="c", **year_of(2018))
    count("CITY", 2022, 120.0)

    world.authority("SHIRE", valid_to=EVE, authority_class="county", area_name="Vellowshire")
    for code in ("EAST", "WEST"):
        world.authority(code, valid_from=MERGED)
        world.add("authority_changes", from_code="SHIRE", to_code=code, change_date=MERGED)
        for number in (1, 2):
            district = f"{code}{number}"
            world.authority(district, "district", valid_to=EVE)
            world.add("authority_parents", child_code=district, parent_code="SHIRE", valid_on=date(2019, 4, 1))
            world.add("authority_changes", from_code=district, to_code=code, change_date=MERGED)
            count(district, 2020, 10.0 * number, "district")
        count(code, 2022, 40.0)
    count("SHIRE", 2019, 55.0)

    for code, first, last in (("C1", None, date(2012, 3, 31)), ("C2", date(2012, 4, 1), EVE), ("C3", MERGED, None)):
        world.authority(code, valid_from=first or date(2009, 4, 1), valid_to=last)
    world.add("authority_changes", from_code="C1", to_code="C2", change_date=date(2012, 4, 1),
              instrument="The Norrow (Boundary Change) Order 2012")  # fmt: skip
    world.add("authority_changes", from_code="C2", to_code="C3", change_date=MERGED)
    for code, year in (("C1", 2010), ("C2", 2015), ("C3", 2022)):
        count(code, year, float(year))
    world.authority("STILL")
    count("STILL", 2022, 1.0)
    # A circle of codes, and services: two merge into one that a third joins later.
    for code in ("R1", "R2"):
        world.authority(code)
        count(code, 2022, 5.0)
    for before, after, day in (("R1", "R2", MERGED), ("R2", "R1", date(2015, 4, 1)), ("R1", "R2", date(2010, 4, 1))):
        world.add("authority_changes", from_code=before, to_code=after, change_date=day)
    for code in ("S1", "S2", "S3"):
        world.authority(code)
    for code, old in (("S1", "ash"), ("S2", "birch")):
        world.member(old, code, last=date(2015, 3, 31))
        world.member("cedar", code, date(2015, 4, 1))
    world.member("cedar", "S3", date(2020, 4, 1))
    world.member("elm", "STILL")
    for service, year, children in (
        ("ash", 2013, 3.0),
        ("birch", 2013, 4.0),
        ("cedar", 2017, 8.0),
        ("cedar", 2022, 12.0),
    ):
        world.observe(service, children, indicator_id="children", **year_of(year))
    return build(compiled, world.write(tmp_path_factory.mktemp("lines")), "series")


def test_what_merged_is_added_and_what_is_missing_is_refused(lines: duckdb.DuckDBPyConnection) -> None:
    assert points(lines, "CITY", "children") == [
        (2018, "refused", None, "part_without_value"),
        (2019, "refused", None, "part_not_published"),
        (2020, "fixed_geography", 100.0, None),
        (2022, "fixed_geography", 120.0, None),
    ]
    assert [value for _, _, value, _ in points(lines, "CITY", "children", "as_published")] == [7, None, 7, 10, 90, 120]


def test_a_rate_is_formed_from_counts_and_never_averaged(lines: duckdb.DuckDBPyConnection) -> None:
    assert points(lines, "CITY", "counted_rate") == [
        (2019, "fixed_geography", 25.0, None), (2020, "fixed_geography", 25.0, None),
    ]  # fmt: skip
    assert {reason for _, _, _, reason in points(lines, "CITY", "bare_rate")} == {"rate_without_counts"}


def test_a_split_is_refused_unless_its_districts_were_counted(lines: duckdb.DuckDBPyConnection) -> None:
    assert points(lines, "EAST", "children") == [
        (2019, "refused", None, "no_exact_predecessor"),
        (2020, "fixed_geography", 30.0, None),
        (2022, "fixed_geography", 40.0, None),
    ]
    note = "select note from main.series where lineage_code = 'EAST' and basis = 'refused'"
    assert lines.execute(note).fetchall() == [("SHIRE (Vellowshire) was split on 2021-04-01",)]


def test_a_recoded_authority_carries_its_line_with_what_moved(lines: duckdb.DuckDBPyConnection) -> None:
    assert points(lines, "C3", "children") == [
        (year, "fixed_geography", float(year), None) for year in (2010, 2015, 2022)
    ]
    notes = "select year(period_end), note from main.series where lineage_code = 'C3' and basis <> 'as_published'"
    notes += " order by all"
    assert lines.execute(notes).fetchall() == [
        (2010, "The Norrow (Boundary Change) Order 2012 moved a boundary"), (2015, None), (2022, None),
    ]  # fmt: skip


def test_services_that_merged_are_added_until_another_joined(lines: duckdb.DuckDBPyConnection) -> None:
    assert points(lines, "cedar", "children") == [
        (2013, "refused", None, "no_exact_predecessor"),
        (2017, "refused", None, "no_exact_predecessor"),
        (2022, "fixed_geography", 12.0, None),
    ]
    note = "select distinct note from main.series where lineage_code = 'cedar' and basis = 'refused'"
    assert lines.execute(note).fetchall() == [("on 2020-04-01 its members changed: Area S3 (S3) joined",)]


def test_only_lines_that_changed_are_here_and_every_point_names_its_figures(lines: duckdb.DuckDBPyConnection) -> None:
    assert lines.execute("select count(*) from main.series where lineage_code in ('STILL', 'elm')").fetchall() == [(0,)]
    astray = """
        select count(*) from (select unnest(observation_ids) as observation_id from main.series) as used
        left join internal.int_observations as found on used.observation_id = found.observation_id
        where found.observation_id is null
    """
    assert lines.execute(astray).fetchall() == [(0,)]
    assert lines.execute("select count(*) from main.series where len(observation_ids) = 0").fetchall() == [(0,)]


@st.composite
def reorganisations(draw: st.DrawFn) -> tuple[dict[str, str], dict[tuple[str, int], tuple[float, float] | None]]:
    """Which new authority each old one went into, and what was published of each (events, base) by year."""
    old = ["A1", "A2", "A3", "A4"]
    into = {code: draw(st.sampled_from(["N1", "N2"])) for code in old}
    cell = st.none() | st.tuples(st.integers(1, 9).map(float), st.integers(10, 99).map(float))
    return into, {(code, year): draw(cell) for code in old for year in (2018, 2019)}


@settings(max_examples=40, suppress_health_check=[HealthCheck.too_slow])
@given(story=reorganisations())
def test_every_line_equals_one_added_by_hand(
    compiled: Compiled, tmp_path_factory: pytest.TempPathFactory,
    story: tuple[dict[str, str], dict[tuple[str, int], tuple[float, float] | None]],
) -> None:  # fmt: skip
    into, cells = story
    world = World()
    world.indicator("counted_rate", measure="rate", unit_base=100.0)
    for code, new in into.items():
        world.authority(code, valid_to=EVE)
        world.add("authority_changes", from_code=code, to_code=new, change_date=MERGED)
    for new in {"N1", "N2"} & set(into.values()):
        world.authority(new, valid_from=MERGED)
    for (code, year), cell in cells.items():
        if cell:
            world.observe(code, 100 * cell[0] / cell[1], area_type="authority", indicator_id="counted_rate",
                          numerator=cell[0], denominator=cell[1], **year_of(year))  # fmt: skip
    connection = build(compiled, world.write(tmp_path_factory.mktemp("story")), "series")
    for new in set(into.values()):
        parts = [code for code, target in into.items() if target == new]
        by_hand = []
        for year in (2018, 2019):
            known = [cells[code, year] for code in parts if cells[code, year]]
            if known:
                whole = len(known) == len(parts)
                events, base = sum(k[0] for k in known if k), sum(k[1] for k in known if k)
                by_hand.append((
                    year, "fixed_geography" if whole else "refused",
                    pytest.approx(100 * events / base) if whole else None, None if whole else "part_not_published",
                ))  # fmt: skip
        assert points(connection, new, "counted_rate") == by_hand


def test_a_line_is_built_from_a_folder_without_any_change(compiled: Compiled, tmp_path: Path) -> None:
    world = World()
    world.service("ash")
    assert build(compiled, world.write(tmp_path), "series").execute("select count(*) from main.series").fetchall() == [
        (0,)
    ]


def test_a_service_that_comes_from_another_in_two_ways_has_it_once(compiled: Compiled, tmp_path: Path) -> None:
    """An authority recoded out of it, and a member that moved a year later: both make it a predecessor."""
    world = World()
    world.indicator("children", measure="count", is_additive=True, unit="children", unit_base=None)
    world.authority("OLD1", valid_to=date(2022, 9, 30))
    world.add("authority_changes", from_code="OLD1", to_code="NEW1", change_date=date(2022, 10, 1))
    world.member("vellow", "OLD1")
    world.member("vellow", "MOVER", date(2009, 4, 1), date(2023, 7, 14))
    world.member("oxterby", "NEW1", date(2022, 10, 1))
    world.member("oxterby", "MOVER", date(2023, 7, 15))
    world.observe("vellow", 5.0, indicator_id="children", unit="children")
    folder = world.write(tmp_path)
    assert "series_unique" not in compiled.failing(compiled.build(folder), folder)
