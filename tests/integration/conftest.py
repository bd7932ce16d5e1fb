"""The fictional sample, built once for every test of a run that reads it."""

import os
import subprocess
from pathlib import Path

import pytest

from tests.integration.sample import built_once


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, subprocess.CompletedProcess[str]]:
    """The sample's folder (`landing`, `warehouse`) and what its build said. No test changes the release."""
    own = tmp_path_factory.getbasetemp()
    return built_once(own.parent if "PYTEST_XDIST_WORKER" in os.environ else own)
