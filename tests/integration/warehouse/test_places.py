"""What the warehouse says of a place: against benchmarks, over time, in a funnel, among others. A made-up country."""

from contextlib import chdir
from datetime import date
from pathlib import Path

import duckdb
import pytest

from tests.integration.warehouse.compiled import INTERVALS, Compiled, run
from tests.integration.warehouse.partial import statements_behind
from tests.integration.warehouse.world import World

pytestmark = pytest.mark.integration

TABLES = ("benchmarks", "positions", "trends", "control_charts", "funnels", "funnel_points")
REAL_INTERVALS = (
    "create table warehouse.internal.int_observation_intervals as python"
    " models/intermediate/observations/int_observation_intervals.py"
)
AREAS = [f"FE{number:07}" for number in range(1, 17)]
VELLOW, OXTERBY, QUILLMARSH, NORROW = AREAS[:4]
ENGLAND, REGION, OTHER_REGION, WELSH = "E92000001", "FR0000001", "FR0000002", "FW0000001"


def built(world: World, compiled: Compiled, folder: Path, *tables: str) -> duckdb.DuckDBPyConnection:
    """These tables of another world, with the limits that its counts have."""
    world.write(folder)
    connection = duckdb.connect()
    connection.execute("attach ':memory:' as warehouse; create schema warehouse.internal; use warehouse")
    with chdir(folder):
        for statement in statements_behind(compiled, *tables):
            run(connection, REAL_INTERVALS if statement == INTERVALS else statement)
    return connection


def year(of: int) -> dict:
    return {"period_start": date(of, 1, 1), "period_end": date(of, 12, 31), "period_label": str(of)}


def quarter(number: int) -> dict:
    month = date(2021 + number // 4, 1 + 3 * (number % 4), 1)
    last = date(month.year + (month.month == 10), (month.month + 3 - 1) % 12 + 1, 1).toordinal() - 1
    return {"period_start": month, "period_end": date.fromordinal(last), "period_label": f"q{number}",
            "period_type": "financial_quarter", "indicator_id": "quarterly_percent"}  # fmt: skip


def of_count(count: float, base: float = 1000.0) -> dict:
    return {"numerator": count, "denominator": base, "value": 100 * count / base}


def observe(world: World, area: str, count: float | None, base: float = 1000.0, **columns) -> str:
    figure = {"value": None, "value_marker": "c"} if count is None else of_count(count, base)
    return world.observe(area, **({"area_type": "authority"} | figure | columns))


@pytest.fixture(scope="module")
def country_of_places(compiled: Compiled, tmp_path_factory: pytest.TempPathFactory) -> duckdb.DuckDBPyConnection:
    world = World()
    for indicator, more in {
        "steady_percent": {"polarity": "low"}, "published_percent": {"polarity": "none"}, "broken_percent": {},
        "rolling_percent": {}, "bare_percent": {}, "children_counted": {"measure": "count", "unit_base": None},
        "quarterly_percent": {"period_type": "financial_quarter", "value_minimum": 0.0, "value_maximum": 100.0},
        "flagged_percent": {}, "empty_percent": {},
    }.items():  # fmt: skip
        world.indicator(indicator, **more)
    world.breaks.append({"indicator_id": "broken_percent", "definition_version": "v1", "break_date": date(2022, 1, 1),
                         "title": "New recording system", "citation": "test", "is_verified": True})  # fmt: skip
    world.datasets += [{"source_id": f"test__{name}", "priority": 10, "shape": "observations"}
                       for name in ("by_service", "published", "other")]  # fmt: skip
    world.authority(ENGLAND, "country", area_name="England")
    for code, name in ((REGION, "Norlandia"), (OTHER_REGION, "Sudlandia")):
        world.authority(code, "region", area_name=name)
    for number, code in enumerate(AREAS):
        world.authority(code, region_code=REGION if number < 4 else OTHER_REGION,
                        authority_class="county" if number < 8 else "unitary")  # fmt: skip
    world.authority(WELSH, nation="Wales", authority_class="welsh_unitary")
    _against_benchmarks(world)
    _over_time(world)
    return built(world, compiled, tmp_path_factory.mktemp("places"), *TABLES)


def _against_benchmarks(world: World) -> None:
    # 2024, pooled: 16 areas of 1,000; Vellow far above, Oxterby far below, everyone else at 100.
    counts = dict.fromkeys(AREAS, 100.0) | {VELLOW: 200.0, OXTERBY: 20.0}
    for code, count in counts.items():
        observe(world, code, count, **year(2024))
    # 2023: Quillmarsh is suppressed, so nothing is pooled where it is a member.
    for code in AREAS:
        observe(world, code, None if code == QUILLMARSH else 100.0, **year(2023))
    observe(world, WELSH, 100.0, **year(2024))
    # A percentage of which one member had nobody to count.
    for code in AREAS:
        empty = {"value": None, "value_marker": "z", "numerator": 0.0, "denominator": 0.0}
        observe(world, code, 100.0, indicator_id="empty_percent", **(empty if code == OXTERBY else {}), **year(2024))
    # A dataset that publishes for England and for one region; another dataset's England does not count.
    for code in AREAS:
        observe(world, code, 100.0, indicator_id="published_percent", source_id="test__published", **year(2024))
        observe(world, code, 100.0, indicator_id="children_counted", **year(2024))
        world.observe(code, 10.0, area_type="authority", indicator_id="bare_percent", **year(2024))
        observe(world, code, 100.0, indicator_id="flagged_percent", **year(2024),
                value_marker="p" if code == VELLOW else None)  # fmt: skip
    for source_id, value in (("test__published", 30.0), ("test__other", 1.0)):
        world.observe(ENGLAND, value, area_type="country", indicator_id="published_percent", source_id=source_id,
                      **year(2024))  # fmt: skip
    world.observe(REGION, 2.0, area_type="region", indicator_id="published_percent", source_id="test__published",
                  **year(2024))  # fmt: skip
    for vintage in (date(2021, 4, 1), date(2023, 4, 1), date(2030, 4, 1)):
        for rank, neighbour in enumerate((OXTERBY, *AREAS[4:8], "FE9999999"), 1):
            world.add("statistical_neighbours", model="made up", vintage=vintage, dfe_code="901", area_code=VELLOW,
                      rank=rank, neighbour_dfe_code=f"9{rank:02}", neighbour_code=neighbour)  # fmt: skip

    # Services: of Vellow, Oxterby and two neighbours alone; the next two neighbours share theirs.
    for service, code, count in (
        ("vellow", VELLOW, 90.0), ("oxterby", OXTERBY, 50.0), ("five", AREAS[4], 60.0), ("six", AREAS[5], 70.0),
        ("shared", AREAS[6], 80.0),
    ):  # fmt: skip
        world.member(service, code)
        observe(world, service, count, area_type="youth_justice_service", **year(2024))
    world.member("shared", AREAS[7])


def _over_time(world: World) -> None:
    for number, of in enumerate(range(2019, 2023)):
        observe(world, VELLOW, 600.0 - 100 * number, **year(of))  # and 100 in 2023, 200 in 2024
        observe(world, OXTERBY, None if of == 2021 else 100.0, **year(of))
        if of != 2020:
            observe(world, NORROW, 100.0, **year(of))
    for number, of in enumerate(range(2020, 2025)):
        observe(world, VELLOW, 100.0 + 100 * number, indicator_id="broken_percent", **year(of))
        if of < 2024:
            world.observe(VELLOW, 5.0, area_type="authority", indicator_id="bare_percent", **year(of))
    for number in range(8):
        period = quarter(number)
        start = period["period_start"]
        observe(world, VELLOW, 100.0 + number % 2, indicator_id="rolling_percent", period_start=start,
                period_end=date(start.year + 1, start.month, 1).fromordinal(
                    date(start.year + 1, start.month, 1).toordinal() - 1), period_label=str(number))  # fmt: skip
        observe(world, VELLOW, 300.0 if number == 5 else 100.0 + number % 2, **period)
        observe(world, OXTERBY, None if number == 3 else 100.0, **period)


def held_against(connection: duckdb.DuckDBPyConnection, area: str, indicator="steady_percent", of=2024) -> dict:
    rows = connection.execute(
        """select * from benchmarks where area_code = ? and indicator_id = ? and year(period_end) = ?""",
        [area, indicator, of],
    )
    names = [column[0] for column in rows.description or ()]
    return {row[1]: dict(zip(names, row, strict=True)) for row in rows.fetchall()}


def test_the_nation_is_pooled_from_the_counts_of_every_member(country_of_places) -> None:
    england = held_against(country_of_places, VELLOW)["england"]
    assert england["benchmark_value"] == pytest.approx(100 * (14 * 100 + 220) / 16_000)
    assert (england["statistic"], england["n_expected"], england["n_contributing"]) == ("pooled", 16, 16)
    assert (england["result"], england["judgement"], england["includes_area"]) == ("higher", "worse", True)
    below = held_against(country_of_places, OXTERBY)["england"]
    assert (below["result"], below["judgement"]) == ("lower", "better")
    alike = held_against(country_of_places, NORROW)["england"]
    assert (alike["result"], alike["judgement"], alike["reason"]) == ("similar", None, None)


def test_nothing_is_pooled_where_a_member_gives_no_counts_and_the_reason_is_said(country_of_places) -> None:
    rows = held_against(country_of_places, VELLOW, of=2023)
    assert (rows["england"]["benchmark_value"], rows["england"]["result"]) == (None, "not_compared")
    assert rows["england"]["reason"] == (
        "The dataset publishes no value for England, and none is pooled:"
        " 15 of 16 of its places in force give the counts."
    )
    assert rows["england"]["missing"] == [QUILLMARSH]
    assert "Norlandia" in rows["region"]["reason"]
    # A median needs no counts: it says how many stand behind it and who does not.
    assert (rows["family"]["statistic"], rows["family"]["n_contributing"]) == ("median", 7)
    assert rows["family"]["missing"] == [QUILLMARSH]
    # Another region, of which every member gave counts, is pooled all the same.
    other = held_against(country_of_places, AREAS[5], of=2023)
    assert other["region"]["statistic"] == "pooled"


def test_a_member_with_nobody_to_count_is_no_hole_in_the_sum(country_of_places) -> None:
    england = held_against(country_of_places, VELLOW, "empty_percent")["england"]
    assert (england["statistic"], england["n_contributing"], england["benchmark_value"]) == ("pooled", 16, 10.0)


def test_a_suppressed_place_is_not_compared(country_of_places) -> None:
    rows = held_against(country_of_places, QUILLMARSH, of=2023)
    assert {row["result"] for row in rows.values()} == {"not_compared"}
    assert all(row["reason"].startswith("The place has no value: ") for row in rows.values())
    assert rows["family"]["includes_area"] is False


def test_what_the_same_dataset_publishes_comes_first(country_of_places) -> None:
    rows = held_against(country_of_places, VELLOW, "published_percent")
    assert (rows["england"]["statistic"], rows["england"]["benchmark_value"]) == ("published", 30.0)
    assert (rows["england"]["result"], rows["england"]["judgement"]) == ("lower", None)
    assert (rows["region"]["statistic"], rows["region"]["benchmark_value"]) == ("published", 2.0)
    assert rows["region"]["n_expected"] is None
    assert held_against(country_of_places, AREAS[5], "published_percent")["region"]["statistic"] == "pooled"


def test_wales_is_held_against_wales(country_of_places) -> None:
    rows = held_against(country_of_places, WELSH)
    assert set(rows) == {"wales", "family"}
    assert rows["wales"]["benchmark_value"] == pytest.approx(10.0)
    assert rows["family"]["reason"] == "A median needs at least 3 places, and 1 of 1 give a comparable value."


def test_neighbours_are_of_the_newest_vintage_before_the_end_and_without_the_place(country_of_places) -> None:
    row = held_against(country_of_places, VELLOW)["neighbours"]
    assert row["vintage"] == date(2023, 4, 1)
    assert (row["n_expected"], row["n_contributing"], row["missing"]) == (6, 5, ["FE9999999"])
    assert (row["benchmark_value"], row["statistic"], row["includes_area"]) == (10.0, "median", False)
    assert held_against(country_of_places, VELLOW, of=2022)["neighbours"]["vintage"] == date(2021, 4, 1)
    assert "neighbours" not in held_against(country_of_places, VELLOW, of=2019)


def test_a_service_of_one_authority_has_the_services_of_its_neighbours(country_of_places) -> None:
    row = held_against(country_of_places, "vellow")["neighbours"]
    assert (row["n_expected"], row["n_contributing"]) == (6, 3)
    # Two authorities that share a service, and one that no register knows.
    assert row["missing"] == ["FE0000007", "FE0000008", "FE9999999"]
    assert row["benchmark_value"] == pytest.approx(6.0)
    assert "neighbours" not in held_against(country_of_places, "shared")


def test_counts_are_held_against_nothing_and_bare_rates_have_no_interval(country_of_places) -> None:
    assert held_against(country_of_places, VELLOW, "children_counted") == {}
    row = held_against(country_of_places, VELLOW, "bare_percent")["family"]
    assert row["reason"] == "No interval can be formed: the counts behind the value are not published."
    assert row["benchmark_value"] == 10.0


def test_a_figure_that_is_not_comparable_is_told_apart(country_of_places) -> None:
    row = held_against(country_of_places, VELLOW, "flagged_percent")["england"]
    assert (row["result"], row["reason"]) == ("not_compared", "The figure is not comparable: provisional.")


def test_a_rank_comes_with_the_ranks_that_chance_allows(country_of_places) -> None:
    rows = country_of_places.execute("""
        select area_code, places, quartile, rank, rank_lower, rank_upper from positions
        where indicator_id = 'steady_percent' and period_end = '2024-12-31'
    """).fetchall()
    of = {row[0]: row[1:] for row in rows}
    assert of[VELLOW] == (17, 4, 1, 1, 1)
    assert of[OXTERBY] == (17, 1, 17, 17, 17)
    assert of[NORROW][2:] == (2, 2, 16)
    bare = country_of_places.execute("""
        select count(rank), count(rank_lower), count(quartile), count(*) from positions
        where indicator_id = 'bare_percent' and period_end = '2024-12-31'
    """).fetchall()
    assert bare == [(0, 0, 16, 16)]


def trend_of(connection: duckdb.DuckDBPyConnection, area: str, indicator="steady_percent") -> dict:
    rows = connection.execute("select * from trends where area_code = ? and indicator_id = ?", [area, indicator])
    names = [column[0] for column in rows.description or ()]
    (row,) = rows.fetchall()
    return dict(zip(names, row, strict=True))


def test_five_points_that_fall(country_of_places) -> None:
    row = trend_of(country_of_places, VELLOW)
    assert (row["method"], row["points"]) == ("five_point", 5)
    assert (row["first_period_start"], row["last_period_end"]) == (date(2020, 1, 1), date(2024, 12, 31))
    assert (row["trend"], row["judgement"], row["reason"]) == ("decreasing", "better", None)


@pytest.mark.parametrize(
    ("area", "indicator", "reason"),
    [
        (OXTERBY, "steady_percent", "1 of the last 5 points have no value."),
        (NORROW, "steady_percent", "The last 5 points are not 5 years in a row."),
        (AREAS[5], "steady_percent", "The series has 2 annual points, 5 are needed."),
        (VELLOW, "broken_percent", "The series breaks between the points: 2022-01-01 New recording system."),
        (VELLOW, "rolling_percent", "The periods overlap: each counts part of the one before it."),
        (
            VELLOW,
            "bare_percent",
            "No interval can be formed for 5 of the last 5 points: the counts behind them are not published.",
        ),
    ],
)
def test_a_trend_that_cannot_be_calculated_says_why(country_of_places, area, indicator, reason) -> None:
    row = trend_of(country_of_places, area, indicator)
    assert (row["trend"], row["reason"], row["judgement"]) == ("cannot_be_calculated", reason, None)


def test_a_quarterly_series_has_a_control_chart(country_of_places) -> None:
    row = trend_of(country_of_places, VELLOW, "quarterly_percent")
    assert (row["method"], row["trend"], row["points"], row["reason"]) == ("xmr", "signal", 8, None)
    points = country_of_places.execute(
        """
        select period_start, value, signal from control_charts where area_code = ? order by period_start
    """,
        [VELLOW],
    ).fetchall()
    assert len(points) == 8
    assert [point[0] for point in points if point[2]] == [date(2022, 4, 1)]


def test_seven_quarters_make_no_chart(country_of_places) -> None:
    row = trend_of(country_of_places, OXTERBY, "quarterly_percent")
    assert (row["trend"], row["reason"]) == (
        "cannot_be_calculated", "The series has 7 comparable points, eight are needed."
    )  # fmt: skip
    assert country_of_places.execute("select * from control_charts where area_code = ?", [OXTERBY]).fetchall() == []


def test_a_funnel_holds_every_comparable_place_once(country_of_places) -> None:
    funnels = country_of_places.execute("""
        select units, refusal_reason, target from funnels
        where indicator_id = 'steady_percent' and area_type = 'authority' and period_end = '2024-12-31'
    """).fetchall()
    assert funnels == [(17, None, pytest.approx(100 * 1720 / 17_000))]
    points = country_of_places.execute("""
        select area_code, points.position from funnel_points as points inner join funnels using (funnel_id)
        where indicator_id = 'steady_percent' and area_type = 'authority' and period_end = '2024-12-31'
    """).fetchall()
    assert len(points) == 17
    assert dict(points)[VELLOW] == "outside_998"
    assert dict(points)[NORROW] == "inside"
    refused = country_of_places.execute("""
        select distinct refusal_reason from funnels where indicator_id = 'quarterly_percent'
    """).fetchall()
    assert ("2 units have a comparable value with counts, at least 15 are needed.",) in refused
