"""Small invented tables, planned for a public build, and an attacker who is told nothing of how the plan was made."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
from scipy.optimize import linprog

from pipelines.disclosure.figures import KEY
from pipelines.disclosure.places import geography
from pipelines.disclosure.plan import Plan
from pipelines.disclosure.proof import Proof, prove
from pipelines.disclosure.redact import _without
from pipelines.disclosure.survey import Survey, survey_of
from pipelines.workspace import Disclosure
from sources.catalogue import load_catalogue
from sources.shapes import schema

OFFENCES = "serious_violence_offences_10_to_17"
"""A count of the catalogue: drugs + robbery + violence = all, aged 10 to 15 + aged 16 to 17 = all."""
PARTS = ("offence_drugs", "offence_robbery", "offence_violence")
AGES = ("age_10_to_15", "age_16_to_17")

Cell = Mapping[str, Any]


def cell(number: float | None, breakdown: str = "all", area: str = "vellow", **more: Any) -> dict[str, Any]:
    """A landed count of a service in the first quarter of 2024."""
    return {
        "indicator_id": OFFENCES, "definition_version": "end_of_order", "area_type": "youth_justice_service",
        "area_code": area, "period_start": date(2024, 1, 1), "period_end": date(2024, 3, 31),
        "period_type": "financial_quarter", "breakdown_id": breakdown, "value": number, "unit": "offences",
        "source_id": "invented__counts", "delivery_id": "D000001", "recorded_at": datetime(2024, 5, 1),
        **more,
    }  # fmt: skip


def share(numerator: float | None, denominator: float | None, **more: Any) -> dict[str, Any]:
    """A landed percentage with its counts."""
    value = 100 * numerator / denominator if numerator is not None and denominator else None
    known = {
        "indicator_id": "suitable_accommodation_at_release_percent", "numerator": numerator,
        "denominator": denominator, "unit": "percent",
    }  # fmt: skip
    return cell(value, **(known | more))


def frame(cells: Iterable[Cell]) -> pl.DataFrame:
    """Landed observations."""
    columns = schema("observations")
    return pl.DataFrame([{name: row.get(name) for name in columns} for row in cells], schema=columns, orient="row")


@dataclass(frozen=True)
class Planned:
    """A table, what is hidden of it, and what a public build would land."""

    rows: pl.DataFrame
    found: Survey
    plan: Plan
    public: pl.DataFrame
    proof: Proof

    def why(self, **key: Any) -> str | None:
        """Why the row of this key is hidden; None when it is open."""
        rows = self.plan.hidden.filter(*(pl.col(name) == value for name, value in key.items()))
        return rows["why"][0] if rows.height else None

    def hidden(self) -> set[tuple[str, str]]:
        """Area and breakdown of the hidden rows."""
        return set(self.plan.hidden.select("area_code", "breakdown_id").rows())


def planned(cells: Iterable[Cell], disclosure: Disclosure | None = None, landed: Path = Path("nowhere")) -> Planned:
    """Plan a table; `landed` holds the registers where areas add up to others."""
    rows, rule, catalogue = frame(cells), disclosure or Disclosure(), load_catalogue()
    declared = _declared()
    survey = survey_of(rows, declared, geography(landed), catalogue, rule)
    public = _without(rows, survey.plan.hidden)
    return Planned(rows, survey, survey.plan, public, prove(survey, rule, public))


@cache
def _declared() -> pl.DataFrame:
    catalogue = load_catalogue()
    return pl.DataFrame(
        [
            (indicator.id, definition.version, definition.measure, catalogue.units[definition.unit].base)
            for indicator in catalogue.indicators.values()
            for definition in indicator.definitions
        ],
        schema={"indicator_id": pl.String, "definition_version": pl.String, "measure": pl.String,
                "unit_base": pl.Float64},
        orient="row",
    )  # fmt: skip


def bounds(
    public: pl.DataFrame, sums: Iterable[tuple[Cell, Iterable[Cell]]], target: Cell
) -> tuple[float, float | None]:
    """What an attacker learns of one cell from the open rows and the sums they know of (a whole, its parts).

    Written apart from the audit: one linear programme over every cell, nothing put in by hand.
    """
    keys = {_key(row): n for n, row in enumerate(public.unique(KEY, maintain_order=True).iter_rows(named=True))}
    open_ = {
        _key(row): row["value"] if row["numerator"] is None else row["numerator"]
        for row in public.iter_rows(named=True)
        if row["value"] is not None or row["numerator"] is not None
    }
    equations, right = [], []
    for whole, parts in sums:
        line = np.zeros(len(keys))
        line[keys[_key(whole)]] -= 1
        for part in parts:
            line[keys[_key(part)]] += 1
        equations.append(line)
        right.append(0.0)
    for key, number in open_.items():
        line = np.zeros(len(keys))
        line[keys[key]] = 1
        equations.append(line)
        right.append(number)
    cost = np.zeros(len(keys))
    cost[keys[_key(target)]] = 1
    least = linprog(cost, A_eq=np.array(equations), b_eq=right, bounds=(0, None))
    most = linprog(-cost, A_eq=np.array(equations), b_eq=right, bounds=(0, None))
    return float(least.fun), None if most.status == 3 else -float(most.fun)


def _key(row: Cell) -> tuple[Any, ...]:
    return tuple(row[name] for name in KEY)


def spans(found: tuple[float, float | None], threshold: int = 5) -> bool:
    """Whether nought and the threshold are both possible."""
    return found[0] <= 1e-6 and (found[1] is None or found[1] >= threshold - 1e-6)
