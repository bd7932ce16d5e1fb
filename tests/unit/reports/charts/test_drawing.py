import re
from xml.etree import ElementTree

import pytest

from reports.charts import drawing
from reports.charts.drawing import ChartNotDrawn, Drawings
from reports.charts.strip_plot import spec
from tests.unit.reports.charts.test_strip_plot import COLUMNS

SPEC = spec(COLUMNS, "Per cent")
NAME = 'Strip plot of "x" & y'


@pytest.fixture(scope="module")
def kept(tmp_path_factory):
    return tmp_path_factory.mktemp("charts")


@pytest.fixture(scope="module")
def svg(kept):
    with Drawings(kept) as drawings:
        first, again = drawings.draw(SPEC, NAME), drawings.draw(SPEC, "another name")
        drawn = first.__html__()
        assert again.__html__() == drawn.replace(drawing.escape(NAME), "another name")
        assert (len(drawings), drawings.drawn, drawings.kept) == (1, 1, 0)
    return drawn


def test_the_drawing_is_one_named_image_with_silent_hints(svg):
    root = ElementTree.fromstring(svg)

    assert root.attrib["role"] == "img"
    assert root.attrib["aria-label"] == NAME
    assert not [e for e in root.iter() if e is not root and (e.attrib.get("role") or e.attrib.get("aria-label"))]
    assert sorted(title.text for title in root.iter("title")) == [
        "A: 20.0", "Ashbury: 12.0", "B: 20.0", "C: 20.1", "D: 30.0", "Zed & <co>: 40.0",
    ]  # fmt: skip
    assert "http" not in svg
    assert "url(" not in svg


def test_places_are_cut_to_hundredths_and_words_are_not():
    svg = '<svg viewBox="0 0 10.5 9"><path d="M1.23456,2" transform="translate(0.98765,1)"/><text>1.23456</text></svg>'
    shown = drawing.accessible(svg, "x")
    assert 'd="M1.23,2"' in shown
    assert "translate(0.98,1)" in shown
    assert "<text>1.23456</text>" in shown


def test_a_picture_that_is_kept_is_read_and_not_drawn_again(kept, svg, monkeypatch):
    monkeypatch.setattr(Drawings, "_draw", None)
    with Drawings(kept) as drawings:
        assert drawings.draw(SPEC, NAME).__html__() == svg
        assert (drawings.drawn, drawings.kept) == (0, 1)


def test_another_specification_or_another_vl_convert_is_drawn(kept, svg, monkeypatch):
    with Drawings(kept) as drawings:
        monkeypatch.setattr(drawing, "_version", lambda: "vl-convert 99")
        assert drawings.draw(SPEC, NAME).__html__() == svg
        assert (drawings.drawn, drawings.kept) == (1, 0)
    monkeypatch.undo()
    with Drawings(kept) as drawings:
        wider = drawings.draw(SPEC | {"width": 321}, NAME).__html__()
        assert drawings.drawn == 1
        assert re.search(r'viewBox="0 0 ([\d.]+)', wider)[1] != re.search(r'viewBox="0 0 ([\d.]+)', svg)[1]


def test_what_cannot_be_drawn_is_told_and_the_next_chart_is_drawn():
    with Drawings(workers=1) as drawings:
        bad = drawings.draw({"mark": "no such mark", "encoding": {}}, NAME)
        good = drawings.draw(SPEC, NAME)
        with pytest.raises(ChartNotDrawn, match="could not be drawn"):
            bad.__html__()
        assert good.__html__().startswith("<svg")
