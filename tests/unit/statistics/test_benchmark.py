"""A value against a benchmark: by its own interval, and better or worse only where a direction was declared."""

import polars as pl
import pytest

from pipelines.statistics.benchmark import against_benchmark


def judged(lower: float | None, upper: float | None, benchmark: float | None, polarity="none", why=None) -> dict:
    frame = pl.DataFrame(
        {"value": [10.0], "lower_95": [lower], "upper_95": [upper], "benchmark_value": [benchmark],
         "polarity": [polarity], "not_compared_because": [why]},
        schema_overrides={"not_compared_because": pl.String, "polarity": pl.String},
    )  # fmt: skip
    return against_benchmark(frame).row(0, named=True)


@pytest.mark.parametrize(
    ("benchmark", "result"),
    [(8.9, "higher"), (9.0, "similar"), (10.0, "similar"), (11.0, "similar"), (11.1, "lower")],
)
def test_the_interval_decides_and_its_ends_are_similar(benchmark: float, result: str) -> None:
    assert judged(9.0, 11.0, benchmark)["result"] == result


@pytest.mark.parametrize(
    ("polarity", "benchmark", "judgement"),
    [("high", 8.0, "better"), ("high", 12.0, "worse"), ("low", 8.0, "worse"), ("low", 12.0, "better"),
     ("none", 8.0, None), (None, 8.0, None), ("high", 10.0, None)],
)  # fmt: skip
def test_better_or_worse_needs_a_declared_direction_and_a_difference(polarity, benchmark, judgement) -> None:
    assert judged(9.0, 11.0, benchmark, polarity)["judgement"] == judgement


def test_what_may_not_be_compared_is_not_judged_and_says_why() -> None:
    row = judged(9.0, 11.0, 8.0, "high", "The place has no value.")
    assert (row["result"], row["judgement"], row["reason"]) == ("not_compared", None, "The place has no value.")
