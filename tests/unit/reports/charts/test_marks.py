"""Sparkline, timeline, shares and hexagons: what is drawn for what is given."""

from __future__ import annotations

import re
from datetime import date

from reports.charts import hexmap, model_shares, sparkline, timeline
from reports.charts.hexmap import Hex
from reports.charts.timeline import Bar


def _values(spec: dict) -> list[dict]:
    return spec["data"]["values"]


def test_a_sparkline_breaks_where_a_value_is_missing_and_says_its_words():
    drawn = sparkline.draw([1.0, 2.0, None, 3.0, 4.0], 'five periods, "quoted"')

    assert drawn.count("<polyline") == 2
    assert 'role="img"' in drawn
    assert "five periods, &#34;quoted&#34;" in drawn


def test_a_value_between_two_gaps_is_a_dot_and_no_line():
    assert sparkline.draw([1.0, None, 2.0, None], "x").count("<polyline") == 0
    assert sparkline.draw([1.0, None, 2.0, None], "x").count("<circle") == 3  # two alone, and the mark of the last


def test_nothing_is_drawn_of_nothing_and_a_level_line_stands_in_the_middle():
    assert sparkline.draw([None, None], "x") == ""
    heights = {y for _, y in re.findall(r"([\d.]+),([\d.]+)", sparkline.draw([5.0, 5.0], "x"))}
    assert heights == {f"{sparkline.HEIGHT / 2:.1f}"}


def _bar(label: str, begins: date, ends: date | None = None, **more: bool) -> Bar:
    return Bar("A typology", label, begins, ends, **more)


def test_tenure_is_told_by_the_look_of_a_bar_and_no_bar_runs_past_the_end():
    spec = timeline.spec(
        [
            _bar("Standalone", date(2015, 1, 1), date(2019, 12, 31)),
            _bar("Umbrella", date(2020, 1, 1), date(2030, 1, 1), is_open=True),
            _bar("Delivery", date(2021, 1, 1), is_open=True, dash=True),
        ],
        date(2024, 3, 31),
    )

    assert [row["look"] for row in _values(spec)] == ["in force", "interim", "planned"]
    assert [row["ends"] for row in _values(spec)] == ["2019-12-31", "2024-03-31", "2024-03-31"]


def test_a_label_is_cut_where_the_next_bar_begins_and_turned_where_it_would_leave_the_chart():
    long = "Integrated as part of a management portfolio"
    spec = timeline.spec(
        [_bar(long, date(2020, 1, 1), date(2020, 6, 30)), _bar(long, date(2020, 7, 1)), _bar(long, date(2023, 1, 1))],
        date(2024, 1, 1),
    )
    first, _second, last = _values(spec)

    assert first["label"].endswith("…")
    assert len(first["label"]) < 20
    assert (first["is_late"], last["is_late"]) == (False, True)
    assert last["label"] == long


def test_shares_have_a_panel_for_each_model_in_the_order_given_on_one_scale():
    days = [date(2020, 3, 31), date(2021, 3, 31)]
    spec = model_shares.spec([model_shares.Point(model, on, 3) for model in ("Zeta", "Alpha") for on in days])

    assert spec["facet"]["sort"] == ["Zeta", "Alpha"]
    assert spec["spec"]["layer"][0]["encoding"]["y"]["scale"] == {"zero": True}
    assert "resolve" not in spec


def test_lines_of_hexagons_interlock_and_every_panel_has_every_area():
    hexes = [
        Hex(0, 0, "a", frozenset(["One"])),
        Hex(1, 0, "b", frozenset(["Two"])),
        Hex(0, 1, "c"),
    ]
    values = _values(hexmap.panels(hexes, ["One", "Two"], 200))

    assert [(row["x"], round(row["y"], 3)) for row in values[:3]] == [(0, 0), (1, 0), (0.5, 0.866)]
    assert [(row["group"], row["is_in"]) for row in values] == [
        ("One", True), ("One", False), ("One", False), ("Two", False), ("Two", True), ("Two", False),
    ]  # fmt: skip


def test_a_step_is_said_by_a_digit_and_an_area_without_a_value_stays_empty():
    values = _values(hexmap.steps([Hex(0, 0, "a", step=4), Hex(1, 0, "b")], 200))

    assert [row["digit"] for row in values] == ["5", ""]
    assert values[1]["fill"] == "#ffffff"
