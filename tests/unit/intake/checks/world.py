"""A fictional England for checks over a whole delivery, and deliveries written as small tables of judged figures.

A fixture has the columns indicator, type, code, period, value and, where it needs them, breakdown, numerator,
denominator; a value in square brackets is a marker. Everything else of a candidate follows from them.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import polars as pl

from pipelines.intake.checks import Context
from pipelines.intake.keys import group_key, line_key
from pipelines.intake.periods import parse_period
from pipelines.intake.places import Registers
from pipelines.intake.problems import FINDINGS
from sources.catalogue import Catalogue, load_catalogue
from sources.models.indicator import Definition
from sources.shapes import schema

BROKEN = Path(__file__).parents[3] / "fixtures" / "broken" / "checks"
TODAY = date(2026, 11, 22)
ENGLAND = "FICT00ENG"
ENDED = "FE0000041"
REGIONS = [f"FR000000{n}" for n in range(1, 10)]
AUTHORITIES = [f"FE00000{n:02d}" for n in range(1, 41)]
NAMES = {
    ENGLAND: "England", "FE0000001": "Vellow", "FE0000002": "Oxterby", "FE0000003": "Quillmarsh", "FE0000004": "Norrow",
    "FE0000005": "Tarnwick", "FE0000006": "Ashgrave", ENDED: "Old Cumbermoor",
}  # fmt: skip
SERVICES = {
    "vellow_and_oxterby": AUTHORITIES[:2],
    "west_norrow": AUTHORITIES[2:6],
    "tarn_and_fell": AUTHORITIES[6:8],
    **{f"service_{code[-2:]}": [code] for code in AUTHORITIES[8:]},
}


def name_of(code: str) -> str:
    """The invented name of a code."""
    return NAMES.get(code, f"Place {code[-2:]}" if code.startswith("FE") else f"Region {code[-1]}")


def parents() -> pl.DataFrame:
    """Which region each authority lies in, in turn."""
    return pl.DataFrame({
        "child_code": AUTHORITIES, "parent_code": [REGIONS[n % len(REGIONS)] for n in range(len(AUTHORITIES))]
    })  # fmt: skip


def registers(catalogue: Catalogue) -> Registers:
    """The fictional registers: one country, nine regions, forty authorities, one that ended on 31 March 2022."""
    kinds = [
        (ENGLAND, "country"),
        *((c, "region") for c in REGIONS),
        *((c, "authority") for c in [*AUTHORITIES, ENDED]),
    ]
    areas = pl.DataFrame([
        {
            "area_code": code, "area_type": kind, "area_name": name_of(code), "nation": "England",
            "valid_from": date(2009, 1, 1), "valid_to": date(2022, 3, 31) if code == ENDED else None,
            "source_id": "fictional", "row": 1,
        }
        for code, kind in kinds
    ], schema=schema("authorities"))  # fmt: skip
    memberships = pl.DataFrame([
        {
            "service_id": service, "service_name": service, "area_code": code, "nation": "England",
            "valid_from": date(2009, 1, 1), "source_id": "fictional", "row": 1,
        }
        for service, codes in SERVICES.items() for code in codes
    ], schema=schema("service_memberships"))  # fmt: skip
    return Registers(areas, pl.DataFrame(schema=schema("authority_changes")), memberships, catalogue)


def declaring(definition: Definition, indicator: str, catalogue: Catalogue) -> Catalogue:
    """The catalogue with another definition of an indicator's version."""
    was = catalogue.indicators[indicator]
    kept = tuple(definition if d.version == definition.version else d for d in was.definitions)
    return replace(
        catalogue, indicators=catalogue.indicators | {indicator: was.model_copy(update={"definitions": kept})}
    )


def context(
    dataset: str, catalogue: Catalogue | None = None, previous: pl.LazyFrame | None = None,
    aside: pl.DataFrame | None = None,
) -> Context:  # fmt: skip
    """A context in the fictional England."""
    catalogue = catalogue or load_catalogue()
    return Context(
        catalogue.datasets[dataset], catalogue, registers(catalogue), previous,
        pl.DataFrame(schema=FINDINGS) if aside is None else aside, TODAY, parents(),
    )  # fmt: skip


def fixture(rule: str) -> pl.DataFrame:
    """The broken fixture of a rule."""
    return pl.read_csv(BROKEN / f"{rule}.csv", infer_schema=False)


def candidates(rows: pl.DataFrame, dataset: str, catalogue: Catalogue | None = None) -> pl.LazyFrame:
    """Judged figures as candidates of a dataset, in the shape the engine gives."""
    catalogue = catalogue or load_catalogue()
    made = []
    measures = {m.indicator: m for m in catalogue.datasets[dataset].measures}
    for nth, row in enumerate(rows.iter_rows(named=True)):
        measure = measures[row["indicator"]]
        definition = catalogue.definition(measure)
        period = parse_period(row["period"], catalogue.period_types[measure.period_type or definition.period_type])
        assert period is not None, row
        value = row["value"] or ""
        made.append({
            "nth": nth, "indicator_id": row["indicator"], "definition_version": definition.version,
            "measure": definition.measure, "unit": definition.unit, "area_type": row["type"], "area_code": row["code"],
            "area_name_as_published": name_of(row["code"]), "period_start": period.start, "period_end": period.end,
            "period_label": row["period"], "period_type": period.type, "breakdown_id": row.get("breakdown") or "all",
            "numerator": _number(row.get("numerator")), "denominator": _number(row.get("denominator")),
            "value": None if value.startswith("[") else _number(value),
            "value_marker": value.strip("[]") if value.startswith("[") else None,
            "row": nth + 2, "column": "Values",
        })  # fmt: skip
    landed = schema("observations")
    added = ("observation_id", "source_id", "delivery_id", "published_at", "recorded_at", "superseded_at")
    kept = {name: kind for name, kind in landed.items() if name not in added}
    frame = pl.LazyFrame(made, schema={"nth": pl.Int64, "measure": pl.String, **kept})
    return frame.with_columns(line_key(), group_key())


def _number(text: str | None) -> float | None:
    return float(text) if text else None
