"""How a published figure becomes arithmetic, and how a verdict is put in words."""

from fractions import Fraction

import pytest

from pipelines.findings.judge import figure_of, is_tested_alone, judge
from pipelines.findings.working import in_ranges
from sources.catalogue import load_catalogue
from sources.models.finding import Finding

KNOWN = {
    "id": "T-1", "seed": "999", "statement": "s", "measure": "m", "value": 20, "value_text": "20%",
    "value_type": "rounded", "unit": "percent", "period": "2031", "nation": "Wales", "locator": "Table 1",
    "evidence_type": "survey", "citation": "test",
}  # fmt: skip


def finding(**changes) -> Finding:
    return Finding.model_validate(KNOWN | changes)


@pytest.mark.parametrize(
    ("changes", "counts"),
    [
        ({}, [20]),
        ({"value": 20.0, "decimals": 1}, [20]),
        ({"value_type": "bound", "bound": "below", "value": 3}, [0, 1, 2]),
        ({"value_type": "bound", "bound": "above", "value": 97}, [98, 99, 100]),
        ({"value_type": "approx", "tolerance": 1}, [19, 20, 21]),
        ({"value_type": "exact", "unit": "services", "value": 7}, [7]),
    ],
)
def test_a_figure_means_the_counts_that_its_kind_allows(changes, counts):
    assert list(figure_of(finding(**changes)).numerators(100)) == counts


def test_a_printed_decimal_is_taken_exactly():
    assert figure_of(finding(value=12.1, decimals=1)).value == Fraction(121, 10)


def test_what_has_no_number_is_not_tested():
    with pytest.raises(ValueError, match="no number"):
        figure_of(finding(value=None, value_type="qualitative"))


@pytest.mark.parametrize(
    ("changes", "tested"),
    [
        ({}, True),
        ({"unit": "per 1,000"}, False),
        ({"evidence_type": "admin"}, False),
        ({"measure": "threshold"}, False),
        ({"value_type": "approx", "tolerance": 3}, False),
        ({"value_type": "approx", "tolerance": 3, "bases": [17]}, True),
        ({"value_type": "bound", "bound": "above", "bases": [26]}, True),
        ({"value_type": "exact", "unit": "services"}, False),
    ],
)
def test_a_percentage_of_a_base_that_can_be_tried_is_tested_alone(changes, tested):
    assert is_tested_alone(finding(**changes)) is tested


def test_every_figure_is_settled_by_one_test_at_most():
    settled = [name for run in judge(load_catalogue()) for name in run.test.decides]
    assert len(settled) == len(set(settled))


@pytest.mark.parametrize(
    ("numbers", "words"),
    [([5], "5"), ([5, 6], "5 or 6"), ([85, 79, 80, 81, 82, 83, 84], "79 to 85"), ([3, 5, 6, 7], "3, 5 to 7"), ([], "")],
)
def test_numbers_in_words(numbers, words):
    assert in_ranges(numbers) == words
