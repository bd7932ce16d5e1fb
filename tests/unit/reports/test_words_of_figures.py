"""Signs, probabilities, short names of periods, breaks: as pages and axes print them."""

from datetime import date

import pytest

from reports.breaks import breaks_of
from reports.definitions import Definition
from reports.numbers import probability, signed
from reports.periods import published_as, short


@pytest.mark.parametrize(
    ("value", "shown"),
    [(3.25, "+3.3"), (-3.25, "−3.3"), (0.0, "0.0"), (-0.04, "0.0"), (None, ""), (-1234.0, "−1,234.0")],
)
def test_a_difference_has_its_sign_and_nothing_has_none(value, shown):
    assert signed(value, 1) == shown


@pytest.mark.parametrize(
    ("value", "shown"), [(0.0004, "under 0.001"), (0.001, "0.001"), (0.0496, "0.050"), (1.0, "1.000"), (None, "")]
)
def test_a_probability_is_never_rounded_to_nothing(value, shown):
    assert probability(value) == shown


@pytest.mark.parametrize(
    ("label", "said"),
    [
        ("2025-01-01", "published as 1 January 2025"),
        ("201011", "published as 201011"),
        ("2010-11-34", "published as 2010-11-34"),
        ("Jan-Mar-2025", "published as Jan-Mar-2025"),
    ],
)
def test_a_publishers_name_of_a_period_is_its_own_unless_it_is_a_bare_day(label, said):
    assert published_as(label) == said


@pytest.mark.parametrize(
    ("start", "end", "name"),
    [
        (date(2023, 1, 1), date(2023, 12, 31), "2023"),
        (date(2023, 4, 1), date(2024, 3, 31), "2023-24"),
        (date(2023, 10, 1), date(2024, 9, 30), "year to Sep 2024"),
        (date(2023, 10, 1), date(2023, 12, 31), "Oct-Dec 2023"),
        (date(2023, 12, 1), date(2024, 2, 29), "Dec-Feb 2024"),
        (date(2024, 5, 1), date(2024, 5, 31), "May 2024"),
        (date(2024, 5, 3), date(2024, 5, 3), "3 May 2024"),
        (date(2024, 5, 3), date(2024, 6, 9), "to 9 Jun 2024"),
    ],
)
def test_a_period_has_a_short_name_for_an_axis(start, end, name):
    assert short(start, end) == name


def test_breaks_are_numbered_and_one_without_a_day_is_left_to_the_card():
    found = breaks_of(Definition({"breaks": ["2013-04-08 cautions change", "some time in spring"]}))
    assert [(one.when, one.label, one.title) for one in found] == [(date(2013, 4, 8), "Break 1", "cautions change")]
    assert breaks_of(Definition({"breaks": None})) == []


@pytest.mark.parametrize(
    ("unit_base", "value", "denominator", "is_small"),
    [
        (100, 61.1, 18, True),
        (100, 61.1, 30, False),
        (100, None, 18, False),
        (100, 61.1, None, False),
        (1000, 5.0, 18, False),
    ],
)
def test_a_percentage_of_under_thirty_is_known_as_one_whatever_its_measure(unit_base, value, denominator, is_small):
    for measure in ("proportion", "ratio"):
        definition = Definition({"unit_base": unit_base, "measure": measure})
        assert definition.is_on_small_base({"value": value, "denominator": denominator}) is is_small
