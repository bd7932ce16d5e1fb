"""The fictional sample, built once for every test of a run that reads it."""

import os
import subprocess
from pathlib import Path

import pytest

from pipelines.job import run_build
from pipelines.workspace import Reports, Workspace
from sources.catalogue import load_catalogue
from tests.integration.sample import built_once
from tests.integration.small import deliver_first


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, subprocess.CompletedProcess[str]]:
    """The sample's folder (`landing`, `warehouse`) and what its build said. No test changes the release."""
    own = tmp_path_factory.getbasetemp()
    return built_once(own.parent if "PYTEST_XDIST_WORKER" in os.environ else own)


@pytest.fixture(scope="session")
def small(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    """A warehouse of four small files with one release; no test changes it."""
    folder = tmp_path_factory.mktemp("small")
    workspace = Workspace(folder / "landing", folder / "warehouse", reports=Reports(spreadsheets=False))
    deliver_first(workspace)
    assert run_build(workspace, load_catalogue()).failures == []
    return workspace
