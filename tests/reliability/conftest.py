"""A house with one release and a correction waiting, made once for a run; every test injures a copy of its own."""

import os
from datetime import datetime
from pathlib import Path

import pytest
from filelock import FileLock

from tests.reliability.house import House
from tests.reliability.injuries import Injury
from tests.reliability.small_country import deliver_correction, deliver_first

NOON = datetime(2026, 3, 2, 12, 0)


@pytest.fixture(scope="session")
def base(tmp_path_factory: pytest.TempPathFactory) -> House:
    """One release published, and a correction delivered that no build has seen. Tests copy it."""
    own = tmp_path_factory.getbasetemp()
    return base_in((own.parent if "PYTEST_XDIST_WORKER" in os.environ else own) / "reliability")


def base_in(folder: Path) -> House:
    """Make the house in a folder unless another process has."""
    folder.mkdir(parents=True, exist_ok=True)
    house = House(folder / "base", Injury(clock=NOON))
    with FileLock(folder / "base.lock"):
        if not (folder / "done").exists():
            deliver_first(house.landing)
            ended = house.steps("receive")
            assert ended.code == 0, ended.said
            deliver_correction(house.landing, 1)
            (folder / "done").touch()
    house.note_deliveries()
    house.stands("2026.1")
    return house


@pytest.fixture
def house(base: House, tmp_path: Path) -> House:
    """A copy of the base to injure."""
    return base.copy(tmp_path / "house")
