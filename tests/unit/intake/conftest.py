"""A small fictional world for intake tests: five authorities, three services, and a way to judge one file."""

import dataclasses
from pathlib import Path

import polars as pl
import pytest

from pipelines.deliveries import receive
from pipelines.intake.sidecar import Said
from pipelines.outcome import Outcome
from pipelines.workspace import Workspace
from sources.catalogue import load_catalogue
from sources.models.dataset import Dataset

FIXTURES = Path(__file__).parents[2] / "fixtures"


@pytest.fixture
def workspace(tmp_path) -> Workspace:
    """A workspace with the fictional registers loaded."""
    workspace = Workspace(tmp_path / "landing", tmp_path / "warehouse")
    good = FIXTURES / "good" / "intake"
    outcomes = receive(
        [good / "FICTIONAL_authorities.csv", good / "FICTIONAL_services.csv"], workspace, load_catalogue()
    )
    assert [outcome.verdict for outcome in outcomes] == ["accepted", "accepted"]
    return workspace


@pytest.fixture
def deliver(workspace):
    """Receive one fixture (or path) and give its outcome."""

    def one(path: str | Path, **said: object) -> Outcome:
        path = FIXTURES / path if isinstance(path, str) else path
        (outcome,) = receive([path], workspace, load_catalogue(), options=Said(**said) if said else None)
        return outcome

    return one


@pytest.fixture
def judged(workspace, tmp_path):
    """Deliver text (or a path) as one of these datasets alone; gives the outcomes and the landed observations."""

    def one(text, *datasets: Dataset, name: str = "file.csv", **said):
        path = text
        if isinstance(text, str):
            path = tmp_path / name
            path.write_text(text, encoding="utf-8")
        catalogue = load_catalogue()
        catalogue = dataclasses.replace(catalogue, datasets={d.id: d for d in datasets})
        outcomes = receive([path], workspace, catalogue, options=Said(**said) if said else None, again=True)
        landed = [
            pl.read_parquet(p)
            for o in outcomes
            for p in workspace.landed.glob(f"observations/*/{o.delivery_id}.parquet")
        ]
        for outcome in outcomes:
            accounted = outcome.cells_landed + outcome.cells_quarantined + outcome.cells_out_of_scope
            assert accounted == outcome.cells_in
        return outcomes, pl.concat(landed) if landed else pl.DataFrame()

    return one
