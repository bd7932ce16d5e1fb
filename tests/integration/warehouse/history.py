"""A warehouse folder whose inputs change at random, step by step: figures, claims, registers, settings and releases."""

import shutil
from collections import defaultdict
from pathlib import Path
from random import Random
from typing import Any
from zlib import crc32

import duckdb
import polars as pl

from pipelines.findings.frames import judged_frames
from pipelines.warehouse import standing
from sources.catalogue import load_catalogue
from sources.shapes import schema
from tests.integration.warehouse.test_worlds import SETTINGS
from tests.integration.warehouse.world import LANDED, OF_A_WORLD, World
from tests.integration.warehouse.worlds.generator import draw
from tests.integration.warehouse.worlds.packing import pack

FILES = 7
"""Landed observations lie in so many files: a change of one leaves the others as they are."""

# Toggled row by row. The registers that these rest on are toggled too, more rarely.
LOOSE = ("structure_assertions", "gap_evidence", "contributions", "decisions", "expected_deliveries")
REGISTERS = ("service_memberships", "authorities", "authority_changes", "authority_parents")


class History:
    """A warehouse folder whose inputs change at random, in the ways in which a real one's do."""

    def __init__(self, folder: Path, rng: Random) -> None:
        self.folder, self.rng = folder, rng
        self.world = pack(draw(number) for number in range(6))
        self.absent: dict[str, set[int]] = defaultdict(set)
        self.settings: dict[str, Any] = {"release_id": "2025.1", "previous_release_id": None}
        self.gaps: list[dict[str, Any]] = []
        self.written: dict[Path, bytes] = {}

    def step(self) -> str:
        """Change something; returns what, in words."""
        kind = self.rng.choices(["observations", "loose", "registers", "settings", "nothing"], [6, 3, 2, 1, 1])[0]
        if kind == "observations":
            self._toggle_observations()
        elif kind in ("loose", "registers"):
            shapes = [shape for shape in (LOOSE if kind == "loose" else REGISTERS) if self.world.rows.get(shape)]
            self._toggle(self.rng.choice(shapes), self.rng.randint(1, 3))
        elif kind == "settings":
            self.settings |= self.rng.choice(SETTINGS[1:])
        self.write()
        return kind

    def memory(self) -> tuple[dict[str, set[int]], dict[str, Any]]:
        """What a step changes."""
        return {shape: set(places) for shape, places in self.absent.items()}, dict(self.settings)

    def recall(self, memory: tuple[dict[str, set[int]], dict[str, Any]]) -> None:
        """Undo a step."""
        self.absent = defaultdict(set, memory[0])
        self.settings = memory[1]
        self.write()

    def publish(self) -> None:
        """The built tables become a release: the next build goes on from its gaps."""
        release_id = self.settings["release_id"]
        with duckdb.connect(str(self.folder / standing.DATABASE), read_only=True) as connection:
            frame = connection.execute("select * from attribution_gaps").pl()
        self.gaps = frame.select(schema("previous_gaps").names()).to_dicts()
        standing.published_as(self.folder, release_id)
        self.settings |= {"previous_release_id": release_id, "release_id": f"2025.{int(release_id[5:]) + 1}"}
        self.write()

    def write(self) -> None:
        """Every input; a landed file that holds the same rows is not written again."""
        rows = {
            shape: [row for place, row in enumerate(every) if place not in self.absent[shape]]
            for shape, every in self.world.rows.items()
        }
        of_ledger = {shape: of_shape for shape, of_shape in rows.items() if shape not in LANDED}
        self._write_inputs(World({**of_ledger, "previous_gaps": self.gaps}, self.world.indicators, self.world.breaks,
                                 self.world.datasets, dict(self.settings)))  # fmt: skip
        for shape in LANDED:
            files: dict[int, list[dict[str, Any]]] = defaultdict(list)
            for row in rows.get(shape, []):
                files[crc32(row["area_code"].encode()) % FILES if shape == "observations" else 0].append(row)
            for number in range(FILES if shape == "observations" else 1):
                columns = dict(schema(shape))
                frame = pl.DataFrame(
                    [[row.get(name) for name in columns] for row in files[number]], schema=columns, orient="row"
                )
                self._write(frame, self.folder / "landed" / shape / f"D{number:04}.parquet")

    def _write_inputs(self, world: World) -> None:
        aside = self.folder / "aside"
        world.write(aside)
        for kind in ("ledger", "catalogue"):
            for path in (aside / kind).rglob("*.parquet"):
                path.replace(self.folder / path.relative_to(aside))
        shutil.rmtree(aside)
        # Gaps of findings belong to no period: they stand in the ledger beside those that do.
        for name, frame in judged_frames(load_catalogue()).items():
            if name in OF_A_WORLD:
                frame.write_parquet(self.folder / "catalogue" / f"{name}.parquet")

    def _write(self, frame: pl.DataFrame, path: Path) -> None:
        said = frame.serialize()
        if self.written.get(path) != said:
            path.parent.mkdir(parents=True, exist_ok=True)
            frame.write_parquet(path)
            self.written[path] = said

    def _toggle_observations(self) -> None:
        """A delivery's rows of some areas in one period come or go."""
        rows = self.world.rows["observations"]
        chosen = self.rng.choice(rows)
        same = [place for place, row in enumerate(rows) if row["period_end"] == chosen["period_end"]]
        for place in self.rng.sample(same, min(len(same), self.rng.randint(1, 12))):
            self.absent["observations"] ^= {place}

    def _toggle(self, shape: str, times: int) -> None:
        for _ in range(times):
            self.absent[shape] ^= {self.rng.randrange(len(self.world.rows[shape]))}
