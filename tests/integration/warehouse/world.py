"""Builds a warehouse folder from a few plain rows: what a build would find after intake, without files or readers.

What belongs here: the builder and the catalogue of the tests. What does not: any particular story (see `stories.py`).
"""

from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cache
from hashlib import md5
from pathlib import Path
from typing import Any

import polars as pl
import yaml

from sources.shapes import schema

VOCAB = Path(__file__).resolve().parents[3] / "sources" / "vocab"
LANDED = (
    "observations",
    "authorities",
    "authority_changes",
    "authority_parents",
    "service_memberships",
    "structure_assertions",
    "statistical_neighbours",
    "topic_indicators",
    "quarantined_rows",
    "delivery_warnings",
)
LEDGER = ("deliveries", "expected_deliveries", "decisions")
LEARNT = datetime(2025, 3, 1)
PREVIOUS_GAPS = {"gap_id": pl.String, "opened_in_release": pl.String, "closed_in_release": pl.String}


@dataclass
class World:
    """Rows by shape, and what the catalogue of this world declares. Every row may leave out what it does not need."""

    rows: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    indicators: list[dict[str, Any]] = field(default_factory=list)
    breaks: list[dict[str, Any]] = field(default_factory=list)
    datasets: list[dict[str, Any]] = field(default_factory=list)
    previous_gaps: list[dict[str, Any]] = field(default_factory=list)
    settings: dict[str, Any] = field(default_factory=dict)

    def add(self, shape: str, **columns: Any) -> dict[str, Any]:
        """Add one row, with provenance where the row gives none."""
        defaults = {
            "source_id": "test__register",
            "delivery_id": "D0001",
            "published_at": LEARNT,
            "recorded_at": LEARNT,
            "row": len(self.rows.get(shape, [])) + 2,
        }
        row = {name: value for name, value in defaults.items() if name in schema(shape)} | columns
        self.rows.setdefault(shape, []).append(row)
        return row

    def authority(self, code: str, area_type: str = "authority", **columns: Any) -> None:
        """An area, in force since 2009 unless said otherwise."""
        known = {"area_name": f"Area {code}", "nation": "England", "valid_from": date(2009, 4, 1)}
        self.add("authorities", area_code=code, area_type=area_type, **(known | columns))

    def member(
        self, service: str, code: str, first: date = date(2009, 4, 1), last: date | None = None, **more: Any
    ) -> None:
        """A stated membership."""
        known = {"service_name": service.title(), "nation": "England", "evidence": "Test register",
                 "evidence_date": date(2024, 1, 1)}  # fmt: skip
        self.add("service_memberships", service_id=service, area_code=code, valid_from=first, valid_to=last,
                 **(known | more))  # fmt: skip

    def service(self, service: str, nation: str = "England") -> None:
        """A service with one authority of its own, both in force since 2009."""
        self.authority(f"A-{service}", nation=nation)
        self.member(service, f"A-{service}", nation=nation)

    def claim(self, service: str, model: str, tenure: str = "in_force", **columns: Any) -> str:
        """A structure assertion in yjb_2024; returns its id."""
        known = {
            "typology_id": "yjb_2024", "valid_from": date(2020, 4, 1), "from_precision": "day", "valid_to": None,
            "to_precision": "open", "scope_percent": 100.0, "source": "Plan 2024", "source_date": date(2024, 6, 1),
            "page": "p. 3", "coder": "test", "source_id": "test__structures",
        }  # fmt: skip
        row = (
            {"service_id": service, "service_name": service.title(), "model_id": model, "tenure": tenure}
            | known
            | columns
        )
        row["assertion_id"] = md5(repr(sorted(row.items(), key=str)).encode()).hexdigest()
        self.add("structure_assertions", **row)
        return str(row["assertion_id"])

    def observe(
        self, area: str, value: float | None, *, area_type: str = "youth_justice_service", **columns: Any
    ) -> str:
        """A landed observation of calendar year 2024; returns its id."""
        known = {
            "indicator_id": "steady_percent", "definition_version": "v1", "area_type": area_type, "area_code": area,
            "area_name_as_published": area, "period_start": date(2024, 1, 1), "period_end": date(2024, 12, 31),
            "period_label": "2024", "period_type": "calendar_year", "breakdown_id": "all", "value": value,
            "unit": "percent", "source_id": "test__by_service", "delivery_id": "D0001",
        }  # fmt: skip
        row = known | columns
        row["observation_id"] = md5(
            repr(sorted((k, str(v)) for k, v in row.items() if k != "row")).encode()
        ).hexdigest()
        self.add("observations", **row)
        return str(row["observation_id"])

    def indicator(self, indicator_id: str, **columns: Any) -> None:
        """An indicator definition: a percentage of calendar years in both nations unless said otherwise."""
        known = {
            "indicator_id": indicator_id, "definition_version": "v1",
            "title": indicator_id.replace("_", " ").capitalize(), "counts": "children",
            "counted_by": "residence", "unit": "percent", "unit_label": "per cent",
            "unit_base": 100.0, "decimals": 1, "polarity": "none", "measure": "proportion", "is_additive": False,
            "is_compared": True, "period_type": "calendar_year", "window_months_before": 0, "window_months_after": 0,
            "window_is_verified": True, "window_citation": "test", "nations": "England|Wales", "programme": "context",
            "impact_level": 1, "is_verified": True, "citation": "test",
        }  # fmt: skip
        self.indicators.append(known | columns)

    def write(self, folder: Path) -> Path:
        """Write landed/, ledger/ and catalogue/ as a build expects them; returns the folder."""
        for shape in LANDED:
            frame = _frame(self.rows.get(shape, []), dict(schema(shape)))
            _save(frame.clear(), folder / "landed" / shape / "_empty.parquet")
            for (source, delivery), part in frame.group_by(["source_id", "delivery_id"], maintain_order=True):
                _save(part, folder / "landed" / shape / str(source) / f"{delivery}.parquet")
        for table in LEDGER:
            _save(_frame(self.rows.get(table, []), dict(schema(table))), folder / "ledger" / f"{table}.parquet")
        _save(_frame(self.previous_gaps, PREVIOUS_GAPS), folder / "ledger" / "previous_gaps.parquet")
        for name, frame in self.catalogue().items():
            _save(frame, folder / "catalogue" / f"{name}.parquet")
        return folder

    def catalogue(self) -> dict[str, pl.DataFrame]:
        """The catalogue's frames: the real vocabularies, this world's indicators and datasets."""
        settings = {
            "release_id": "2025.1", "coverage_minimum": 0.70, "group_minimum": 10, "stale_caveat_months": 18,
            "stale_unassigned_months": 36, "small_count": 5, "small_denominator": 30, "is_caveat_used": False,
            "short_lived_months": 12, "is_fictional": True,
        }  # fmt: skip
        return _vocabularies() | {
            "indicators": _frame(self.indicators, INDICATORS),
            "indicator_breaks": _frame(self.breaks, BREAKS),
            "datasets": _frame(self.datasets, DATASETS),
            "published_findings": _frame([], FINDINGS),
            "settings": pl.DataFrame([settings | self.settings]),
        }


def _frame(rows: list[dict[str, Any]], columns: dict[str, Any]) -> pl.DataFrame:
    unknown = {name for row in rows for name in row} - set(columns)
    assert not unknown, f"no such column: {unknown}"
    return pl.DataFrame([{name: row.get(name) for name in columns} for row in rows], schema=columns, orient="row")


def _save(frame: pl.DataFrame, path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    frame.write_parquet(path)


T, N, W, B, D = pl.String, pl.Float64, pl.Int64, pl.Boolean, pl.Date
INDICATORS = {
    "indicator_id": T, "definition_version": T, "title": T, "counts": T, "counted_by": T, "numerator_counts": T,
    "denominator_counts": T, "unit": T, "unit_label": T, "unit_base": N, "decimals": W, "polarity": T, "measure": T,
    "is_additive": B, "is_compared": B, "period_type": T, "window_months_before": W, "window_months_after": W,
    "window_is_verified": B, "window_citation": T, "nations": T, "programme": T,
    "official_number": T,
    "impact_level": W, "companion_indicator_id": T, "companion_definition_version": T,
    "companion_maximum": N, "value_minimum": N,
    "value_maximum": N, "valid_from": D, "valid_to": D, "is_verified": B, "citation": T, "note": T,
}  # fmt: skip
BREAKS = {"indicator_id": T, "definition_version": T, "break_date": D, "title": T, "citation": T, "is_verified": B}
DATASETS = {"source_id": T, "title": T, "publisher": T, "licence": T, "found_at": T, "shape": T, "priority": W,
            "is_fictional": B}  # fmt: skip
FINDINGS = {
    "finding_id": T, "seed": T, "statement": T, "measure": T, "value": N, "value_text": T, "value_type": T, "unit": T,
    "base": T, "period": T, "nation": T, "locator": T, "evidence_type": T, "feasibility": T, "citation": T,
}  # fmt: skip


def _declared(name: str) -> list[dict[str, Any]]:
    return list(yaml.safe_load((VOCAB / f"{name}.yml").read_text(encoding="utf-8")))


@cache
def _vocabularies() -> dict[str, pl.DataFrame]:
    """The vocabularies that the rules depend on, straight from their YAML."""
    kinds = {"kind": T, "title": T, "test": T, "sets_field": T, "sets_value": T, "is_blocking": B, "level": T,
             "detection": T, "rule_version": W, "shows": T, "owner": T, "resolved_by": T, "citation": T}  # fmt: skip
    typologies = _declared("typologies")
    return {
        "area_types": _frame(
            [{"area_type": a["id"], "label": a["label"], "area_level": a["level"]} for a in _declared("area_types")],
            {"area_type": T, "label": T, "area_level": W},
        ),
        "markers": _frame(
            [{"value_marker": m["id"], "label": m["label"], "replaces_value": m["replaces_value"],
              "disclosure_status": m.get("disclosure_status")} for m in _declared("markers")],
            {"value_marker": T, "label": T, "replaces_value": B, "disclosure_status": T},
        ),
        "gap_kinds": _frame([{"rule_version": 1} | kind for kind in _declared("gap_kinds")], kinds),
        "typologies": _frame(
            [{"typology_id": t["id"], "title": t["title"], "valid_from": t["valid_from"], "valid_to": t.get("valid_to"),
              "validity_note": t["validity_note"], "nations": "|".join(t["nations"]), "is_multi_label": False,
              "is_verified": t.get("verified", True), "citation": t["citation"]} for t in typologies],
            {"typology_id": T, "title": T, "valid_from": D, "valid_to": D, "validity_note": T, "nations": T,
             "is_multi_label": B, "is_verified": B, "citation": T},
        ),
        "typology_models": _frame(
            [{"typology_id": t["id"], "model_id": m["id"], "label": m["label"], "model_order": m["order"],
              "definition": m["definition"], "is_assignable": m.get("assignable", True), "citation": m["citation"]}
             for t in typologies for m in t["models"]],
            {"typology_id": T, "model_id": T, "label": T, "model_order": W, "definition": T, "is_assignable": B,
             "citation": T},
        ),
        "typology_crosswalks": _frame(
            [{"from_typology_id": c["from_typology"], "from_model_id": c["from_model"],
              "to_typology_id": c["to_typology"], "to_model_id": c["to_model"], "is_lossy": c.get("lossy", True),
              "note": c["note"], "citation": c["citation"]}
             for c in _declared("typology_crosswalks")],
            {"from_typology_id": T, "from_model_id": T, "to_typology_id": T, "to_model_id": T, "is_lossy": B, "note": T,
             "citation": T},
        ),
    }  # fmt: skip
