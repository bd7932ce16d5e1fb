import json
import re

from reports.charts.strip_plot import Column, Dot, spec

COLUMNS = [
    Column("Standalone", ("1 service", "median 12.0"), (Dot("Ashbury", 12.0, "12.0"),), 12.0, is_used=True),
    Column("Freestanding", ("0 services",), (), None, is_used=True),
    Column(
        "Integrated in an umbrella service",
        ("4 services", "median 20.0"),
        tuple(Dot(name, value, f"{value}") for name, value in [("B", 20.0), ("A", 20.0), ("C", 20.1), ("D", 30.0)]),
        20.0,
        is_used=True,
        mean=21.5,
    ),
    Column("Unassigned", ("1 service", "not used"), (Dot("Zed & <co>", 40.0, "40.0"),), None, is_used=False),
]


def _layer(specification, mark):
    return next(layer for layer in specification["layer"] if layer["mark"]["type"] == mark)["data"]["values"]


def test_columns_stand_in_the_order_given():
    specification = spec(COLUMNS, "Per cent")
    headings = json.loads(re.match(r"(\{.*\})\[", specification["layer"][0]["encoding"]["x"]["axis"]["labelExpr"])[1])

    assert [lines[0] for _, lines in sorted(headings.items())] == [
        "Standalone",
        "Freestanding",
        "Integrated in an umbrella",
        "Unassigned",
    ]
    assert len({len(lines) for lines in headings.values()}) == 1


def test_every_dot_is_drawn_once_at_its_value_inside_its_column():
    dots = _layer(spec(COLUMNS, "Per cent"), "point")

    assert sorted((dot["name"], dot["y"]) for dot in dots) == [
        ("A: 20.0", 20.0), ("Ashbury: 12.0", 12.0), ("B: 20.0", 20.0), ("C: 20.1", 20.1), ("D: 30.0", 30.0),
        ("Zed & <co>: 40.0", 40.0),
    ]  # fmt: skip
    assert next(dot["name"] for dot in sorted(dots, key=lambda dot: dot["x"]) if dot["used"]) == "Ashbury: 12.0"
    places = {dot["name"]: dot["x"] for dot in dots}
    assert len({places["A: 20.0"], places["B: 20.0"], places["C: 20.1"]}) == 3  # side by side, not on top of each other
    assert min(places[name] for name in ("A: 20.0", "B: 20.0", "C: 20.1", "D: 30.0")) > 0.5


def test_a_median_bar_stands_only_where_there_is_a_median():
    assert [bar["y"] for bar in _layer(spec(COLUMNS, "Per cent"), "rule")] == [12.0, 20.0]


def test_only_columns_that_are_not_used_have_a_grey_ground():
    specification = spec(COLUMNS, "Per cent")
    assert len(_layer(specification, "rect")) == 1
    assert [dot["name"] for dot in _layer(specification, "point") if not dot["used"]] == ["Zed & <co>: 40.0"]


def test_models_are_told_apart_by_place_and_name_and_not_by_colour():
    point = next(layer for layer in spec(COLUMNS, "Per cent")["layer"] if layer["mark"]["type"] == "point")
    assert point["encoding"]["fill"]["condition"]["test"] == "datum.used"
    assert "color" not in point["encoding"]


def test_the_partially_pooled_mean_is_a_diamond_where_there_is_one_and_the_dots_stay_circles():
    marks = [layer["mark"] for layer in spec(COLUMNS, "Per cent")["layer"] if layer["mark"]["type"] == "point"]
    diamonds = [layer for layer in spec(COLUMNS, "Per cent")["layer"] if layer["mark"].get("shape") == "diamond"]

    assert [mark.get("shape", "circle") for mark in marks] == ["circle", "diamond"]
    assert [mean["y"] for mean in diamonds[0]["data"]["values"]] == [21.5]
