"""Quartiles and ranks: ties stay together, and the interval of a rank holds the true one as often as it says."""

import numpy as np
import polars as pl
import pytest

from pipelines.statistics.quantiles import positions, quartiles, rank_intervals


def test_quartiles_keep_equal_values_together() -> None:
    assert quartiles([1.0, 2, 3, 4, 5, 6, 7, 8]).tolist() == [1, 1, 2, 2, 3, 3, 4, 4]
    # A value on the edge of a quarter belongs to the lower one.
    assert quartiles([1.0, 2, 3, 4, 5, 6, 7, 8, 9]).tolist() == [1, 1, 1, 2, 2, 3, 3, 4, 4]
    assert len(set(quartiles([1.0, 2, 2, 2, 2, 2, 7, 8])[1:6].tolist())) == 1


def test_places_far_apart_have_sure_ranks_and_places_alike_have_any() -> None:
    value = np.array([10.0, 50, 90])
    first, last = rank_intervals(value, value - 1, value + 1)
    assert (first.tolist(), last.tolist()) == ([3, 2, 1], [3, 2, 1])
    first, last = rank_intervals(value, value - 80, value + 80)
    assert (first.tolist(), last.tolist()) == ([1, 1, 1], [3, 3, 3])


def test_uneven_limits_count_on_the_side_that_faces_the_other() -> None:
    value, lower, upper = np.array([10.0, 20]), np.array([1.0, 19.0]), np.array([11.0, 40.0])
    first, _ = rank_intervals(value, lower, upper)
    assert first.tolist() == [2, 1]


def test_the_interval_holds_the_true_rank_of_a_place_at_least_as_often_as_it_says() -> None:
    random = np.random.default_rng(20261122)
    truth = np.linspace(0, 10, 12)
    ranks = 12 - np.arange(12)
    held = np.zeros(12)
    for _ in range(400):
        seen = truth + random.normal(size=12)
        first, last = rank_intervals(seen, seen - 1.959964, seen + 1.959964)
        held += (first <= ranks) & (ranks <= last)
    assert held.min() / 400 >= 0.95


def test_a_place_like_all_others_is_rarely_told_apart_from_any_of_them() -> None:
    """Thirty comparisons at 95% each would tell apart most often: they are judged together."""
    random = np.random.default_rng(20261123)
    held = 0
    for _ in range(300):
        seen = random.normal(size=30)
        first, last = rank_intervals(seen, seen - 1.959964, seen + 1.959964)
        held += first[0] == 1 and last[0] == 30
    assert held / 300 >= 0.93


def frame(values: list[float], half: float | None = 1.0, name="s") -> pl.DataFrame:
    return pl.DataFrame(
        {"set_id": name, "observation_id": [f"{name}{at}" for at in range(len(values))], "value": values,
         "lower_95": [None if half is None else v - half for v in values],
         "upper_95": [None if half is None else v + half for v in values]},
        schema_overrides={"value": pl.Float64, "lower_95": pl.Float64, "upper_95": pl.Float64},
    )  # fmt: skip


def test_no_rank_without_its_interval() -> None:
    ranked = positions(frame([3.0, 1, 2]))
    assert ranked["rank"].to_list() == [1, 3, 2]
    assert ((ranked["rank_lower"] <= ranked["rank"]) & (ranked["rank"] <= ranked["rank_upper"])).all()
    bare = positions(frame([3.0, 1, 2], half=None))
    assert bare.select(pl.col("rank", "rank_lower", "rank_upper").null_count()).row(0) == (3, 3, 3)
    one_bare = positions(frame([3.0, 1, 2]).with_columns(lower_95=pl.when(pl.col("value") > 1).then("lower_95")))
    assert one_bare["rank"].null_count() == 3


def test_quartiles_need_eight_places_and_no_interval() -> None:
    assert positions(frame([float(v) for v in range(7)], half=None))["quartile"].null_count() == 7
    assert positions(frame([float(v) for v in range(8)], half=None))["quartile"].to_list() == [1, 1, 2, 2, 3, 3, 4, 4]


def test_sets_do_not_mix() -> None:
    two = positions(pl.concat([frame([3.0, 1, 2]), frame([9.0, 8], name="t")]).sample(fraction=1, shuffle=True, seed=2))
    assert two.sort("observation_id")["rank"].to_list() == [1, 3, 2, 1, 2]
    assert two.sort("observation_id")["places"].to_list() == [3, 3, 3, 2, 2]


@pytest.mark.parametrize("values", [[], [5.0]])
def test_few_or_no_places(values: list[float]) -> None:
    assert positions(frame([5.0]).head(len(values)))["rank"].to_list() == [None] * len(values)
