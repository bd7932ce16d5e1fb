"""The parts of a comparison beside its test: estimands, spread, adjustment, sensitivity, shrinkage, multiplicity."""

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from statsmodels.stats.multitest import multipletests

from pipelines.statistics.adjustment import adjusted_means
from pipelines.statistics.comparison import compare
from pipelines.statistics.detectable import detectable_difference, shared_services
from pipelines.statistics.estimands import estimands
from pipelines.statistics.multiplicity import benjamini_hochberg, holm
from pipelines.statistics.sensitivity import leave_one_out
from pipelines.statistics.shrinkage import stabilised
from pipelines.statistics.spread import spread
from tests.unit.statistics.compared import random_values, used_services

KEY = ["comparison_id", "model_id"]


def row(frame: pl.DataFrame, **where: object) -> dict:
    return frame.row(
        by_predicate=pl.all_horizontal(*(pl.col(name) == value for name, value in where.items())), named=True
    )


# ------------------------------------------------------------------------------------------------------------ estimands


def test_large_services_decide_the_pooled_value_and_no_other():
    frame = used_services({"alpha": [10, 20, 90]}).with_columns(denominator=pl.Series([100.0, 100, 9000]))
    frame = frame.with_columns(numerator=pl.col("value") * pl.col("denominator") / 1000)
    got = estimands(frame, KEY).row(0, named=True)
    assert (got["median"], got["mean"]) == (20, 40)
    assert got["pooled_value"] == pytest.approx(1000 * (1 + 2 + 810) / 9200)


@pytest.mark.parametrize(
    "gone",
    [
        pytest.param({"numerator": pl.Series([1.0, None])}, id="numerator missing"),
        pytest.param({"denominator": pl.Series([1.0, None])}, id="denominator missing"),
        pytest.param({"denominator": pl.lit(0.0)}, id="nobody"),
        pytest.param({"unit_base": pl.lit(None, dtype=pl.Float64)}, id="no unit base"),
    ],
)
def test_nothing_is_pooled_without_every_count(gone):
    got = estimands(used_services({"alpha": [1, 2]}).with_columns(**gone), KEY).row(0, named=True)
    assert (got["pooled_value"], got["median"]) == (None, 1.5)


def test_the_warning_names_both_directions():
    """The large services of alpha are high and its typical service is low."""
    frame = used_services({"alpha": [10, 11, 12, 13, 50], "beta": [20, 21, 22, 23, 24]}).with_columns(
        denominator=pl.when(pl.col("service_id") == "alpha_04").then(100_000.0).otherwise(1000.0)
    )
    frame = frame.with_columns(numerator=pl.col("value") * pl.col("denominator") / 1000)
    result = compare(frame, draws=99, minimum=5)
    assert result.pairs["estimands_disagree"].to_list() == [True]
    tests = result.tests.row(0, named=True)
    assert tests["is_simpson_warning"]
    assert tests["simpson_note"] == (
        "The typical service and all children pooled point in opposite directions, since large services count for more "
        "when children are pooled: Alpha against Beta, typical service 12.0 against 22.0, pooled 48.5 against 22.0."
    )
    agreed = compare(used_services({"alpha": range(5), "beta": range(7, 12)}), draws=99, minimum=5)
    assert not agreed.pairs["estimands_disagree"].any()
    assert agreed.tests["simpson_note"].to_list() == [None]


# ------------------------------------------------------------------------------------------------ spread and adjustment


def test_spread_equals_the_analysis_of_variance():
    from scipy.stats import f_oneway

    values = random_values(8)
    got = spread(used_services(values)).row(0, named=True)
    n, k = sum(map(len, values.values())), len(values)
    within = sum((len(of) - 1) * np.var(of, ddof=1) for of in values.values())
    assert got["spread_within"] == pytest.approx(np.sqrt(within / (n - k)))
    between = got["spread_between"] ** 2 * n
    assert between / (k - 1) / (within / (n - k)) == pytest.approx(f_oneway(*values.values()).statistic)
    assert got["share_between"] == pytest.approx(between / (between + within))
    assert got["share_between_corrected"] == pytest.approx(
        max(0, 1 - within / (n - k) / ((between + within) / (n - 1)))
    )


def test_labels_at_random_leave_nothing_between_models_on_average():
    frames = pl.concat([used_services(random_values(seed), f"c{seed:03d}") for seed in range(200)])
    got = spread(frames)
    assert got["share_between"].mean() == pytest.approx(3 / 128, abs=0.004)
    assert got["share_between_corrected"].min() == 0


def test_spread_of_equal_services_and_of_one_each():
    got = spread(used_services({"alpha": [3, 3], "beta": [3, 3]})).row(0, named=True)
    assert (got["spread_between"], got["spread_within"], got["share_between"]) == (0, 0, None)
    got = spread(used_services({"alpha": [3], "beta": [4]})).row(0, named=True)
    assert set(got.values()) == {"c", None}


def test_adjustment_takes_the_class_mix_out():
    """In each class alpha is 10 above beta; alpha has most of its services in the lower class."""
    frame = used_services(
        {"alpha": [30, 30, 30, 110], "beta": [20, 100, 100, 100]},
        strata={"alpha": [*"xxxy"], "beta": [*"xyyy"]},
    )
    assert estimands(frame, KEY)["mean"].to_list() == [50, 80]
    got = adjusted_means(frame)
    assert got["adjusted_mean"].to_list() == pytest.approx([70, 60])
    assert got["adjusted_strata"].to_list() == [2, 2]


def test_adjustment_is_refused_where_a_model_lacks_a_class_that_others_share():
    frame = used_services(
        {"alpha": [30, 110], "beta": [20, 100], "gamma": [5, 6], "delta": [7, 8]},
        strata={"alpha": [*"xy"], "beta": [*"xy"], "gamma": [*"xx"], "delta": [*"xz"]},
    )
    got = adjusted_means(frame)
    assert row(got, model_id="alpha")["adjusted_mean"] == pytest.approx((30 * 5 + 110 * 2) / 7)
    assert row(got, model_id="gamma")["adjusted_mean"] is row(got, model_id="delta")["adjusted_mean"] is None
    # The class z is of one model only: it compares nothing and is in no mix.
    assert got.sort("model_id")["adjusted_strata"].to_list() == [2, 2, 1, 1]


# ---------------------------------------------------------------------------------------------------------- sensitivity


@given(st.lists(st.tuples(st.integers(0, 9), st.integers(1, 5)), min_size=2, max_size=9))
def test_leaving_one_out_equals_leaving_each_out(services):
    values, sizes = np.array(services, dtype=float).T
    frame = used_services({"alpha": values.tolist()}).with_columns(
        numerator=pl.col("value"), denominator=pl.Series(sizes)
    )
    got = leave_one_out(frame).row(0, named=True)
    without = [np.delete(values, place) for place in range(len(values))]
    left = [np.delete(sizes, place) for place in range(len(values))]
    pooled = np.array([1000 * v.sum() / n.sum() for v, n in zip(without, left, strict=True)])
    for name, found in {
        "median": [np.median(v) for v in without],
        "mean": [v.mean() for v in without],
        "pooled": pooled,
    }.items():
        assert (got[f"{name}_low"], got[f"{name}_high"]) == pytest.approx((min(found), max(found)))
    moves = np.abs(pooled - 1000 * values.sum() / sizes.sum())
    assert moves[int(got["most_moving_service"][-2:])] == pytest.approx(moves.max())


def test_without_counts_the_mean_says_which_service_moves_most():
    frame = used_services({"alpha": [1, 2, 30], "beta": [5]}, numerator=pl.lit(None))
    got = leave_one_out(frame)
    assert got["model_id"].to_list() == ["alpha"]
    assert (got["most_moving_service"][0], got["pooled_low"][0]) == ("alpha_02", None)


def test_nothing_is_pooled_where_leaving_one_out_leaves_nobody():
    frame = used_services({"alpha": [1, 2]}).with_columns(denominator=pl.Series([0.0, 5.0]))
    got = leave_one_out(frame).row(0, named=True)
    assert (got["pooled_low"], got["pooled_high"], got["mean_high"]) == (None, None, 2)


# ------------------------------------------------------------------------------------------------------------ shrinkage


def stabilised_values(measure: str, counts: list[tuple[float | None, float]]) -> list[float | None]:
    frame = used_services({"alpha": [0] * len(counts)}, measure=pl.lit(measure), unit_base=pl.lit(1.0)).with_columns(
        numerator=pl.Series([x for x, _ in counts], dtype=pl.Float64),
        denominator=pl.Series([float(n) for _, n in counts]),
    )
    return stabilised(frame)["stabilised_value"].to_list()


def test_a_rate_of_few_events_is_drawn_further():
    counts = [(2, 100), (50, 1000), (300, 3000), (5, 100), (90, 1000)]
    got, m = stabilised_values("rate", counts), 447 / 5200
    x, n = np.array(counts, dtype=float).T
    apart = ((n * (x / n - m) ** 2).sum() - 4 * m) / (n.sum() - (n**2).sum() / n.sum())
    # The gamma prior's mean is m and its variance `apart`.
    shape, scale = m**2 / apart, m / apart
    assert got == pytest.approx(((x + shape) / (n + scale)).tolist())
    kept = [(new - m) / (old - m) for new, old in zip(got, x / n, strict=True)]
    assert kept[0] < kept[1] < kept[2] < 1


def test_a_proportion_is_the_mean_of_its_beta():
    counts = [(1, 20), (60, 100), (30, 40), (10, 50), (55, 200)]
    x, n = np.array(counts, dtype=float).T
    m = x.sum() / n.sum()
    noise = m * (1 - m)
    apart = ((n * (x / n - m) ** 2).sum() - 4 * noise) / ((n - 1) * (1 - n / n.sum())).sum()
    size = noise / apart - 1  # alpha + beta of the prior
    assert stabilised_values("proportion", counts) == pytest.approx(((x + size * m) / (n + size)).tolist())


def test_no_spread_beyond_noise_gives_every_service_the_whole():
    got = stabilised_values("rate", [(10, 100), (20, 200), (31, 300)])
    assert got == pytest.approx([61 / 600] * 3)


def test_the_moments_find_the_spread_that_was_planted():
    """Drawn in by what the moments find, services are as close to the truth as by the prior itself, within 5%."""
    random = np.random.default_rng(11)
    frames, truth = [], []
    for number in range(150):
        rates = random.gamma(9, 0.01, 40)
        n = random.integers(50, 2000, 40)
        counts = random.poisson(rates * n)
        truth.append(rates)
        frames.append(
            used_services({"alpha": [0] * 40}, f"c{number:03d}", unit_base=pl.lit(1.0)).with_columns(
                numerator=pl.Series(counts).cast(pl.Float64), denominator=pl.Series(n).cast(pl.Float64)
            )
        )
    frame = pl.concat(frames)
    raw = (frame["numerator"] / frame["denominator"]).to_numpy() - np.concatenate(truth)
    drawn = stabilised(frame)["stabilised_value"].to_numpy() - np.concatenate(truth)
    counts, exposures = frame["numerator"].to_numpy(), frame["denominator"].to_numpy()
    best = (counts + 9) / (exposures + 100) - np.concatenate(truth)  # with the prior that was planted
    assert (drawn**2).mean() < 1.05 * (best**2).mean() < 0.8 * (raw**2).mean()


@pytest.mark.parametrize(
    ("measure", "counts"),
    [
        ("count", [(1, 10), (2, 20), (3, 10)]),
        ("ratio", [(1, 10), (2, 20), (3, 10)]),
        ("rate", [(1, 10), (2, 20)]),
        ("rate", [(1, 10), (2, 20), (None, 10)]),
        ("proportion", [(1, 10), (2, 20), (11, 10)]),
    ],
)
def test_what_cannot_be_stabilised_is_null(measure, counts):
    assert stabilised_values(measure, counts) == [None] * len(counts)


# ------------------------------------------------------------------------------------ multiplicity and what can be seen


p_values = st.lists(st.none() | st.floats(1e-6, 1), min_size=1, max_size=8)


@settings(max_examples=12)  # statsmodels collects garbage at every Holm
@given(st.lists(p_values, min_size=1, max_size=4))
def test_adjusted_p_values_equal_statsmodels(families):
    frame = pl.DataFrame(
        [(f"f{number}", p) for number, family in enumerate(families) for p in family],
        schema={"family": pl.String, "p_value": pl.Float64},
        orient="row",
    )
    for ours, method in ((holm, "holm"), (benjamini_hochberg, "fdr_bh")):
        expected = []
        for family in families:
            tested = [p for p in family if p is not None]
            adjusted = iter(multipletests(tested, method=method)[1]) if tested else iter(())
            expected += [None if p is None else next(adjusted) for p in family]
        got = ours(frame, "family").to_list()
        assert [p is None for p in got] == [p is None for p in expected]
        assert [p for p in got if p is not None] == pytest.approx([p for p in expected if p is not None], rel=1e-12)


@pytest.mark.parametrize(
    ("services_a", "services_b", "difference", "of_six"), [(41, 37, 34, 42), (41, 24, 38, 48), (27, 24, 42, 52)]
)
def test_detectable_differences_of_methods_2_4(services_a, services_b, difference, of_six):
    shared = shared_services(services_a, services_b)
    assert round(float(detectable_difference(53.4, shared))) == difference
    assert round(float(detectable_difference(53.4, shared, tests=6))) == of_six


def test_pairs_state_what_their_own_spread_lets_them_see():
    result = compare(used_services(random_values(9)), draws=99)
    pair = row(result.pairs, model_a="umbrella", model_b="delivery")
    within, shared = result.tests["spread_within"][0], shared_services(27, 24)
    assert pair["detectable_difference"] == pytest.approx(float(detectable_difference(within, shared)))
    assert pair["detectable_difference_adjusted"] == pytest.approx(
        float(detectable_difference(within, shared, tests=6))
    )


def test_models_in_different_classes_can_tell_less_of_each_other():
    values = {"alpha": range(10), "beta": range(10)}
    even, uneven, apart = (
        compare(used_services(values, strata={"alpha": [*alpha], "beta": [*"xxxxxyyyyy"]}), draws=99).pairs
        for alpha in ("xxxxxyyyyy", "xxxxxxxxxy", "zzzzzzzzzz")
    )
    assert even["detectable_difference"][0] < uneven["detectable_difference"][0]
    told = 9 * 5 / 14 + 1 * 5 / 6
    ratio = uneven["detectable_difference"][0] / even["detectable_difference"][0]
    assert ratio == pytest.approx(np.sqrt(float(shared_services(10, 10)) / told))
    assert apart["detectable_difference"].to_list() == [None]
