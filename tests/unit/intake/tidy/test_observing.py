"""What a pair says of its topic, and its cells as long rows."""

import pytest

from pipelines.intake.tidy import Filter, Indicator, Topic, locations, observed, topic
from pipelines.intake.tidy.observing import OBSERVED
from sources.catalogue import load_catalogue
from sources.tidy import load_tidy


@pytest.fixture
def read_pair(editable, table_of):
    """The topic and the long rows of an edited pair."""

    def one(pair=editable):
        data, meta = table_of(pair.data), table_of(pair.meta)
        about = topic(data, meta, "absence")
        return about, observed(data, about)

    return one


def test_a_topic_is_what_the_metadata_says(read_pair):
    about, _ = read_pair()
    assert about == Topic(
        "absence",
        (
            Indicator("pupil_count", "Number of pupils", "Pupils", "", 0),
            Indicator("absence_percent", "Absence rate", "Absence", "%", 1),
        ),
        (
            Filter("breakdown_topic", "Topic", None, "Total", None),
            Filter("breakdown", "Characteristic", "breakdown_topic", "Total", "Total"),
        ),
        {"Academic year": "academic_year"},
        ("National", "Regional", "Local authority"),
    )


def test_every_cell_is_one_row_with_its_text_as_published(read_pair):
    _, cells = read_pair()
    assert dict(cells.schema) == OBSERVED
    assert cells.height == 14 * 2
    assert cells.row(13, named=True) == {
        "row": 8, "column": "absence_percent", "time_period": "202122", "time_identifier": "Academic year",
        "period_type": "academic_year", "period_label": "202122", "geographic_level": "Local authority",
        "area_level": "Local authority", "area_code": "FE0000001", "area_name": "Vellow", "area_other_code": "901",
        "breakdown": "all", "text": "z",
    }  # fmt: skip
    assert cells.row(4, named=True)["breakdown"] == "breakdown_topic=Sex; breakdown=Male"
    assert cells.row(0, named=True)["area_code"] == "FE9000001"


def test_a_declared_default_and_a_blank_that_is_the_whole_are_left_out(editable, read_pair):
    for number, row in enumerate(editable.meta):
        row.append("filter_default" if number == 0 else "Everyone" if number == 2 else "")
    for row in (2, 5, 8, 11, 14, 15):
        editable.put(row, "breakdown", "Everyone")
        editable.put(row, "breakdown_topic", "")
    about, cells = read_pair()
    assert about.filters[1].default == "Everyone"
    assert cells.filter(cells["row"] == 2)["breakdown"].to_list() == ["all", "all"]


def test_without_filters_every_row_is_of_all(editable, read_pair):
    del editable.meta[1:3]
    _, cells = read_pair()
    assert cells["breakdown"].unique().to_list() == ["all"]


def test_a_row_that_names_one_school_whole_is_read_at_the_school(editable, read_pair, table_of):
    for column in ("school_urn", "school_laestab", "school_name"):
        editable.add(column, "")
    editable.repeat(8, school_urn="100001", school_laestab="9012001", school_name="Mill Lane")
    _, cells = read_pair()
    last = cells.row(-1, named=True)
    assert (last["geographic_level"], last["area_level"]) == ("Local authority", "School")
    assert (last["area_code"], last["area_name"], last["area_other_code"]) == ("100001", "Mill Lane", "9012001")
    places = locations(table_of(editable.data))
    assert ("School", "100001", "Mill Lane", "9012001") in places.rows()
    assert places.height == 1 + 1 + 3 + 1


def test_a_week_is_named_by_period_and_identifier(editable, read_pair):
    for row in range(2, 16):
        editable.put(row, "time_period", "2022")
        editable.put(row, "time_identifier", "Week 7")
    _, cells = read_pair()
    assert cells.select("period_type", "period_label").row(0) == ("week", "2022 Week 7")


def test_an_identifier_that_the_standard_does_not_have_has_no_period_type(editable, read_pair):
    editable.put(2, "time_identifier", "School year")
    about, cells = read_pair()
    assert cells["period_type"][0] is None
    assert about.period_types == {"Academic year": "academic_year"}


def test_the_standard_refers_only_to_what_there_is():
    standard, rules = load_tidy(), load_catalogue().rules
    for level in standard.levels.values():
        assert level.checked_by is None or level.checked_by in rules
        assert level.within == "all" or set(level.within) <= set(standard.levels)
        assert set(level.may_be_blank) <= set(level.columns)
    assert len(standard.times) == 15 + 12 + 53
