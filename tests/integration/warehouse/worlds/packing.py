"""Many worlds in one build: their rows side by side, what the SQL says of each, and where the oracle differs."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import duckdb
import polars as pl

from sources.shapes import schema
from tests.integration.warehouse.world import LANDED, World
from tests.integration.warehouse.worlds.oracle import Oracle, Verdict, stated

OBSERVATIONS = """
    select
        observations.source_id, observations.indicator_id, observations.definition_version, observations.area_type,
        observations.area_code, observations.period_start, observations.period_end, observations.breakdown_id,
        attributions.typology_id, attributions.attribution_status, attributions.comparability_status,
        attributions.disclosure_status, attributions.model_id, attributions.candidate_model_id,
        coalesce(gaps.kinds, []) as kinds, observations.value, observations.numerator, observations.denominator,
        observations.value_marker
    from warehouse.main.attributions as attributions
    left join warehouse.internal.int_observations as observations
        on attributions.observation_id = observations.observation_id
    left join (
        select
            attributions.observation_id, attributions.typology_id, list(gaps.kind) as kinds
        from warehouse.main.attributions as attributions
        inner join warehouse.internal.int_observation_gaps as gaps
            on
                attributions.observation_id = gaps.observation_id
                and coalesce(gaps.typology_id, attributions.typology_id) = attributions.typology_id
        group by attributions.observation_id, attributions.typology_id
    ) as gaps
        on attributions.observation_id = gaps.observation_id and attributions.typology_id = gaps.typology_id
"""
STRUCTURES = """
    select
        service_id, typology_id, valid_from, valid_to, model_id, is_contested, tenure, decision_id, from_precision,
        evidence_date
    from warehouse.internal.int_structures
    where not is_case_study
"""


@dataclass
class Said:
    """What one side says of a world."""

    verdicts: dict[tuple[Any, ...], Verdict] = field(default_factory=dict)
    intervals: set[tuple[Any, ...]] = field(default_factory=set)


def pack(worlds: Iterable[World]) -> World:
    """One world of many that cannot touch, under the thresholds of the first."""
    packed = World()
    for world in worlds:
        packed.settings = packed.settings or world.settings
        for shape, rows in world.rows.items():
            packed.rows.setdefault(shape, []).extend(rows)
        packed.indicators += world.indicators
        packed.breaks += world.breaks
        packed.datasets += world.datasets
    return packed


def write(world: World, folder: Path) -> Path:
    """As `World.write`, but a landed shape in one file: a thousand small files take longer to open than to read."""
    in_ledger = {shape: rows for shape, rows in world.rows.items() if shape not in LANDED}
    World(in_ledger, world.indicators, world.breaks, world.datasets, world.settings).write(folder)
    for shape in world.rows.keys() - in_ledger.keys():
        columns = dict(schema(shape))
        rows = [[row.get(name) for name in columns] for row in world.rows[shape]]
        pl.DataFrame(rows, schema=columns, orient="row").write_parquet(folder / "landed" / shape / "all.parquet")
    return folder


def said_by_oracle(world: World) -> Said:
    """Worked out by hand."""
    oracle = Oracle(world)
    return Said(dict(oracle.verdicts()), oracle.intervals())


def said_by_sql(connection: duckdb.DuckDBPyConnection) -> dict[str, Said]:
    """What the build says, by the prefix of the world."""
    found: dict[str, Said] = defaultdict(Said)
    for row in connection.execute(OBSERVATIONS).fetchall():
        key, typology, kinds, figure = row[:8], row[8], row[14], row[15:]
        attribution, comparability, disclosure, model, candidate = row[9:14]
        verdict = Verdict(attribution, comparability, disclosure, model, candidate, frozenset(kinds), stated(*figure))
        assert (key, typology) not in found[prefix(key[0])].verdicts, (key, typology)
        found[prefix(key[0])].verdicts[key, typology] = verdict
    for row in connection.execute(STRUCTURES).fetchall():
        found[prefix(row[0])].intervals.add(row)
    return found


def prefix(name: str) -> str:
    """The world a name belongs to."""
    return name.split("_")[0]


def differences(oracle: Said, sql: Said) -> list[str]:
    """Every row on which they differ, in words."""
    found = [f"interval only by the oracle: {row}" for row in sorted(oracle.intervals - sql.intervals, key=str)]
    found += [f"interval only by the SQL: {row}" for row in sorted(sql.intervals - oracle.intervals, key=str)]
    for key in sorted(oracle.verdicts.keys() | sql.verdicts.keys(), key=str):
        ours, theirs = oracle.verdicts.get(key), sql.verdicts.get(key)
        if ours != theirs:
            found.append(f"{_words(key)}\n    oracle: {_verdict(ours)}\n    SQL:    {_verdict(theirs)}")
    return found


def _words(key: tuple[Any, ...]) -> str:
    (_, indicator, version, area_type, area, start, end, breakdown), typology = key
    return f"{indicator} {version} of {area_type} {area}, {start} to {end}, {breakdown}, in {typology}"


def _verdict(verdict: Verdict | None) -> str:
    if verdict is None:
        return "no such row"
    model = verdict.model or f"({verdict.candidate})"
    statuses = f"{verdict.attribution}, {verdict.comparability}, {verdict.disclosure}"
    return f"{statuses}, {model}: {' '.join(sorted(verdict.kinds))} {verdict.figure}"
