from datetime import date

import pytest

from reports import numbers, periods


@pytest.mark.parametrize(
    ("value", "decimals", "shown"),
    [
        (62.25, 1, "62.3"),  # binary 62.25 is exact: half goes up, not to the even digit
        (62.35, 1, "62.4"),  # binary 62.35 lies below: the shortest decimal form decides
        (0.5, 0, "1"),
        (2.5, 0, "3"),
        (1234567.0, 0, "1,234,567"),
        (0.04, 1, "0.0"),
        (-0.04, 1, "0.0"),
        (-1.25, 1, "-1.3"),
        (1e-07, 2, "0.00"),
        (136.0, 1, "136.0"),
    ],
)
def test_a_number_is_rounded_half_up_with_separators(value, decimals, shown):
    assert numbers.number(value, decimals) == shown


def test_only_a_percentage_gets_a_sign():
    assert numbers.measured(62.25, 1, 100.0) == "62.3%"
    assert numbers.measured(62.25, 1, 100000.0) == "62.3"
    assert numbers.measured(62, 0, None) == "62"


@pytest.mark.parametrize(
    ("value", "marker", "shown"),
    [
        (None, "c", "[c]"),
        (12.0, "p", "12.0 [p]"),
        (12.0, None, "12.0"),
        (0.0, None, "0.0"),
        (None, None, "no value, no reason given"),
    ],
)
def test_a_marker_stands_beside_or_instead_of_a_value_and_nothing_is_blank(value, marker, shown):
    assert numbers.with_marker(value, marker, 1, None) == shown


@pytest.mark.parametrize(
    ("values", "most", "places"),
    [([42.0, 340.0, None], 1, 0), ([42.0, 12.5], 1, 1), ([12.345], 1, 1), ([None], 1, 1), ([], 2, 2), ([1e-05], 2, 2)],
)
def test_values_are_printed_with_the_places_they_were_published_with(values, most, places):
    assert numbers.digits(values, most) == places


def test_an_interval_says_when_it_is_not_given():
    assert numbers.interval(57.24, 66.35, 1, 100.0) == "57.2% to 66.4%"
    assert numbers.interval(None, 66.35, 1, 100.0) == "not given"


@pytest.mark.parametrize(
    ("part", "whole", "shown"),
    [
        (2, 5, "2 of 5 services"),  # no percentage of a small whole
        (90, 120, "90 of 120 services (75%)"),
        (1, 1000, "1 of 1,000 services (under 1%)"),
        (999, 1000, "999 of 1,000 services (over 99%)"),
        (0, 154, "0 of 154 services (0%)"),
        (154, 154, "154 of 154 services (100%)"),
        (0, 0, "0 of 0 services"),
    ],
)
def test_a_share_carries_its_whole(part, whole, shown):
    assert numbers.share(part, whole, "services") == shown


def test_a_count_takes_its_noun():
    assert numbers.several(1, "delivery", "deliveries") == "1 delivery"
    assert numbers.several(2, "delivery", "deliveries") == "2 deliveries"
    assert numbers.count(3.0) == "3"
    assert numbers.count(3.5) == "3.5"


@pytest.mark.parametrize(
    ("start", "end", "words"),
    [
        (date(2023, 10, 1), date(2023, 12, 31), "October to December 2023"),
        (date(2021, 4, 1), date(2022, 3, 31), "April 2021 to March 2022"),
        (date(2021, 12, 1), date(2022, 2, 28), "December 2021 to February 2022"),
        (date(2024, 2, 1), date(2024, 2, 29), "February 2024"),
        (date(2024, 2, 1), date(2024, 2, 28), "1 February 2024 to 28 February 2024"),
        (date(2019, 6, 30), date(2019, 6, 30), "30 June 2019"),
    ],
)
def test_a_period_is_named_by_its_months(start, end, words):
    assert periods.span(start, end) == words


def test_a_day_has_no_leading_zero():
    assert periods.day(date(2021, 4, 1)) == "1 April 2021"


@pytest.mark.parametrize(
    ("before", "after", "words"),
    [
        (0, 0, "The period itself"),
        (12, 0, "The 12 months before it and the period itself"),
        (12, 1, "The 12 months before it, the period itself and the month after it"),
    ],
)
def test_an_exposure_window_is_said_in_words(before, after, words):
    assert periods.exposure(before, after) == words
