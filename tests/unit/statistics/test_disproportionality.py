"""Relative rates by the preceding stage: the interval of each kind of base, and what is refused."""

import numpy as np
import polars as pl
import pytest

from pipelines.statistics.disproportionality import relative_rates

COUNTS = ("group_events", "group_base", "reference_events", "reference_base", "population_share")


def relative(a, n_a, b, n_b, *, is_entry=False, share=0.1) -> dict:
    counts = pl.DataFrame(
        {"group_events": [a], "group_base": [n_a], "reference_events": [b], "reference_base": [n_b],
         "is_entry": [is_entry], "population_share": [share]},
        schema_overrides=dict.fromkeys(COUNTS, pl.Float64),
    )  # fmt: skip
    return relative_rates(counts).row(0, named=True)


def test_a_stage_is_measured_on_those_who_reached_the_stage_before() -> None:
    row = relative(30, 100, 60, 400)
    error = np.sqrt(1 / 30 - 1 / 100 + 1 / 60 - 1 / 400)
    assert row["ratio"] == pytest.approx(2)
    assert row["lower_95"] == pytest.approx(2 * np.exp(-1.959964 * error), rel=1e-6)
    assert row["upper_95"] == pytest.approx(2 * np.exp(1.959964 * error), rel=1e-6)
    assert (row["difference"], row["difference_unit"]) == (pytest.approx(15), "percentage_points")
    assert row["expected_at_reference"] == pytest.approx(15)
    assert row["refusal_reason"] is None


def test_entry_is_a_rate_of_the_population() -> None:
    row = relative(30, 1000, 60, 4000, is_entry=True)
    error = np.sqrt(1 / 30 + 1 / 60)
    assert row["lower_95"] == pytest.approx(2 * np.exp(-1.959964 * error), rel=1e-6)
    assert (row["difference"], row["difference_unit"]) == (pytest.approx(15), "per_1000")


@pytest.mark.parametrize(
    ("counts", "share", "words"),
    [
        ((4, 100, 60, 400), 0.1, "Fewer than 5 children"),
        ((30, 100, 4, 400), 0.1, "Fewer than 5 children"),
        ((30, 100, 60, 400), 0.009, "less than 1%"),
        ((None, 100, 60, 400), 0.1, "not published"),
        ((30, None, 60, 400), 0.1, "not known"),
        ((30, 100, 60, 0), 0.1, "not known"),
        ((30, 20, 60, 400), 0.1, "do not fit together"),
    ],
)
def test_small_or_missing_groups_are_refused_with_the_reason(counts: tuple, share: float, words: str) -> None:
    row = relative(*counts, share=share)
    assert words in row["refusal_reason"]
    assert [row[name] for name in ("ratio", "lower_95", "upper_95", "difference", "expected_at_reference")] == [
        None
    ] * 5


def test_five_children_and_an_unknown_population_are_enough() -> None:
    assert relative(5, 100, 5, 400, share=None)["refusal_reason"] is None
