"""A build that is killed, wherever it is, changes nothing that anyone can read, and the next build makes good.

`make test` kills at twelve chosen points; `make soak` (soak_kills.py) at every step and at 200 random instants.
"""

import shutil
import signal
from pathlib import Path

import pytest

from tests.reliability.house import House

pytestmark = pytest.mark.integration


@pytest.fixture(scope="module")
def uninterrupted(base, tmp_path_factory) -> House:
    """The base built once more without any injury, with every change and step of that build noted in its root."""
    house = base.copy(tmp_path_factory.mktemp("uninterrupted") / "house")
    ended = house.steps("receive", changes=str(house.root / "changes"), steps=str(house.root / "steps"))
    assert ended.code == 0, ended.said
    return house


@pytest.fixture(scope="module")
def gated(base, tmp_path_factory) -> House:
    """The base with everything done but the release."""
    house = base.copy(tmp_path_factory.mktemp("gated") / "house")
    assert house.steps("receive", killed_at_step=_steps_before("publish")).code == -signal.SIGKILL
    return house


def _steps_before(name: str) -> int:
    """The number of a step as the harness tells it: two for the one file that is read and checked."""
    told = ["receive", "reading", "checking", "prepare", "landing gate", "dbt", "gates", "publish"]
    return told.index(name) + 1


def changes_of(house: House) -> list[tuple[str, str]]:
    """Every change of a noted build: what was done, and to which file of the warehouse."""
    lines = (house.root / "changes").read_text(encoding="utf-8").splitlines()
    return [(event, path.partition("/warehouse/")[2]) for event, path in (line.split("\t") for line in lines)]


def number_of(house: House, event: str, part: str) -> int:
    """The number of the first change of that sort."""
    found = [n for n, (what, path) in enumerate(changes_of(house), 1) if what == event and part in path]
    assert found, (event, part, changes_of(house))
    return found[0]


def whole_again(house: House, uninterrupted: House) -> None:
    """The next build ends well, by nobody's hand, with what an uninterrupted one comes to."""
    ended = house.steps("receive")
    assert ended.code == 0, ended.said
    house.stands("2026.2")
    assert house.contents() == uninterrupted.contents()
    assert house.leftovers() == []


RECEIVING = [
    ("open", "originals/"),
    ("os.rename", "originals/"),
    ("os.rename", "landed/observations"),
    ("os.rename", "building/outcomes.json"),
]


def test_killed_while_a_delivery_is_received(base, uninterrupted, tmp_path):
    for n, (event, part) in enumerate(RECEIVING):
        house = base.copy(tmp_path / f"house{n}")
        ended = house.steps("receive", killed_at_change=number_of(uninterrupted, event, part))
        assert ended.code == -signal.SIGKILL
        house.stands("2026.1")
    whole_again(house, uninterrupted)


PREPARING = [("os.rename", "catalogue/settings"), ("open", "building/checks-2-warehouse")]


@pytest.mark.parametrize(("event", "part"), PREPARING)
def test_killed_while_the_warehouse_is_built(house, uninterrupted, event, part):
    ended = house.steps("receive", killed_at_change=number_of(uninterrupted, event, part))
    assert ended.code == -signal.SIGKILL
    house.stands("2026.1")


# ("what is done", "to what", "the release that stands after it")
PUBLISHING = [
    ("open", "DICTIONARY.md", "2026.1"),
    ("os.rename", "releases/.partial-", "2026.1"),
    ("os.rename", "releases/.issued", "2026.1"),
    ("os.rename", ".current-", "2026.1"),
    ("os.rename", "building/last_build", "2026.2"),
]


def test_killed_while_a_release_is_published(gated, uninterrupted, tmp_path):
    whole = gated.copy(tmp_path / "noted")
    assert whole.steps("publish", changes=str(whole.root / "changes")).code == 0
    for n, (event, part, standing) in enumerate(PUBLISHING):
        house = gated.copy(tmp_path / f"house{n}")
        ended = house.steps("publish", killed_at_change=number_of(whole, event, part))
        assert ended.code == -signal.SIGKILL
        house.stands(standing)
    whole_again(house, uninterrupted)


def test_killed_while_the_report_is_rendered(uninterrupted, tmp_path):
    house = uninterrupted.copy(tmp_path / "house")
    before = _pages(house)
    shutil.rmtree(house.warehouse / "reports" / "2026.2")
    (house.root / "changes").unlink()
    assert house.steps("report", changes=str(house.root / "changes")).code == 0
    shutil.rmtree(house.warehouse / "reports" / "2026.2")
    ended = house.steps("report", killed_at_change=number_of(house, "open", "services.html"))
    assert ended.code == -signal.SIGKILL
    house.stands("2026.2")
    assert _pages(house) == {}
    ended = house.build()
    assert ended.code == 0, ended.said
    assert _pages(house) == before
    assert [path.name for path in (house.warehouse / "reports").iterdir() if path.name.startswith(".")] == []


def _pages(house: House) -> dict[str, int]:
    folder = house.warehouse / "reports" / "2026.2"
    return {path.relative_to(folder).as_posix(): path.stat().st_size for path in Path(folder).rglob("*.html")}
