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

from pipelines.findings.frames import judged_frames
from pipelines.workspace import Thresholds
from sources.catalogue import load_catalogue
from sources.frames import catalogue_frames
from sources.shapes import schema, shapes

# What the real catalogue declares of the world outside: a world of the tests has its own or none.
OF_A_WORLD = {
    "indicators", "indicator_breaks", "identities", "datasets", "published_findings", "finding_recipes",
    "finding_tests", "finding_test_members", "source_conflicts", "source_conflict_subjects",
}  # fmt: skip
CASE_STUDIES = ("case_study_services", "case_study_assertions", "case_study_facts")
LEDGER_SHAPES = ("deliveries", "expected_deliveries", "decisions", "previous_gaps")
LANDED = tuple(shape for shape in shapes() if shape not in LEDGER_SHAPES)
LEARNT = datetime(2025, 3, 1)


@dataclass
class World:
    """Rows by shape, and what the catalogue of this world declares. Every row may leave out what it does not need."""

    rows: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    indicators: list[dict[str, Any]] = field(default_factory=list)
    breaks: list[dict[str, Any]] = field(default_factory=list)
    datasets: list[dict[str, Any]] = field(default_factory=list)
    settings: dict[str, Any] = field(default_factory=dict)
    has_case_studies: bool = False

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
        for table in LEDGER_SHAPES:
            # The gaps of the release before lie in as many files as that release has.
            file = f"{table}/gaps.parquet" if table == "previous_gaps" else f"{table}.parquet"
            _save(_frame(self.rows.get(table, []), dict(schema(table))), folder / "ledger" / file)
        for name, frame in self.catalogue().items():
            _save(frame, folder / "catalogue" / f"{name}.parquet")
        return folder

    def catalogue(self) -> dict[str, pl.DataFrame]:
        """The catalogue's frames: the real vocabularies, this world's indicators and datasets."""
        release = {"release_id": "2025.1", "previous_release_id": None}
        settings = release | Thresholds().model_dump() | {"is_fictional": True} | self.settings
        declared = _declared()
        if not self.has_case_studies:
            declared = declared | {name: declared[name].clear() for name in CASE_STUDIES}
        own = {"indicators": self.indicators, "indicator_breaks": self.breaks, "datasets": self.datasets}
        return (
            declared
            | {name: _frame(rows, dict(declared[name].schema)) for name, rows in own.items()}
            | {"settings": pl.DataFrame([settings], schema_overrides={"previous_release_id": pl.String})}
        )


def _frame(rows: list[dict[str, Any]], columns: dict[str, Any]) -> pl.DataFrame:
    unknown = {name for row in rows for name in row} - set(columns)
    assert not unknown, f"no such column: {unknown}"
    return pl.DataFrame([{name: row.get(name) for name in columns} for row in rows], schema=columns, orient="row")


def _save(frame: pl.DataFrame, path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    frame.write_parquet(path)


@cache
def _declared() -> dict[str, pl.DataFrame]:
    """The frames of the real catalogue: a world shares its vocabularies and none of its indicators or datasets."""
    frames = catalogue_frames(load_catalogue()) | judged_frames(load_catalogue())
    return {name: frame.clear() if name in OF_A_WORLD else frame for name, frame in frames.items()}
