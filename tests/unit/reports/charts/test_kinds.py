"""What each kind of chart draws, read from its specification; and that each can be drawn."""

from datetime import date

import pytest

from reports.charts import funnel, palette, small_multiples, time, trend
from reports.charts.drawing import Drawings
from reports.charts.small_multiples import Panel
from reports.charts.time import Band, Break
from reports.charts.trend import Level, Line, Point


def year(number, value, group=""):
    low, high = (None, None) if value is None else (value - 2, value + 2)
    return Point(date(number, 1, 1), date(number, 12, 31), str(number), value, low, high, f"{value}", group)


VELLOW = Line("Vellow", tuple(year(number, 10.0 + number - 2015) for number in range(2015, 2023)))
BREAK = Break(date(2019, 4, 1), "Break 1", "New recording")


def layers(spec, mark):
    return [layer for layer in spec["layer"] if layer["mark"]["type"] == mark]


def segments(spec):
    (line,) = layers(spec, "line")
    return [row["segment"] for row in line["data"]["values"]]


def test_values_on_two_sides_of_a_break_are_not_joined_and_a_dashed_line_stands_between():
    spec = trend.spec([VELLOW], "Per cent", breaks=[BREAK])
    assert len(set(segments(spec))) == 2
    assert len(set(segments(trend.spec([VELLOW], "Per cent")))) == 1
    (rule,) = layers(spec, "rule")
    assert rule["mark"]["strokeDash"]
    assert 2019.2 < rule["data"]["values"][0]["x"] < 2019.3
    assert [row["label"] for layer in layers(spec, "text") for row in layer["data"]["values"]][-1] == "Break 1"


def test_a_line_stops_at_a_period_without_a_value_and_at_another_definition():
    hole = Line("Vellow", tuple(year(n, None if n == 2018 else 10.0) for n in range(2015, 2022)))
    versions = Line("Vellow", tuple(year(n, 10.0, "a" if n < 2018 else "b") for n in range(2015, 2022)))
    for line in (hole, versions):
        assert len(set(segments(trend.spec([line], "Per cent")))) == 2
    points = list(layers(trend.spec([hole], "Per cent"), "point"))
    assert len(points[0]["data"]["values"]) == 6


def test_the_interval_is_a_band_around_the_line():
    (band,) = layers(trend.spec([VELLOW], "Per cent"), "area")
    assert next((row["low"], row["high"]) for row in band["data"]["values"]) == (8.0, 12.0)


def test_lines_differ_by_dash_and_shape_as_well_as_colour_and_each_is_named():
    lines = [Line(name, VELLOW.points) for name in ("A", "B", "C", "D")]
    spec = trend.spec(lines, "Per cent")
    drawn = [layer["mark"] for layer in layers(spec, "line")]
    shapes = [layer["mark"]["shape"] for layer in layers(spec, "point")]
    assert len({tuple(mark["strokeDash"]) for mark in drawn}) == len({mark["color"] for mark in drawn}) == 4
    assert len(set(shapes)) == 4
    assert [layer["data"]["values"][0]["label"] for layer in layers(spec, "text")] == ["A", "B", "C", "D"]


def test_structures_and_programmes_stand_in_rows_of_their_own_above_the_plot_inside_its_width():
    structures = [
        Band(None, date(2018, 3, 31), "Integrated at directorate level"),
        Band(date(2018, 4, 1), None, "Umbrella"),
    ]
    programmes = [
        Band(date(2020, 1, 1), date(2020, 2, 1), "Turnaround"),
        Band(date(1999, 1, 1), date(1999, 2, 1), "old"),
    ]
    spec = trend.spec([VELLOW], "Per cent", structures=structures, programmes=programmes)
    in_force, programme = layers(spec, "rect")
    left, right = time.reach(point.end for point in VELLOW.points)

    assert [(row["x"], row["x2"]) for row in in_force["data"]["values"]] == [
        (left, time.place(date(2018, 3, 31))), (time.place(date(2018, 4, 1)), right),
    ]  # fmt: skip
    assert len(programme["data"]["values"]) == 1
    assert programme["encoding"]["y"]["value"] < in_force["encoding"]["y"]["value"] < 0
    assert programme["mark"]["strokeDash"] != in_force["mark"]["strokeDash"]


def test_a_control_chart_has_its_centre_its_limits_and_its_signals():
    levels = [Level("centre 12.0", 12.0), Level("upper 16.0", 16.0, is_limit=True)]
    spec = trend.spec([VELLOW], "Per cent", levels=levels, signals=[date(2022, 12, 31)])
    centre, limit = layers(spec, "rule")
    assert centre["mark"]["strokeDash"] != limit["mark"]["strokeDash"]
    square = layers(spec, "point")[-1]
    assert [(row["end"], square["mark"]["shape"]) for row in square["data"]["values"]] == [("2022-12-31", "square")]


def test_at_most_eight_periods_are_named_and_the_latest_always():
    ticks = [time.Tick(date(2000 + n, 12, 31), str(2000 + n)) for n in range(23)]
    axis = time.across(ticks, (1999.0, 2024.0))["axis"]
    assert len(axis["values"]) <= 8
    assert max(axis["values"]) == time.place(date(2022, 12, 31))


def test_a_place_in_time_does_not_depend_on_the_time_zone_and_grows_with_the_day():
    days = [date(2023, 12, 31), date(2024, 1, 1), date(2024, 2, 29), date(2024, 7, 1), date(2024, 12, 31)]
    assert [time.place(day) for day in days] == sorted({time.place(day) for day in days})
    assert time.place(date(2024, 1, 1)) == 2024.0


PLACES = [
    funnel.Place(f"P{n}", f"{value}", size, value, (80, 120, 70, 130), (60, 140, 50, 150), position)
    for n, (size, value, position) in enumerate(
        [(1000, 100.0, "inside"), (2000, 145.0, "outside_95"), (3000, 160.0, "outside_998")]
    )
]


def test_a_funnel_has_both_pairs_of_limits_the_target_and_a_shape_for_each_position():
    spec = funnel.spec(PLACES, 100, "Per 100,000", "Population")
    limits = layers(spec, "line")
    as_counted = [layer for layer in limits if layer["mark"]["color"] == palette.GREY]
    widened = [layer for layer in limits if layer["mark"]["color"] == palette.FOCUS]
    assert [layer["data"]["values"][0]["y"] for layer in as_counted] == [80, 120, 70, 130]
    assert [layer["data"]["values"][0]["y"] for layer in widened] == [60, 140, 50, 150]
    assert as_counted[0]["mark"]["strokeDash"] != widened[0]["mark"]["strokeDash"]
    assert widened[0]["mark"]["strokeWidth"] < widened[2]["mark"]["strokeWidth"]
    assert [row["y"] for layer in layers(spec, "rule") for row in layer["data"]["values"]] == [100]
    shapes = {layer["mark"]["shape"]: len(layer["data"]["values"]) for layer in layers(spec, "point")}
    assert shapes == {"circle": 1, "square": 1, "triangle-up": 1}


PANELS = [
    Panel("Standalone", (), ()),
    Panel("Integrated in an umbrella service", (VELLOW.points, VELLOW.points[:1]), VELLOW.points),
]


def test_small_multiples_have_a_panel_for_each_model_in_order_with_one_scale_and_a_thick_median():
    spec = small_multiples.spec(PANELS, "Per cent", [BREAK])
    titles = [" ".join(panel["title"]["text"]).strip() for panel in spec["hconcat"]]
    assert titles == ["Standalone", "Integrated in an umbrella service"]
    assert spec["resolve"]["scale"]["y"] == "shared"
    umbrella = spec["hconcat"][1]
    services, median = layers(umbrella, "line")
    assert services["mark"]["strokeWidth"] < 1 < median["mark"]["strokeWidth"]
    assert len({row["line"] for row in services["data"]["values"]}) == 3  # one is cut by the break
    (alone,) = layers(umbrella, "point")
    assert len(alone["data"]["values"]) == 1


@pytest.fixture(scope="module")
def drawings(tmp_path_factory):
    with Drawings(tmp_path_factory.mktemp("charts")) as drawings:
        yield drawings


@pytest.mark.parametrize(
    "spec",
    [
        trend.spec([VELLOW], "Per cent", breaks=[BREAK], structures=[Band(None, None, "Umbrella")]),
        trend.spec([VELLOW], "Per cent", levels=[Level("centre", 12.0)], signals=[date(2022, 12, 31)]),
        funnel.spec(PLACES, 100, "Per 100,000", "Population"),
        small_multiples.spec(PANELS, "Per cent", [BREAK]),
    ],
    ids=["trend", "control", "funnel", "small multiples"],
)
def test_every_kind_can_be_drawn_on_a_white_ground_without_fetching_anything(drawings, spec):
    svg = drawings.draw(spec, "A chart").__html__()
    assert svg.startswith("<svg")
    assert palette.GROUND in svg
    assert "url(" not in svg
    assert "http" not in svg
