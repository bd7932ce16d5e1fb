"""A small fictional world for intake tests: five authorities, three services, and a way to judge one file."""

from pathlib import Path

import pytest

from pipelines.deliveries import receive
from pipelines.intake.sidecar import Said
from pipelines.outcome import Outcome
from pipelines.workspace import Workspace
from sources.catalogue import load_catalogue

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
