"""Made comparisons for the tests of comparison.py and of what it is made of: invented services, no numbers of any."""

import numpy as np
import polars as pl

from pipelines.statistics.comparison import INPUT

MODELS = {"directorate": 41, "portfolio": 37, "umbrella": 27, "delivery": 24}


def used_services(
    values: dict[str, list[float]],
    comparison_id: str = "c",
    strata: str | dict[str, list[str]] = "x",
    **columns: object,
) -> pl.DataFrame:
    """The services of one comparison: values by model, in the order of the typology."""
    rows = [
        {
            "comparison_id": comparison_id,
            "family": "f",
            "service_id": f"{model}_{number:02d}",
            "model_id": model,
            "model_label": model.title(),
            "model_order": order,
            "is_assignable": True,
            "stratum": strata if isinstance(strata, str) else strata[model][number],
            "value": float(value),
            "numerator": float(value),
            "denominator": 1000.0,
            "measure": "rate",
            "unit_base": 1000.0,
        }
        for order, (model, of_model) in enumerate(values.items())
        for number, value in enumerate(of_model)
    ]
    return pl.DataFrame(rows, schema=INPUT).with_columns(**columns).cast(pl.Schema(INPUT))  # type: ignore[arg-type]


def random_values(seed: int, sizes: dict[str, int] | None = None) -> dict[str, list[float]]:
    """Whole values of a right-skewed spread, the same for every model."""
    random = np.random.default_rng(seed)
    return {model: np.rint(random.gamma(6.5, 21, size)).tolist() for model, size in (sizes or MODELS).items()}
