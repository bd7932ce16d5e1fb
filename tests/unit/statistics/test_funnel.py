"""Funnels: published check values, over-dispersion against its formula by hand, guards, positions."""

import numpy as np
import polars as pl
import pytest

from pipelines.statistics import funnel

BASELINE = 0.80642448


@pytest.mark.parametrize(("base", "lower", "upper"), [(1, 3.204264, 100.0), (7, 51.373565, 100.0)])
def test_limits_are_those_of_the_published_check_file(base: int, lower: float, upper: float) -> None:
    low, high = funnel.proportion_limits(BASELINE, base, 0.95)
    assert (100 * low, 100 * high) == (pytest.approx(lower, abs=1e-6), pytest.approx(upper, abs=1e-6))


def test_limits_are_where_a_wilson_interval_ends_at_the_target() -> None:
    from pipelines.statistics.wilson import wilson_limits

    low, high = funnel.proportion_limits(0.3, 200, 0.95)
    assert wilson_limits(low * 200, 200, 0.95)[1] == pytest.approx(0.3)
    assert wilson_limits(high * 200, 200, 0.95)[0] == pytest.approx(0.3)


def test_dispersion_draws_in_a_tenth_at_each_end() -> None:
    z = np.arange(11.0)
    assert funnel.dispersion(z) == pytest.approx(np.mean(np.clip(z, 1, 9) ** 2))
    # A single wild unit does not decide it.
    assert funnel.dispersion(np.r_[np.zeros(20), 1000.0]) == 0


def test_added_variance_by_hand() -> None:
    """Equal errors s: sum w - sum w² / sum w = (I - 1) / s², so tau² = s² (I phi - (I - 1)) / (I - 1)."""
    assert funnel.additive_variance(3.0, np.full(20, 0.1)) == pytest.approx(0.01 * (60 - 19) / 19)
    assert funnel.additive_variance(0.95, np.full(20, 0.1)) == 0


def units(numerators: list[float], base: float | list[float], measure="proportion", name="f") -> pl.DataFrame:
    x = np.array(numerators)
    n = np.broadcast_to(np.array(base, dtype=float), x.shape)
    scale = 100.0 if measure == "proportion" else 1000.0
    return pl.DataFrame({
        "funnel_id": name, "observation_id": [f"{name}{at:03}" for at in range(x.size)], "measure": measure,
        "unit_base": scale, "value": x / n * scale, "numerator": x, "denominator": n,
    })  # fmt: skip


SPREAD = [30.0 + 2 * at for at in range(20)]


def test_a_spread_beyond_chance_widens_the_limits_and_moves_places_inside() -> None:
    found = funnel.funnels(units(SPREAD, 100.0))
    assert found["is_overdispersed"].all()
    assert found["tau_squared"][0] > 0
    assert found["target"][0] == pytest.approx(49.0)
    assert (found["adjusted_lower_95"] < found["lower_95"]).all()
    assert (found["adjusted_upper_998"] > found["upper_998"]).all()
    assert found["position"][0] == "outside_998"
    assert found["adjusted_position"][0] in ("inside", "outside_95")
    assert abs(found["adjusted_z"][0]) < abs(found["z"][0])
    y, centre = np.arcsin(np.sqrt(0.30)), np.arcsin(np.sqrt(0.49))
    assert found["z"][0] == pytest.approx((y - centre) * 2 * np.sqrt(100))


def test_no_spread_beyond_chance_adds_nothing() -> None:
    found = funnel.funnels(units([50.0, 51, 49, 50] * 5, 100.0))
    assert not found["is_overdispersed"].any()
    assert (found["tau_squared"] == 0).all()
    assert (found["adjusted_lower_95"] == found["lower_95"]).all()
    assert set(found["position"]) == {"inside"}


def test_a_rate_has_the_variance_of_a_poisson_count() -> None:
    found = funnel.funnels(units(SPREAD, 10_000.0, "rate"))
    assert found["transform"].unique().to_list() == ["sqrt"]
    target = sum(SPREAD) / (20 * 10_000) * 1000
    assert found["lower_95"][0] == pytest.approx(target - 1.959964 * np.sqrt(target / 1000 / 10_000) * 1000, abs=1e-6)
    assert found["position"][0] == "outside_95"


def test_adjusted_limits_never_lie_inside_the_others() -> None:
    """On seven children the arcsine scale has its lower limit above nought, where the other has it at nought."""
    found = funnel.funnels(units([1.0] * 12 + [2.0] * 6 + [4.0] * 6, 7.0))
    assert found["tau_squared"][0] > 0
    assert set(found["adjusted_lower_95"]) == set(found["lower_95"]) == {0.0}
    for level in ("95", "998"):
        assert (found[f"adjusted_upper_{level}"] >= found[f"upper_{level}"]).all()


@pytest.mark.parametrize(
    ("frame", "why"),
    [
        (units(SPREAD[:14], 100.0), "14 units have a comparable value with counts, at least 15 are needed."),
        (units([2.0] * 19 + [0.0], [100.0] * 19 + [10.0]),
         "1 of 20 units expect fewer than one event, or fewer than one non-event: the limits would not hold."),
        (units([98.0] * 19 + [10.0], [100.0] * 19 + [10.0]),
         "1 of 20 units expect fewer than one event, or fewer than one non-event: the limits would not hold."),
        (units([0.0] * 20, 100.0), "No unit differs from another: all of them or none have the event."),
        (units([100.0] * 20, 100.0), "No unit differs from another: all of them or none have the event."),
    ],
)  # fmt: skip
def test_a_funnel_that_would_mislead_is_refused_with_the_reason(frame: pl.DataFrame, why: str) -> None:
    found = funnel.funnels(frame)
    assert found["refusal_reason"].unique().to_list() == [why]
    for column in ("target", "phi", "tau_squared", "is_overdispersed", "winsorised_share", "lower_95",
                   "adjusted_upper_998", "z", "position", "adjusted_position"):  # fmt: skip
        assert found[column].null_count() == found.height, column


def test_funnels_do_not_mix() -> None:
    frame = pl.concat(
        [units(SPREAD, 100.0), units([50.0, 51, 49, 50] * 5, 100.0, name="g"), units([5.0], 9.0, name="a")]
    )
    found = funnel.funnels(frame.sample(fraction=1, shuffle=True, seed=3))
    alone = funnel.funnels(units(SPREAD, 100.0))
    assert found.filter(funnel_id="f").equals(alone)
    assert found.filter(funnel_id="a")["units"].to_list() == [1]


def test_no_units_give_no_row() -> None:
    assert funnel.funnels(units([5.0], 9.0).clear()).height == 0
