"""One cell's text: a number, a declared marker or a rule broken; nothing is guessed."""

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.intake.cells import judged
from sources.catalogue import load_catalogue

DATASET = load_catalogue().datasets["dfe__participation_16_to_17"]


def one(text: str | None, dataset=DATASET) -> tuple[float | None, str | None, str | None]:
    frame = judged(pl.DataFrame({"text": [text]}, schema={"text": pl.String}), dataset)
    return frame.select("number", "marker", "rule").row(0)


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("0", 0.0),
        ("2.6", 2.6),
        (" 7 ", 7.0),
        ("-0.4", -0.4),
        ("94.699999999999989", 94.699999999999989),
        ("1e3", 1000.0),
    ],
)
def test_numbers(text, number):
    assert one(text) == (pytest.approx(number), None, None)


@pytest.mark.parametrize(
    ("text", "marker"), [("c", "c"), ("z", "z"), ("k", "low"), ("low", "low"), (None, "x"), ("", "x")]
)
def test_declared_markers(text, marker):
    assert one(text) == (None, marker, None)


@pytest.mark.parametrize("text", ["..", "-", "~", ":", "*", "NA", "N/A", "NULL", "#N/A", "#REF!", "[x]", "q"])
def test_a_symbol_that_is_not_declared(text):
    assert one(text)[2] == "marker_undeclared"


@pytest.mark.parametrize("text", ["two", "three", "about 5", "5 (est)", "1,200", "12 345", "2024-01-01", "5%"])
def test_text_in_a_number_column(text):
    assert one(text)[2] == "number_not_numeric"


def test_a_thousands_separator_counts_only_where_it_is_declared():
    declared = DATASET.model_copy(update={"thousands_separator": ","})
    assert one("25,310", declared)[0] == 25310.0
    assert one("25,31", declared)[2] == "number_not_numeric"


@given(st.text(max_size=12))
def test_every_text_is_exactly_one_of_the_three(text):
    number, marker, rule = one(text)
    assert sum(found is not None for found in (number, marker, rule)) == 1


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_every_number_is_read_as_it_is_written(number):
    assert one(repr(number))[0] == number
