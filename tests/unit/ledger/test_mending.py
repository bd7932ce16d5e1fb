"""A ledger that is damaged is made again from what is proved, its deliveries all there, and nothing is guessed."""

import sqlite3
from datetime import datetime

import pytest

from pipelines.ledger.journal import NAME, Journal, JournalDamaged
from pipelines.ledger.mending import mend
from pipelines.ledger.store import Ledger, LedgerError


@pytest.fixture
def folder(tmp_path):
    """A ledger of forty deliveries, one of them looked at again."""
    ledger = Ledger(tmp_path / "ledger")
    for number in range(1, 41):
        ledger.record({
            "delivery_id": ledger.next_id(), "file_name": f"rückgabe {number}.csv", "sha256": f"{number:064d}",
            "verdict": "accepted", "recorded_at": datetime(2026, 3, 1, 9, number), "cells_in": number,
            "judged_with": "a",
        })  # fmt: skip
    ledger.looked_again("D000007", "b")
    return tmp_path / "ledger"


def deliveries(folder):
    """What the ledger says, and what it keeps for itself."""
    return Ledger(folder).deliveries(), [Ledger(folder).judgements(f"{n:064d}")[0]["judged_with"] for n in range(1, 41)]


def test_a_sound_ledger_is_left_alone(folder):
    before = (folder / "ledger.sqlite").read_bytes(), (folder / NAME).read_bytes()
    assert mend(folder) is None
    assert ((folder / "ledger.sqlite").read_bytes(), (folder / NAME).read_bytes()) == before


def test_where_there_is_none_none_is_made(tmp_path):
    assert mend(tmp_path) is None
    assert list(tmp_path.iterdir()) == []


DAMAGE = {
    "no database any more": lambda file: file.write_bytes(b"not a database" * 400),
    "cut in half": lambda file: file.write_bytes(file.read_bytes()[: file.stat().st_size // 2]),
    "a page of noise": lambda file: _overwrite(file, 4096, b"\x5a" * 4096),
    "one letter of a value": lambda file: _overwrite(file, file.read_bytes().rindex(b"accepted"), b"Accepted"),
    "empty": lambda file: file.write_bytes(b""),
    "gone": lambda file: file.unlink(),
}


def _overwrite(file, at, what):
    with file.open("r+b") as stream:
        stream.seek(at)
        stream.write(what)


@pytest.mark.parametrize("how", DAMAGE)
def test_a_damaged_ledger_is_made_again_from_its_journal(folder, how):
    before, looked = deliveries(folder)
    DAMAGE[how](folder / "ledger.sqlite")
    said = mend(folder)
    after, looked_after = deliveries(folder)
    assert after.equals(before)
    assert looked_after == looked
    assert "made again from its journal, every line proved: 40 deliveries" in said
    assert list(folder.glob("ledger.sqlite.damaged-1")) or how == "gone"
    assert mend(folder) is None


def test_what_sqlite_left_half_done_in_the_damaged_file_does_not_come_back(folder):
    DAMAGE["a page of noise"](folder / "ledger.sqlite")
    (folder / "ledger.sqlite-journal").write_bytes(b"half of a transaction")
    assert mend(folder)
    assert not (folder / "ledger.sqlite-journal").exists()


@pytest.mark.parametrize("line", [0, 7, 40])
def test_a_damaged_journal_is_written_again_from_a_sound_ledger(folder, line):
    before, _ = deliveries(folder)
    lines = (folder / NAME).read_bytes().splitlines(keepends=True)
    lines[line] = lines[line].replace(b"9", b"8", 1) if b"9" in lines[line] else lines[line].replace(b"b", b"c", 1)
    (folder / NAME).write_bytes(b"".join(lines))
    with pytest.raises(JournalDamaged, match=f"line {line + 1} "):
        Journal(folder).replay()
    assert "written again from the ledger" in mend(folder)
    assert Journal(folder).replay().keys() == set(before["delivery_id"])
    assert mend(folder) is None


def test_a_line_that_is_lost_or_moved_is_seen(folder):
    lines = (folder / NAME).read_bytes().splitlines(keepends=True)
    for changed in (lines[:5] + lines[6:], [lines[1], lines[0], *lines[2:]]):
        (folder / NAME).write_bytes(b"".join(changed))
        with pytest.raises(JournalDamaged):
            Journal(folder).replay()


def test_where_both_are_damaged_nothing_is_guessed(folder):
    DAMAGE["a page of noise"](folder / "ledger.sqlite")
    _overwrite(folder / NAME, 100, b"#####")
    before = {path.name: path.read_bytes() for path in folder.iterdir()}
    with pytest.raises(LedgerError, match="Put back the folder"):
        mend(folder)
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == before


def test_a_ledger_of_an_earlier_program_gets_its_journal(folder):
    (folder / NAME).unlink()
    assert mend(folder) is None
    assert len(Journal(folder).replay()) == 40


def test_a_delivery_that_an_earlier_program_recorded_since_is_added_to_the_journal(folder):
    with sqlite3.connect(folder / "ledger.sqlite") as connection:
        connection.execute(
            "insert into deliveries (delivery_id, file_name, verdict) values ('D000041', 'x', 'refused')"
        )
    connection.close()
    assert mend(folder) is None
    assert Journal(folder).replay()["D000041"]["file_name"] == "x"


def test_a_run_killed_between_journal_and_ledger_has_recorded(folder):
    Journal(folder).record({"delivery_id": "D000041", "file_name": "x", "verdict": "accepted"})
    assert "cut off while it recorded D000041" in mend(folder)
    assert Ledger(folder).next_id() == "D000042"


def test_a_line_cut_off_by_a_kill_was_never_written(folder):
    whole = (folder / NAME).read_bytes()
    (folder / NAME).write_bytes(whole + whole.splitlines()[3][:90])
    assert mend(folder) is None
    Ledger(folder).record({"delivery_id": "D000041", "file_name": "x", "verdict": "accepted"})
    assert len(Journal(folder).replay()) == 41
    assert mend(folder) is None
