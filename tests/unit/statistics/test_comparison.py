"""What a comparison of structural models says, refuses and leaves unsaid."""

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipelines.statistics.comparison import INPUT, PAIRS, compare, compare_with
from tests.unit.statistics.compared import random_values, used_services

FRAMES = ("models", "services", "tests", "pairs", "strata", "leave_one_out")
DRAWS = 199


def compared(frame: pl.DataFrame, **settings_: int):
    return compare(frame, **{"draws": DRAWS, "minimum": 5, **settings_})


def outcome(frame: pl.DataFrame) -> dict:
    return compared(frame).tests.row(0, named=True)


SMALL = {"alpha": [10, 12, 14, 16, 18], "beta": [20, 22, 24, 26, 28], "gamma": [11, 13, 15, 17, 19, 21]}


def test_models_that_are_too_small_or_cannot_be_assigned_get_estimands_and_no_test():
    frame = pl.concat(
        [
            used_services(SMALL),
            used_services({"delta": [90, 91, 92]}),
            used_services({"other": [1, 2, 3, 4, 5, 6]}, is_assignable=pl.lit(False)),
        ]
    )
    result = compared(frame)
    assert result.models["model_id"].to_list() == ["alpha", "beta", "delta", "gamma", "other"]
    assert result.models["median"].to_list() == [14, 24, 91, 16, 3.5]
    tests = result.tests.row(0, named=True)
    assert (tests["models_tested"], tests["services_tested"], tests["pairs_tested"]) == (3, 16, 3)
    alone = compared(used_services(SMALL))
    assert result.pairs.equals(alone.pairs)
    assert tests["p_value"] == alone.tests["p_value"][0]


def test_pairs_stand_in_the_order_of_the_typology():
    result = compared(used_services({"gamma": SMALL["gamma"], "alpha": SMALL["alpha"], "beta": SMALL["beta"]}))
    assert result.pairs.select("model_a", "model_b").rows() == [
        ("gamma", "alpha"),
        ("gamma", "beta"),
        ("alpha", "beta"),
    ]
    assert result.pairs.columns == PAIRS
    last = result.pairs.row(2, named=True)
    assert (last["difference_typical"], last["difference_mean"], last["services_a"]) == (-10, -10, 5)


def test_one_model_left_is_not_tested_and_says_why():
    tests = outcome(used_services({"alpha": [1, 2, 3, 4, 5], "beta": [1, 2]}))
    assert (
        tests["p_value"] is tests["q_value"] is tests["statistic"] is tests["draws"] is tests["spread_within"] is None
    )
    assert tests["not_tested_reason"] == "Fewer than two structural models have at least 5 services."
    assert (tests["claim_level"], tests["tests_in_family"], tests["is_simpson_warning"]) == (1, 0, False)


def test_models_that_share_no_class_cannot_be_exchanged():
    result = compared(
        used_services({k: SMALL[k] for k in ("alpha", "beta")}, strata={"alpha": ["x"] * 5, "beta": ["y"] * 5})
    )
    tests = result.tests.row(0, named=True)
    assert tests["p_value"] is None
    assert tests["not_tested_reason"].startswith("No nation and authority class holds")
    assert result.pairs["p_adjusted"].to_list() == [None]
    assert result.pairs["difference_typical"].to_list() == [-10]
    assert tests["pairs_tested"] == 0


def test_a_stratum_that_is_not_known_is_one_of_its_own():
    frame = used_services(SMALL).with_columns(
        pl.when(pl.col("service_id").str.ends_with("00")).then(None).otherwise("stratum").alias("stratum")
    )
    result = compared(frame)
    assert result.tests["strata"][0] == 2
    assert "not known" in result.strata["stratum"].to_list()


def test_q_values_belong_to_a_family_and_set_the_claim_level():
    far = {"alpha": list(range(20)), "beta": list(range(100, 120))}
    frame = pl.concat(
        [used_services(far, "apart")]
        + [used_services(random_values(seed, {"alpha": 20, "beta": 20}), f"random{seed}") for seed in range(3)]
        + [used_services(far, "elsewhere", family=pl.lit("g"))]
    )
    tests = compared(frame).tests
    one = {row["comparison_id"]: row for row in tests.iter_rows(named=True)}
    assert one["apart"]["p_value"] == one["elsewhere"]["p_value"] == 1 / (DRAWS + 1)
    assert (one["apart"]["tests_in_family"], one["elsewhere"]["tests_in_family"]) == (4, 1)
    assert one["apart"]["q_value"] == pytest.approx(4 / (DRAWS + 1))
    assert one["elsewhere"]["q_value"] == pytest.approx(1 / (DRAWS + 1))
    assert one["apart"]["claim_level"] == 2
    assert one["random0"]["claim_level"] == 1
    assert one["random0"]["q_value"] > 0.05


def test_everything_needed_to_recompute_a_test_is_stored():
    frame = used_services(random_values(1))
    tests = compared(frame, seed=77).tests.row(0, named=True)
    assert (tests["seed"], tests["draws"], tests["is_exact"]) == (77, DRAWS, False)
    again = compare(frame, draws=tests["draws"], seed=tests["seed"], minimum=5).tests
    assert again.row(0, named=True) == tests


def test_every_group_of_a_stratum_is_described():
    frame = used_services({"alpha": range(7), "beta": range(7)}, strata={"alpha": [*"xxxxxyy"], "beta": [*"xxxxxxx"]})
    assert compared(frame).strata.select("model_id", "stratum", "services", "median", "pooled_value").rows() == [
        ("alpha", "x", 5, 2.0, 2.0),
        ("alpha", "y", 2, 5.5, 5.5),
        ("beta", "x", 7, 3.0, 3.0),
    ]


def test_a_service_that_stands_twice_is_an_error():
    frame = used_services(SMALL)
    with pytest.raises(ValueError, match="Service alpha_00 stands in comparison c more than once"):
        compare(pl.concat([frame, frame.head(1).with_columns(pl.lit("beta").alias("model_id"))]))


def test_no_services_give_frames_of_the_same_columns():
    empty, full = compare(pl.DataFrame(schema=INPUT)), compared(used_services(SMALL))
    for name in FRAMES:
        assert getattr(empty, name).height == 0
        assert getattr(empty, name).schema == getattr(full, name).schema, name


def test_counts_that_are_missing_leave_the_typical_service():
    frame = used_services(SMALL, numerator=pl.lit(None))
    result = compared(frame)
    assert result.models["pooled_value"].null_count() == result.models["random_effects_mean"].null_count() == 3
    assert result.models["median"].null_count() == 0
    assert result.pairs["difference_pooled"].null_count() == 3
    assert not result.pairs["estimands_disagree"].any()
    assert result.tests["p_value"].null_count() == 0
    assert result.services["stabilised_value"].null_count() == frame.height


# --------------------------------------------------------------------------------------------- what must change nothing


@settings(max_examples=6)
@given(st.integers(0, 1000), st.randoms(use_true_random=False))
def test_order_of_rows_and_company_change_nothing(seed, shuffler):
    sizes = {"alpha": 6, "beta": 8, "gamma": 5}
    frames = [used_services(random_values(seed + place, sizes), f"c{place}") for place in range(2)]
    together = pl.concat(frames)
    order = list(range(together.height))
    shuffler.shuffle(order)
    whole, shuffled, alone = (
        compared(together, draws=49),
        compared(together[order], draws=49),
        compared(frames[1], draws=49),
    )
    for name in FRAMES:
        keys = [
            column
            for column in getattr(whole, name).columns
            if column.endswith(("_id", "model_a", "model_b", "stratum"))
        ]
        numbers = {"check_exact": False, "rel_tol": 1e-12}
        assert_same(getattr(whole, name).sort(keys), getattr(shuffled, name).sort(keys), **numbers)
        mine = getattr(whole, name).filter(pl.col("comparison_id") == "c1")
        apart = [column for column in mine.columns if column not in ("q_value", "tests_in_family", "claim_level")]
        assert_same(mine.select(apart), getattr(alone, name).select(apart), **numbers)


def assert_same(left: pl.DataFrame, right: pl.DataFrame, **how: object) -> None:
    from polars.testing import assert_frame_equal

    assert_frame_equal(left, right, **how)


def test_other_names_of_models_change_no_number():
    frame = used_services(random_values(4, {"alpha": 12, "beta": 15, "gamma": 9}))
    names = {"alpha": "zeta", "beta": "alpha", "gamma": "beta"}
    renamed = compared(frame.with_columns(pl.col("model_id").replace(names)))
    plain = compared(frame)
    # Sums of another order differ in their last bit; draws do not differ at all.
    assert_same(renamed.tests.drop("simpson_note"), plain.tests.drop("simpson_note"), rel_tol=1e-12)
    assert_same(renamed.pairs.drop("model_a", "model_b"), plain.pairs.drop("model_a", "model_b"), rel_tol=1e-12)
    assert renamed.tests["p_value"].equals(plain.tests["p_value"])
    assert renamed.pairs["p_adjusted"].equals(plain.pairs["p_adjusted"])


# ----------------------------------------------------------------------------------------------------- contested labels


def alternatives(model: str, *, service: str = "contested", value: float = 40.0) -> pl.DataFrame:
    one = used_services({model: [value]}, service_id=pl.lit(service))
    return one.select(*INPUT, pl.lit(f"contested:{service}:{model}").alias("variant"))


def test_a_contested_service_is_counted_under_each_model_in_turn():
    base = used_services(SMALL)
    both = pl.concat([alternatives("alpha"), alternatives("beta")])
    found = compare_with(base, both, draws=DRAWS, minimum=5)
    assert found.select("variant", "model_id", "services").rows() == [
        ("contested:contested:alpha", "alpha", 6),
        ("contested:contested:alpha", "beta", 5),
        ("contested:contested:alpha", "gamma", 6),
        ("contested:contested:beta", "alpha", 5),
        ("contested:contested:beta", "beta", 6),
        ("contested:contested:beta", "gamma", 6),
    ]
    by_hand = compared(pl.concat([base, alternatives("beta").drop("variant")]))
    under_beta = found.filter(pl.col("variant").str.ends_with("beta"))
    assert under_beta["p_value"].unique().to_list() == by_hand.tests["p_value"].to_list()
    assert under_beta["pooled_value"].to_list() == by_hand.models["pooled_value"].to_list()
    assert under_beta["median"].to_list() == [14, 25, 16]


def test_ids_come_back_whole():
    name = "first:of/many|c"
    base, other = used_services(SMALL, name), alternatives("alpha").with_columns(pl.lit(name).alias("comparison_id"))
    found = compare_with(base, other, draws=DRAWS, minimum=5)
    assert found.select("comparison_id", "variant").unique().rows() == [(name, "contested:contested:alpha")]


def test_a_service_used_already_is_moved_and_not_doubled():
    found = compare_with(used_services(SMALL), alternatives("beta", service="alpha_00"), draws=DRAWS, minimum=5)
    assert found["services"].to_list() == [4, 6, 6]


def test_a_comparison_without_alternatives_is_not_told_again():
    base = pl.concat([used_services(SMALL), used_services(SMALL, "other")])
    assert compare_with(base, alternatives("alpha"), draws=DRAWS, minimum=5)["comparison_id"].unique().to_list() == [
        "c"
    ]
    assert compare_with(base, alternatives("alpha").clear(), draws=DRAWS).height == 0


def test_a_contested_service_may_bring_a_model_up_to_the_minimum():
    base = used_services({"alpha": [1, 2, 3, 4], "beta": [5, 6, 7, 8, 9]})
    found = compare_with(base, alternatives("alpha"), draws=DRAWS, minimum=5)
    assert compared(base).tests["p_value"].to_list() == [None]
    assert np.isfinite(found["p_value"].to_list()).all()
