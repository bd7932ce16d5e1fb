"""The permutation test against scipy and against enumeration by hand; what must not change a p-value."""

from itertools import permutations

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from pipelines.statistics import permutation
from pipelines.statistics.permutation import TESTS, permutation_tests

TIES = [3.0, 1.0, 4.0, 1.0, 5.0, 9.0, 2.0, 6.0, 5.0, 3.5]


def rows(values, labels, strata="x", test="t") -> pl.DataFrame:
    size = len(values)
    return pl.DataFrame(
        {
            "test": [test] * size,
            "stratum": list(strata) if len(strata) == size else [strata] * size,
            "service_id": [f"s{number:03d}" for number in range(size)],
            "label": list(labels),
            "value": pl.Series(values, dtype=pl.Float64),
        }
    )


def one(*arguments, draws=9999, seed=1) -> dict:
    return permutation_tests(rows(*arguments), draws=draws, seed=seed).row(0, named=True)


def test_one_stratum_is_kruskal_wallis_ties_and_all():
    labels = "aaabbbbccc"
    groups = [[value for value, label in zip(TIES, labels, strict=True) if label == name] for name in "abc"]
    assert one(TIES, labels)["statistic"] == pytest.approx(stats.kruskal(*groups).statistic, rel=1e-12)


@pytest.mark.parametrize("labels", ["aaabbbbb", "abababab", "aabbbbcc"])
def test_exact_equals_enumeration_by_scipy(labels):
    values = np.array(TIES[: len(labels)])
    groups = [values[[label == name for label in labels]] for name in sorted(set(labels))]
    theirs = stats.permutation_test(
        groups, lambda *g: stats.kruskal(*g).statistic, vectorized=False, n_resamples=np.inf, alternative="greater"
    )
    got = one(values, labels)
    assert got["is_exact"]
    assert got["p_value"] == pytest.approx(theirs.pvalue, rel=1e-12)
    assert got["draws"] == len(theirs.null_distribution)


def test_a_pair_is_the_two_sided_rank_sum():
    got = one([1, 2, 3, 4, 10, 11, 12, 13], "aaaabbbb")
    theirs = stats.mannwhitneyu([1, 2, 3, 4], [10, 11, 12, 13], method="exact").pvalue
    assert got["p_value"] == pytest.approx(theirs, rel=1e-12)


def test_strata_equal_enumeration_by_hand():
    """Every order within each stratum, on aligned ranks worked out apart from the module."""
    values, labels, strata = [1.0, 5.0, 6.0, 50.0, 58.0, 52.0, 61.0], "aabbaab", "xxxyyyy"
    aligned = np.array(values)
    for name in "xy":
        of_stratum = np.array([stratum == name for stratum in strata])
        aligned[of_stratum] -= np.median(aligned[of_stratum])
    ranks = stats.rankdata(aligned)
    for name in "xy":
        of_stratum = np.array([stratum == name for stratum in strata])
        ranks[of_stratum] -= ranks[of_stratum].mean()

    def between(order):
        return sum(ranks[[label == name for label in order]].sum() ** 2 / labels.count(name) for name in "ab")

    orders = [x + y for x in permutations(labels[:3]) for y in permutations(labels[3:])]
    expected = np.mean([between(order) >= between(labels) - 1e-9 for order in orders])
    got = one(values, labels, strata)
    assert got["p_value"] == pytest.approx(expected, rel=1e-12)
    assert (got["draws"], got["strata"]) == (3 * 6, 2)


def test_a_stratum_of_one_label_changes_nothing_that_is_exchanged():
    """A whole class of one model, far above the others, is no evidence for the model."""
    values, labels = [1.0, 2, 3, 4, 5, 6, 7, 8], "abababab"
    alone = one(values, labels)
    joined = one([*values, 900, 950, 999], [*labels, *"aaa"], [*"xxxxxxxx", *"yyy"])
    assert joined["draws"] == alone["draws"] == 70
    assert joined["p_value"] > 0.05
    assert (joined["services"], joined["services_exchangeable"]) == (11, 8)


def test_without_exchange_there_is_no_p_value():
    got = one([1, 2, 3, 9, 8, 7], "aaabbb", "xxxyyy")
    assert got["p_value"] is None
    assert (got["draws"], got["services_exchangeable"]) == (1, 0)


def test_equal_values_are_no_evidence():
    got = one([0.1 + 0.2, 0.3] * 20, "ab" * 20)
    assert (got["p_value"], got["statistic"]) == (1, 0)
    assert one([0.0] * 40, "ab" * 20)["p_value"] == 1


def test_values_that_rounding_parted_are_tied():
    """0.1 + 0.2 is not 0.3 in a computer; for a rank it is."""
    plain = one([0.3, 0.3, 0.3, 0.9, 0.9, 0.9, 0.5, 0.5], "aabbabab")
    assert one([0.1 + 0.2, 0.3, 0.3, 0.9, 0.9, 0.6 + 0.3, 0.5, 0.5], "aabbabab") == plain


def test_draws_agree_with_the_exact_p_value():
    values, labels = np.random.default_rng(3).gamma(6, 20, 16), "a" * 5 + "b" * 11
    exact, drawn = one(values, labels), one(values, labels, draws=4000)
    assert (exact["is_exact"], drawn["is_exact"]) == (True, False)
    assert drawn["p_value"] == pytest.approx(exact["p_value"], abs=0.03)
    assert drawn["draws"] == 4000


def test_draws_agree_with_scipy_over_strata():
    """scipy exchanges all labels at once, so one stratum; two strata are compared with their sum of free draws."""
    random = np.random.default_rng(4)
    values, labels = random.gamma(6, 20, 60), ["abc"[number % 3] for number in range(60)]
    groups = [values[[label == name for label in labels]] for name in "abc"]
    theirs = stats.permutation_test(
        groups, lambda *g: stats.kruskal(*g).statistic, vectorized=False, n_resamples=1500, rng=1, alternative="greater"
    )
    assert one(values, labels)["p_value"] == pytest.approx(theirs.pvalue, abs=0.04)


def test_the_smallest_p_value_counts_the_arrangement_observed():
    got = one([*range(40), *range(1000, 1040)], "a" * 40 + "b" * 40, draws=999)
    assert got["p_value"] == 1 / 1000


def test_a_test_is_the_same_alone_and_in_company(monkeypatch):
    random = np.random.default_rng(5)
    tests = [
        rows(random.gamma(6, 20, size), random.choice(list("abc"), size), random.choice(list("xy"), size), f"t{number}")
        for number, size in enumerate([40, 40, 55, 30])
    ]
    together = permutation_tests(pl.concat(tests), draws=500, seed=7)
    monkeypatch.setattr(permutation, "SUMS_AT_ONCE", 1000)
    apart = pl.concat([permutation_tests(test, draws=500, seed=7) for test in tests])
    assert together.equals(apart)
    monkeypatch.setattr(permutation, "PRODUCT_AT_ONCE", 5000)
    assert permutation_tests(pl.concat(tests), draws=500, seed=7).equals(apart)
    monkeypatch.setattr(permutation, "LARGEST_EXACT", 1)  # then sums are held in eight bytes
    assert permutation_tests(pl.concat(tests), draws=500, seed=7).equals(apart)


def test_another_seed_is_another_set_of_draws_and_strata_have_their_own():
    random = np.random.default_rng(6)
    values, labels = random.gamma(6, 20, 50), ["ab"[number % 2] for number in range(50)]
    assert one(values, labels, seed=1) == one(values, labels, seed=1)
    p_values = {one(values, labels, seed=seed)["p_value"] for seed in range(4)}
    assert len(p_values) > 1
    first, second = (permutation._permutations(name, 12, 50, 1) for name in ("x", "y"))
    assert (first != second).any()


def test_no_tests_give_no_rows_of_the_same_columns():
    assert permutation_tests(rows([], "")).equals(pl.DataFrame(schema=TESTS))


@st.composite
def comparisons(draw):
    """Some services of two or three models in two strata, with ties."""
    size = draw(st.integers(4, 24))
    values = draw(st.lists(st.integers(0, 12).map(float), min_size=size, max_size=size))
    labels = ["a", "b", *draw(st.lists(st.sampled_from("abc"), min_size=size - 2, max_size=size - 2))]
    strata = draw(st.lists(st.sampled_from("xy"), min_size=size, max_size=size))
    return rows(values, labels, strata)


@settings(max_examples=60)
@given(comparisons(), st.randoms(use_true_random=False))
def test_order_and_names_change_nothing(frame, shuffler):
    found = permutation_tests(frame, draws=99, seed=3)
    order = list(range(frame.height))
    shuffler.shuffle(order)
    assert permutation_tests(frame[order], draws=99, seed=3).equals(found)
    renamed = frame.with_columns(pl.col("label").replace({"a": "z", "b": "a", "c": "k"}))
    assert permutation_tests(renamed, draws=99, seed=3).equals(found)
    scaled = frame.with_columns(1000 + 7 * pl.col("value"))
    assert permutation_tests(scaled, draws=99, seed=3).equals(found)


@settings(max_examples=60)
@given(comparisons())
def test_p_is_a_probability_above_0(frame):
    found = permutation_tests(frame, draws=99, seed=3).row(0, named=True)
    assert found["p_value"] is None or 0 < found["p_value"] <= 1
    assert (found["p_value"] is None) == (found["draws"] == 1)
