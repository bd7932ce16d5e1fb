"""What the oracle may look at: a world's own rows and the vocabularies of the catalogue, and nothing that SQL made."""

from collections import defaultdict
from collections.abc import Callable, Iterable
from datetime import date
from functools import cache, cached_property
from typing import Any

from sources.shapes import schema
from tests.integration.warehouse.world import World

Row = dict[str, Any]
LAST = 1000


@cache
def vocabulary() -> dict[str, list[Row]]:
    """What every world shares: the real catalogue's vocabularies and the thresholds a user starts with."""
    names = ("settings", "typologies", "typology_models", "markers", "area_types", "gap_kinds")
    frames = World().catalogue()
    return {name: frames[name].to_dicts() for name in names}


class Facts:
    """One world, ready to be judged."""

    def __init__(self, world: World) -> None:
        self.world = world
        shared = vocabulary()
        self.settings: Row = shared["settings"][0] | world.settings
        self.typologies: dict[str, Row] = {row["typology_id"]: row for row in shared["typologies"]}
        self.models: dict[tuple[str, str], Row] = {
            (row["typology_id"], row["model_id"]): row for row in shared["typology_models"]
        }
        self.disclosure: dict[str, str] = {row["value_marker"]: row["disclosure_status"] for row in shared["markers"]}
        self.area_levels: dict[str, int] = {row["area_type"]: row["area_level"] for row in shared["area_types"]}
        self.kinds: dict[str, Row] = {row["kind"]: row for row in shared["gap_kinds"]}
        self.indicators: dict[tuple[str, str], Row] = {
            (row["indicator_id"], row["definition_version"]): defaultdict(lambda: None, row) for row in world.indicators
        }
        self.breaks: list[Row] = world.breaks
        self._priorities = {row["source_id"]: row["priority"] for row in world.datasets}
        self._rows: dict[str, list[Row]] = {}
        self._standing: dict[tuple[str, tuple[str, ...]], list[Row]] = {}

    def rows(self, shape: str) -> list[Row]:
        """Every row of a shape, with null for what it leaves out."""
        if shape not in self._rows:
            columns = schema(shape)
            self._rows[shape] = [{name: row.get(name) for name in columns} for row in self.world.rows.get(shape, [])]
        return self._rows[shape]

    def standing(self, shape: str, *names: str) -> list[Row]:
        """Rows of a register's latest delivery that names the same thing (ADR 10: what it does not name stays)."""

        def named(row: Row) -> tuple[Any, ...]:
            return tuple(row[name] for name in names)

        if (shape, names) not in self._standing:
            latest = last_said(self.rows(shape), named)
            self._standing[shape, names] = [row for row in self.rows(shape) if said(row) == latest[named(row)]]
        return self._standing[shape, names]

    def priority(self, row: Row) -> tuple[int, str]:
        """The register believed first comes first."""
        return self._priorities.get(row["source_id"], LAST), row["source_id"]

    @cached_property
    def decisions(self) -> list[Row]:
        """Decisions on conflicts, the latest first."""
        found = [row for row in self.rows("decisions") if row["decision_kind"] == "resolve_conflict"]
        return sorted(
            sorted(found, key=lambda row: row["decision_id"]), key=lambda row: row["decided_on"], reverse=True
        )


def said(row: Row) -> tuple[Any, ...]:
    """When it was said: as published, else as learnt; then the order in which it was learnt."""
    return row["published_at"] or row["recorded_at"], row["recorded_at"], row["delivery_id"]


def last_said(rows: Iterable[Row], named: Callable[[Row], tuple[Any, ...]]) -> dict[tuple[Any, ...], tuple[Any, ...]]:
    """For each thing named, when it was last spoken of."""
    latest: dict[tuple[Any, ...], tuple[Any, ...]] = {}
    for row in rows:
        latest[named(row)] = max(latest.get(named(row), said(row)), said(row))
    return latest


def newest_first(day: date | None) -> int:
    """Sorts newer days first and no day last."""
    return 1 if day is None else -day.toordinal()
