"""Kills without mercy: at every step that a build tells, and at random instants of it. Run by `make soak`.

Each round begins with one release and an unseen correction. Builds are killed one after the other, each in the wreck
that the one before left, and after each what stands must stand; then the next build must end well by itself.
"""

import os
import random
import signal
import time

import duckdb
import pytest

from tests.reliability.house import House

pytestmark = pytest.mark.integration

KILLS = int(os.environ.get("DOVETAIL_SOAK_KILLS", "200"))
IN_A_ROW = int(os.environ.get("DOVETAIL_SOAK_IN_A_ROW", "5"))
SEED = int(os.environ.get("DOVETAIL_SOAK_SEED", "1"))
BY_COMMAND = os.environ.get("DOVETAIL_SOAK_BY", "command") == "command"


@pytest.fixture(scope="module")
def uninterrupted(base, tmp_path_factory) -> tuple[House, float, list[str]]:
    """The base built once without any injury: what it comes to, how long it takes, its steps."""
    house = base.copy(tmp_path_factory.mktemp("uninterrupted") / "house")
    began = time.monotonic()
    ended = run(house, steps=str(house.root / "steps")).end()
    assert ended.code == 0, ended.said
    return house, time.monotonic() - began, (house.root / "steps").read_text().splitlines()


def run(house: House, **injury: object):
    """A build, by the command or by its steps alone."""
    return house.start(**injury) if BY_COMMAND else house.start_steps("receive", **injury)


def makes_good(house: House, uninterrupted: House, number: str = "2026.2") -> None:
    """The next build ends well by itself, with what an uninterrupted one comes to."""
    ended = run(house).end()
    assert ended.code == 0, ended.said
    house.stands(number)
    ours, theirs = house.contents(), uninterrupted.contents()
    if number != "2026.2":
        # Tables name the release that opened a gap: all else in them must be the same.
        for found, of in ((ours, house), (theirs, uninterrupted)):
            found["release"] = rows_whatever_the_number(of)
    assert ours == theirs
    assert house.leftovers() == []


def number_of_the_correction(house: House) -> str:
    """Of the release that holds it, or of the one that will: a release that was never current keeps its number."""
    current = house.store.current()
    assert current is not None
    return current.release_id if current.release_id != "2026.1" else f"2026.{len(house.store.list()) + 1}"


def rows_whatever_the_number(house: House) -> str:
    """Rows of every table of the current release, without the columns that name a release."""
    current = house.store.current()
    assert current is not None
    with duckdb.connect(str(current.database), read_only=True) as connection:
        found = connection.sql(
            "select table_name, list(column_name order by column_index) from duckdb_columns() where not internal"
            " and column_name not like '%\\_in\\_release' escape '\\' and column_name <> 'release_id'"
            " group by 1 order by 1"
        ).fetchall()
        return str(
            [
                (table, connection.sql(f"select count(*), sum(hash({', '.join(columns)})) from {table}").fetchall())
                for table, columns in ((table, [f'"{name}"' for name in names]) for table, names in found)
            ]
        )


@pytest.mark.parametrize("round_", range(-(-KILLS // IN_A_ROW)))
def test_killed_at_random_instants(base, tmp_path, uninterrupted, round_):
    whole, seconds, _ = uninterrupted
    chance = random.Random(f"{SEED}/{round_}")
    house, killed = base.copy(tmp_path / "house"), 0
    while killed < min(IN_A_ROW, KILLS - round_ * IN_A_ROW):
        before, number = house.store.current(), number_of_the_correction(house)
        assert before is not None
        ended = run(house).killed_after(chance.uniform(0, seconds))
        if ended.code == -signal.SIGKILL:
            killed += 1
            house.stands(before.release_id, number)
        else:
            # It was done before it could be killed: there is nothing left to do, so another house is needed.
            assert ended.code == 0, ended.said
            house = base.copy(tmp_path / f"house{chance.random()}")
    print(f"killed {killed}")
    makes_good(house, whole, number_of_the_correction(house))


def test_killed_before_a_release_is_current_and_again_when_the_next_is(base, tmp_path, uninterrupted):
    whole, _, told = uninterrupted
    house = base.copy(tmp_path / "house")
    assert run(house, killed_at_step=told.index("release: current") + 1).end().code == -signal.SIGKILL
    house.stands("2026.1")
    # What was received is not told again, so the steps of the next build are counted in a copy.
    copy = house.copy(tmp_path / "copy")
    assert run(copy, steps=str(copy.root / "steps")).end().code == 0
    left = (copy.root / "steps").read_text().splitlines()

    assert run(house, killed_at_step=left.index("report") + 1).end().code == -signal.SIGKILL

    house.stands("2026.3")
    makes_good(house, whole, "2026.3")


def test_killed_at_each_step(base, tmp_path, uninterrupted):
    whole, _, told = uninterrupted
    for number, step in enumerate(told, 1):
        house = base.copy(tmp_path / f"house{number}")
        ended = run(house, killed_at_step=number).end()
        assert ended.code == -signal.SIGKILL, step
        house.stands("2026.1", "2026.2")
        # There the release has its number and was never current: the number is not given twice.
        makes_good(house, whole, "2026.3" if step == "release: current" else "2026.2")
    print(f"killed at each of {len(told)} steps")
