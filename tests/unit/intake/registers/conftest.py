"""Registers written row by row, received in the small fictional world of the intake tests."""

import csv
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import polars as pl
import pytest

from pipelines.deliveries import receive
from pipelines.intake.sidecar import Said
from pipelines.outcome import Outcome
from pipelines.workspace import Workspace
from sources.catalogue import load_catalogue

GOOD = Path(__file__).parents[3] / "fixtures" / "good" / "intake"
CLAIM = {
    "service": "Quillmarsh", "typology": "yjb_2024", "model": "umbrella", "tenure": "in_force",
    "valid_from": "2020-04-01", "from_precision": "day", "to_precision": "open", "source": "FICTIONAL plan",
    "source_date": "2023-06-30", "page": "3", "quote": "FICTIONAL words", "coder": "A",
}  # fmt: skip
MEMBERSHIP = {
    "service": "Both Oxterbys", "nation": "England", "authority_code": "FE0000003", "valid_from": "2021-04-01",
    "evidence": "FICTIONAL letter", "evidence_date": "2021-05-01",
}  # fmt: skip
GAP = {
    "evidence_id": "g1", "kind": "C7", "service": "Quillmarsh", "valid_from": "2020-04-01",
    "statement": "FICTIONAL: another cause", "source": "FICTIONAL plan", "source_date": "2023-06-30",
    "recorded_by": "A",
}  # fmt: skip
CONTRIBUTION = {
    "contribution_id": "c1", "service": "Quillmarsh", "contributor": "FICTIONAL early help team", "role": "delivers",
    "valid_from": "2020-04-01", "source": "FICTIONAL plan", "source_date": "2023-06-30", "recorded_by": "A",
}  # fmt: skip


@pytest.fixture(scope="session")
def loaded(tmp_path_factory) -> Workspace:
    """A workspace with the fictional registers, loaded once."""
    folder = tmp_path_factory.mktemp("registers")
    workspace = Workspace(folder / "landing", folder / "warehouse")
    registers = [GOOD / "FICTIONAL_authorities.csv", GOOD / "FICTIONAL_services.csv"]
    assert [o.verdict for o in receive(registers, workspace, load_catalogue())] == ["accepted", "accepted"]
    return workspace


@pytest.fixture
def workspace(loaded, tmp_path) -> Workspace:
    """A copy of it for one test."""
    shutil.copytree(loaded.warehouse, tmp_path / "warehouse")
    return Workspace(tmp_path / "landing", tmp_path / "warehouse")


@dataclass(frozen=True)
class Received:
    """What became of a register, and its rows as they landed."""

    outcome: Outcome
    landed: pl.DataFrame

    def rules(self, *rows: int) -> list[str]:
        """The rules that these file rows break, in order; of all rows when none is named."""
        found = self.outcome.findings
        return (found.filter(pl.col("row").is_in(rows)) if rows else found)["rule"].to_list()


@pytest.fixture
def register(workspace, tmp_path) -> Callable[..., Received]:
    """Write rows as a register of a dataset (`dovetail__` left out), receive it, and give what came of it."""

    def received(name: str, *rows: dict[str, object], published: str | None = None) -> Received:
        dataset = load_catalogue().datasets[f"dovetail__{name}"]
        path = Path(tmp_path / f"{name}.csv")
        header = list(dict.fromkeys([*dataset.signature.required, *dataset.fields.values()]))
        with path.open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, header, restval="")
            writer.writeheader()
            writer.writerows(rows)
        said = Said(published=published) if published else None
        (outcome,) = receive([path], workspace, load_catalogue(), options=said, again=True)
        accounted = outcome.cells_landed + outcome.cells_quarantined + outcome.cells_out_of_scope
        assert accounted == outcome.cells_in == len(rows) * len(header)
        paths = list(workspace.landed.glob(f"{dataset.shape}/{dataset.id}/{outcome.delivery_id}.parquet"))
        return Received(outcome, pl.read_parquet(paths) if paths else pl.DataFrame())

    return received
