"""The disk is full, a folder may not be written, the clock is wrong: what stands stands, and it is said what to do."""

import errno
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest

from pipelines.ledger.store import Ledger
from tests.reliability.house import House
from tests.reliability.small_country import deliver_correction

pytestmark = pytest.mark.integration

NOBODY = 65534
# (what is done, to which file): a write of each kind, early, late, and in the ledger itself.
FULL_AT = [
    ("open", "originals/"),
    ("open", "ledger/journal.jsonl"),
    ("os.rename", "catalogue/settings"),
    ("open", "DICTIONARY.md"),
    ("os.rename", "releases/.partial-"),
]


@pytest.fixture(scope="module")
def noted(base, tmp_path_factory) -> House:
    """An uninterrupted build, with every change of a file noted."""
    house = base.copy(tmp_path_factory.mktemp("noted") / "house")
    assert house.steps("receive", changes=str(house.root / "changes")).code == 0
    return house


def number_of(house: House, event: str, part: str) -> int:
    lines = (house.root / "changes").read_text(encoding="utf-8").splitlines()
    changes = [line.split("\t") for line in lines]
    found = [
        n for n, (what, path) in enumerate(changes, 1) if what == event and part in path.partition("/warehouse/")[2]
    ]
    assert found, (event, part)
    return found[0]


def test_a_write_that_finds_the_disk_full_fails_the_build_and_nothing_else(base, noted, tmp_path):
    for n, (event, part) in enumerate(FULL_AT):
        house = base.copy(tmp_path / f"house{n}")
        ended = house.steps("receive", fails_at_change=number_of(noted, event, part), error=errno.ENOSPC)
        assert ended.code != 0
        house.stands("2026.1")
    ended = house.steps("receive")
    assert ended.code == 0, ended.said
    house.stands("2026.2")
    assert house.leftovers() == []


def test_a_full_disk_is_said_with_its_remedy(house, noted):
    at = number_of(noted, "open", "originals/")
    # The command tries again by itself, so room must be wanting then as well.
    ended = house.build(fails_at_change=at, error=errno.ENOSPC, fails_from_there=True)
    assert ended.code == 1
    assert "the disk is full. Make room (`dovetail releases prune`" in ended.err
    assert "Traceback" not in ended.err
    house.stands("2026.1")


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A folder that holds little, unmounted at the end."""
    folder = tmp_path / "disk"
    folder.mkdir()
    yield folder
    while subprocess.run(["umount", str(folder)], capture_output=True, check=False).returncode == 0:
        pass


def mount(folder: Path, kilobytes: int) -> None:
    subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={kilobytes}k", "tmpfs", str(folder)], check=True)


def used(folder: Path) -> int:
    """Kilobytes of disk that the files of a folder take."""
    return sum({path.lstat().st_ino: path.lstat().st_blocks for path in folder.rglob("*")}.values()) // 2


@pytest.mark.mounts
@pytest.mark.parametrize("percent", [int(p) for p in os.environ.get("DOVETAIL_SOAK_ROOM", "10 80").split()])
def test_on_a_disk_that_fills_up(base, noted, small_disk, tmp_path, percent):
    mount(small_disk, 300_000)
    house = base.copy(small_disk / "house")
    # At its end a build has added this much; on its way it holds more.
    added = used(noted.warehouse) - used(base.warehouse)
    room = shutil.disk_usage(small_disk).used // 1024 + added * percent // 100
    subprocess.run(["mount", "-o", f"remount,size={room}k", str(small_disk)], check=True)
    told = tmp_path / "told"
    ended = house.steps("receive", steps=str(told))
    assert ended.code != 0, "the disk was large enough: nothing was tested"
    # The report comes after the release, and is no part of it.
    house.stands("2026.2" if told.read_text(encoding="utf-8").splitlines()[-1] == "report" else "2026.1")
    subprocess.run(["mount", "-o", "remount,size=1g", str(small_disk)], check=True)
    ended = house.steps("receive")
    assert ended.code == 0, ended.said
    house.stands("2026.2")
    assert house.leftovers() == []


@pytest.mark.mounts
def test_a_read_only_folder_is_said_with_its_remedy(base, small_disk, tmp_path):
    mount(small_disk, 300_000)
    house = base.copy(small_disk / "house")
    house.notes = tmp_path / "said"
    subprocess.run(["mount", "-o", "remount,ro", str(small_disk)], check=True)
    ended = house.build()
    assert ended.code == 1
    assert "can only be read, not written" in ended.err
    assert "Traceback" not in ended.err
    house.stands("2026.1")
    subprocess.run(["mount", "-o", "remount,rw", str(small_disk)], check=True)
    assert house.steps("receive").code == 0
    house.stands("2026.2")


def others_may_pass(path: str) -> bool:
    return all(folder.stat().st_mode & 0o001 for folder in Path(path).resolve().parents)


@pytest.mark.skipif(os.geteuid() != 0, reason="another user's files are tried as root, which this is not")
@pytest.mark.skipif(
    not all(map(others_may_pass, (os.__file__, sys.executable, __file__))),
    reason="another user could not read this Python or Dovetail: a folder above them is closed to others",
)
def test_a_warehouse_of_another_user_is_left_alone_and_said(house, tmp_path):
    for folder in (tmp_path, *tmp_path.parents):
        if not folder.stat().st_mode & 0o001:
            folder.chmod(folder.stat().st_mode | 0o001)
    house.root.joinpath("said").mkdir(exist_ok=True)
    house.root.joinpath("said").chmod(0o777)
    ended = house.build(uid=NOBODY)
    assert ended.code == 1
    assert "may not read or write what is needed" in ended.err
    assert "Traceback" not in ended.err
    house.stands("2026.1")


def test_a_clock_that_was_moved_back_changes_no_order(house):
    assert house.steps("receive").code == 0
    deliver_correction(house.landing, 2)
    long_ago = datetime(1999, 1, 1)
    ended = house.steps("receive", clock=long_ago, steps=str(house.root / "told"))
    assert ended.code == 0, ended.said
    assert house.stands().release_id == "2026.3"
    recorded = Ledger(house.warehouse / "ledger").deliveries()["recorded_at"].to_list()
    assert recorded == sorted(recorded)
    assert recorded[-1] > recorded[-2] > long_ago
    assert "the clock says 1999-01-01 00:00, before the last delivery" in (house.root / "told").read_text()


def vanish(path: Path) -> None:
    path.unlink()


def grow(path: Path) -> None:
    with path.open("a", encoding="utf-8") as file:
        file.write("201011,Financial year,")


@pytest.mark.parametrize("change", [vanish, grow])
def test_a_delivery_that_changes_while_it_is_read_is_taken_when_it_is_whole(house, tmp_path, change):
    (path,) = house.landing.glob("*corrected_1.csv")
    kept, before = path.read_bytes(), Ledger(house.warehouse / "ledger").deliveries()
    running = house.start_steps("receive", pause=(str(tmp_path), "checking "), steps=str(tmp_path / "told"))
    while not (tmp_path / "reached").exists():
        assert running.process.is_alive(), running.end()
        time.sleep(0.02)
    change(path)
    (tmp_path / "go").touch()
    assert running.end().code == 0
    assert Ledger(house.warehouse / "ledger").deliveries().equals(before)
    path.write_bytes(kept)
    os.utime(path, (1_770_000_000, 1_770_000_000))
    assert house.steps("receive").code == 0
    house.stands("2026.2")
