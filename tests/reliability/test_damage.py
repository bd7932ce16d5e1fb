"""What stands is damaged: the next build makes it good from what proves it and says so, or says what has to be done."""

import os
import shutil
from pathlib import Path

import polars as pl
import pytest

from pipelines.releases.verify import verify
from tests.reliability.house import House

pytestmark = pytest.mark.integration


def flip(path: Path, at: float = 0.5, many: int = 64) -> None:
    """Overwrite some bytes; name, size and time of the file stay."""
    status = path.stat()
    path.chmod(0o600)
    with path.open("r+b") as file:
        file.seek(int(status.st_size * at))
        here = file.tell()
        before = file.read(many)
        file.seek(here)
        file.write(bytes(byte ^ 0xFF for byte in before))
    path.chmod(status.st_mode & 0o777)
    os.utime(path, ns=(status.st_atime_ns, status.st_mtime_ns))


def cut(path: Path) -> None:
    """Leave half of a file."""
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])


@pytest.fixture
def told(tmp_path: Path) -> Path:
    """Where a build notes its steps."""
    return tmp_path / "told"


def builds(house: House, told: Path, said: str) -> None:
    """The next build ends well and says what it found."""
    ended = house.steps("receive", steps=str(told))
    assert ended.code == 0, ended.said
    assert said in told.read_text(encoding="utf-8"), told.read_text(encoding="utf-8")


def test_a_damaged_ledger(house, told):
    flip(house.warehouse / "ledger" / "ledger.sqlite", 0.4, 4096)
    builds(house, told, "made again from its journal, every line proved: 7 deliveries")
    house.stands("2026.2")


def test_a_landed_file(house, told):
    (path,) = (house.warehouse / "landed" / "observations").glob("*/D000007.parquet")
    before = path.read_bytes()
    cut(path)
    builds(house, told, "the landed rows of D000007 (FICTIONAL_ni_111_first_time_entrants.csv) were damaged")
    assert path.read_bytes() == before
    house.stands("2026.2")


def test_a_landed_number_that_became_another(house, told):
    (path,) = (house.warehouse / "landed" / "observations").glob("*/D000007.parquet")
    before = path.read_bytes()
    pl.read_parquet(path).with_columns(pl.col("value") + 1).write_parquet(path)
    builds(house, told, "the landed rows of D000007 (FICTIONAL_ni_111_first_time_entrants.csv) were damaged")
    assert path.read_bytes() == before
    house.stands("2026.2")


def test_rows_that_nothing_proves_are_not_guessed(house):
    (path,) = (house.warehouse / "landed" / "observations").glob("*/D000007.parquet")
    cut(path)
    shutil.rmtree(house.warehouse / "originals")
    house.delivered.clear()
    ended = house.build()
    assert ended.code == 1
    assert "its original is not there as it was delivered" in ended.err
    assert "Put back the folder landed/" in ended.err
    assert verify(house.store.current()) == []
