"""A house with one release and a correction waiting, made once for a run; every test injures a copy of its own."""

import os
import shutil
from datetime import datetime
from pathlib import Path

import duckdb
import pytest
from filelock import FileLock

from tests.reliability.house import House
from tests.reliability.injuries import Injury
from tests.reliability.small_country import deliver_correction, deliver_first

NOON = datetime(2026, 3, 2, 12, 0)
MOVED = "update observations set area_name_as_published = area_name_as_published || ' '"


@pytest.fixture(scope="session")
def base(tmp_path_factory: pytest.TempPathFactory) -> House:
    """One release published, and a correction delivered that no build has seen. Tests copy it."""
    own = tmp_path_factory.getbasetemp()
    return base_in((own.parent if "PYTEST_XDIST_WORKER" in os.environ else own) / "reliability")


def base_in(folder: Path) -> House:
    """Make the house in a folder unless another process has.

    dbt runs once, over everything. The release before is that with every place's name written otherwise, so that the
    build which the tests injure has something new to publish.
    """
    folder.mkdir(parents=True, exist_ok=True)
    memo, before = folder / "memo", folder / "memo-before"
    normal = Injury(clock=NOON, memo=str(memo))
    house = House(folder / "base", normal)
    with FileLock(folder / "base.lock"):
        if not (folder / "done").exists():
            whole = House(folder / "whole", Injury(clock=NOON))
            deliver_first(whole.landing)
            deliver_correction(whole.landing, 1)
            ended = whole.steps("receive", remember=str(memo))
            assert ended.code == 0, ended.said
            shutil.copytree(memo, before)
            with duckdb.connect(str(before / "warehouse.duckdb")) as connection:
                connection.execute(MOVED)
            deliver_first(house.landing)
            ended = house.steps("receive", memo=str(before))
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
