"""Funnel plots of proportions and rates, with and without over-dispersion.

Spiegelhalter DJ (2005), Funnel plots for comparing institutional performance, Stat Med 24:1185-1202; over-dispersion
after Spiegelhalter DJ et al (2012), Statistical methods for healthcare regulation, J R Stat Soc A 175:1-47.

What belongs here: target, limits, over-dispersion, positions and the guards. Which units make one funnel is decided in
the warehouse.
"""

import numpy as np
import numpy.typing as npt
import polars as pl

from pipelines.statistics.normal import two_sided_deviate

Numbers = npt.NDArray[np.float64]

LEAST_UNITS = 15
LEAST_EXPECTED = 1.0
WINSORISED = 0.1
"""Share of units at each end whose z is drawn in before over-dispersion is measured."""
LEVELS = {"95": 0.95, "998": 0.998}


def proportion_limits(target: npt.ArrayLike, base: npt.ArrayLike, level: float) -> tuple[Numbers, Numbers]:
    """Limits within which a proportion of `base` lies when the truth is `target`, both between 0 and 1.

    The proportions whose Wilson interval ends at the target: `t -/+ z sqrt(t (1 - t) / n)`, stopped at 0 and 1 (PHE
    technical guide; PHEindicatormethods, phe_funnels).
    """
    t, n = np.asarray(target, np.float64), np.asarray(base, np.float64)
    half = two_sided_deviate(level) * np.sqrt(t * (1 - t) / n)
    return np.clip(t - half, 0, 1), np.clip(t + half, 0, 1)


def rate_limits(target: npt.ArrayLike, base: npt.ArrayLike, level: float) -> tuple[Numbers, Numbers]:
    """The same for a rate of events: a Poisson count has the variance of its expectation, `t -/+ z sqrt(t / n)`."""
    t, n = np.asarray(target, np.float64), np.asarray(base, np.float64)
    half = two_sided_deviate(level) * np.sqrt(t / n)
    return np.clip(t - half, 0, None), t + half


def dispersion(z: npt.ArrayLike) -> float:
    """phi: the mean square of z with WINSORISED of the units drawn in at each end to the nearest z that stays."""
    z = np.asarray(z, np.float64)
    low, high = np.quantile(z, [WINSORISED, 1 - WINSORISED])
    return float(np.mean(np.clip(z, low, high) ** 2))


def additive_variance(phi: float, errors: npt.ArrayLike) -> float:
    """tau²: variance between units beyond chance, from phi; 0 where phi is no more than chance gives.

    `(I phi - (I - 1)) / (sum w - sum w² / sum w)` with w = 1 / s² (DerSimonian R, Laird N, 1986, as in Spiegelhalter).
    """
    w = 1 / np.asarray(errors, np.float64) ** 2
    units = w.size
    if phi <= (units - 1) / units:
        return 0.0
    return max(0.0, float((units * phi - (units - 1)) / (w.sum() - (w**2).sum() / w.sum())))


def funnels(units: pl.DataFrame) -> pl.DataFrame:
    """Every funnel of a table of units.

    A proportion is taken on the scale arcsin sqrt p with error 1 / (2 sqrt n), a rate on the scale sqrt(x / n) with the
    same error; both make the variance the same everywhere. Target = all events over all bases. A funnel is refused
    under LEAST_UNITS units, or where a unit expects fewer than LEAST_EXPECTED events (of a proportion: or non-events).

    Args:
        units: columns funnel_id, observation_id, measure (proportion or rate), unit_base, value, numerator, denominator
            (above 0).

    Returns:
        One row a unit: funnel_id, observation_id; of the funnel units, target, transform, phi, tau_squared,
        is_overdispersed, winsorised_share, refusal_reason; of the unit lower_95, upper_95, lower_998, upper_998,
        adjusted_lower_95 ... adjusted_upper_998 (in the unit of the value), z, adjusted_z, position, adjusted_position.
        Figures are null where refused.
    """
    frame = units.sort("funnel_id", "observation_id")
    sums = frame.group_by("funnel_id", maintain_order=True).agg(
        units=pl.len().cast(pl.Int64), theta=pl.col("numerator").sum() / pl.col("denominator").sum()
    )
    frame = frame.join(sums, on="funnel_id", how="left", maintain_order="left")
    is_proportion = (frame["measure"] == "proportion").to_numpy()
    n, theta, base = (frame[name].to_numpy().astype(np.float64) for name in ("denominator", "theta", "unit_base"))
    share = frame["numerator"].to_numpy().astype(np.float64) / n
    expected = n * np.where(is_proportion, np.minimum(theta, 1 - theta), theta)
    frame = frame.with_columns(expected=pl.Series(expected))
    refusals = _refusals(frame)
    usable = frame.join(refusals, on="funnel_id", how="left", maintain_order="left")["refusal_reason"].is_null()
    rows = usable.to_numpy()

    error = 1 / (2 * np.sqrt(n))
    with np.errstate(invalid="ignore"):
        y, centre = (np.where(is_proportion, np.arcsin(np.sqrt(np.clip(x, 0, 1))), np.sqrt(x)) for x in (share, theta))
    z = (y - centre) / error
    phi, tau_squared = _over_dispersion(frame["funnel_id"], rows, z, error)
    wide = np.sqrt(error**2 + tau_squared)
    found: dict[str, Numbers] = {"z": z, "adjusted_z": (y - centre) / wide}
    for name, level in LEVELS.items():
        lower, upper = (
            np.where(is_proportion, p, r)
            for p, r in zip(
                proportion_limits(np.clip(theta, 0, 1), n, level), rate_limits(theta, n, level), strict=True
            )
        )
        half = two_sided_deviate(level) * wide
        adjusted_lower, adjusted_upper = _back(centre - half, is_proportion), _back(centre + half, is_proportion)
        # Where nothing is added, and on the small units where the two scales part, the wider of both holds.
        is_wide = tau_squared > 0
        found[f"lower_{name}"], found[f"upper_{name}"] = lower * base, upper * base
        found[f"adjusted_lower_{name}"] = np.where(is_wide, np.minimum(adjusted_lower, lower), lower) * base
        found[f"adjusted_upper_{name}"] = np.where(is_wide, np.maximum(adjusted_upper, upper), upper) * base
    found |= {"phi": phi, "tau_squared": tau_squared, "target": theta * base}
    columns = {name: pl.Series(np.where(rows, numbers, np.nan)).fill_nan(None) for name, numbers in found.items()}
    least = (pl.col("units") - 1) / pl.col("units")
    return (
        frame.with_columns(**columns)
        .join(refusals, on="funnel_id", how="left", maintain_order="left")
        .with_columns(
            transform=pl.when(pl.col("measure") == "proportion").then(pl.lit("arcsine_sqrt")).otherwise(pl.lit("sqrt")),
            is_overdispersed=pl.col("phi") > least,
            winsorised_share=pl.when(pl.col("phi").is_not_null()).then(pl.lit(WINSORISED)),
            position=_position(pl.col("value"), "lower", "upper"),
            adjusted_position=_position(pl.col("value"), "adjusted_lower", "adjusted_upper"),
        )
        .drop("theta", "expected", "measure", "unit_base", "value", "numerator", "denominator")
    )


def _refusals(frame: pl.DataFrame) -> pl.DataFrame:
    """Of every funnel why it is not drawn; null where it is."""
    few = pl.col("expected") < LEAST_EXPECTED
    is_proportion, target = (pl.col("measure") == "proportion").first(), pl.col("theta").first()
    return frame.group_by("funnel_id", maintain_order=True).agg(
        refusal_reason=pl.when(pl.len() < LEAST_UNITS)
        .then(pl.format("{} units have a comparable value with counts, at least {} are needed.", pl.len(), LEAST_UNITS))
        .when((target <= 0) | (is_proportion & (target >= 1)))
        .then(pl.lit("No unit differs from another: all of them or none have the event."))
        .when(few.any())
        .then(
            pl.format(
                "{} of {} units expect fewer than one event, or fewer than one non-event: the limits would not hold.",
                few.sum(),
                pl.len(),
            )
        )
    )


def _over_dispersion(
    funnel: pl.Series, rows: npt.NDArray[np.bool_], z: Numbers, error: Numbers
) -> tuple[Numbers, Numbers]:
    """Phi and tau² of the funnel of each row; NaN and 0 where the row is refused. Rows of one funnel lie together."""
    phi, tau_squared = np.full(z.shape, np.nan), np.zeros(z.shape)
    start = 0
    for units in funnel.rle().struct.field("len").to_list() if len(funnel) else ():
        if rows[start]:
            each = slice(start, start + units)
            phi[each] = dispersion(z[each])
            tau_squared[each] = additive_variance(float(phi[start]), error[each])
        start += units
    return phi, tau_squared


def _back(y: Numbers, is_proportion: npt.NDArray[np.bool_]) -> Numbers:
    """From the transformed scale to a share or rate; beyond the end of the scale is its end."""
    return np.where(is_proportion, np.sin(np.clip(y, 0, np.pi / 2)) ** 2, np.clip(y, 0, None) ** 2)


def _position(value: pl.Expr, lower: str, upper: str) -> pl.Expr:
    def beyond(level: str) -> pl.Expr:
        return (value < pl.col(f"{lower}_{level}")) | (value > pl.col(f"{upper}_{level}"))

    return (
        pl.when(beyond("998"))
        .then(pl.lit("outside_998"))
        .when(beyond("95"))
        .then(pl.lit("outside_95"))
        .when(pl.col(f"{lower}_95").is_not_null())
        .then(pl.lit("inside"))
    )
