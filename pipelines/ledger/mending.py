"""A ledger and its journal brought to agree, before a build relies on either: by what is proved, never by a guess."""

import os
import shutil
import sqlite3
from pathlib import Path

from pipelines.ledger.journal import Journal, JournalDamaged, Rows
from pipelines.ledger.store import VERSION, Ledger, LedgerError


def mend(folder: Path) -> str | None:
    """See that ledger and journal tell the same, and make again what is damaged of the two.

    The journal is believed where all its lines are proved by their hashes; the ledger where it is not and SQLite finds
    the ledger whole. What was damaged is kept beside, for a person to look at.

    Args:
        folder: that of the ledger. Nobody else may write in it meanwhile.

    Returns:
        What was done, in a sentence; None where nothing was wrong.

    Raises:
        LedgerError: both are damaged, so that nothing proves what was delivered.
    """
    path, journal = folder / "ledger.sqlite", Journal(folder)
    if not path.exists() and not journal.path.exists():
        return None
    held, damage = _held(path)
    try:
        told: Rows | None = journal.replay() if journal.path.exists() else None
        broken = None
    except JournalDamaged as error:
        told, broken = None, str(error)
    if told is None:
        if held is None:
            raise LedgerError(
                f"{path.name} is damaged ({damage}) and so is what it could be made from"
                f" ({broken or 'there is no journal'}). Nothing was changed. Put back the folder {folder} from a"
                " backup; originals/ and releases/ are as they were"
            )
        if broken:
            _aside(journal.path)
        journal.rewrite(held.values())
        return f"the ledger's journal was damaged ({broken}) and is written again from the ledger" if broken else None
    if held is not None and all(held.get(name) == row for name, row in told.items()):
        if len(held) > len(told):
            journal.rewrite(held.values())
        return None
    if held is not None and all(told.get(name) == row for name, row in held.items()):
        late = sorted(set(told) - set(held))
        _restore(path, told)
        return f"a run before this one was cut off while it recorded {', '.join(late)}, which is now recorded"
    kept = _aside(path)
    _restore(path, told)
    why = damage or "what it says is not what was recorded"
    return (
        f"the ledger was damaged ({why}) and is made again from its journal, every line proved: {len(told)} deliveries."
        + (f" The damaged one is kept as {kept}" if kept else "")
    )


def _held(path: Path) -> tuple[Rows | None, str | None]:
    """What the ledger's file holds, or why it cannot be believed."""
    if not path.exists():
        return None, "it is gone"
    connection = sqlite3.connect(f"file:{path}?mode=rw", uri=True, timeout=30)
    try:
        (version,) = connection.execute("pragma user_version").fetchone()
        if version > VERSION:
            raise LedgerError(f"{path.name} was written by a newer version of dovetail ({version} > {VERSION})")
        ((said,),) = connection.execute("pragma integrity_check(1)").fetchall()
        if said != "ok":
            return None, str(said)
        connection.row_factory = sqlite3.Row
        rows = connection.execute("select * from deliveries order by delivery_id").fetchall()
    except (sqlite3.DatabaseError, ValueError) as error:
        return None, str(error)
    finally:
        connection.close()
    return {row["delivery_id"]: {name: row[name] for name in row.keys() if row[name] is not None} for row in rows}, None  # noqa: SIM118 - a Row iterates over its values


def _aside(path: Path) -> str | None:
    if not path.exists():
        return None
    number = 1
    while (kept := path.with_name(f"{path.name}.damaged-{number}")).exists():
        number += 1
    path.rename(kept)
    return kept.name


def _restore(path: Path, rows: Rows) -> None:
    """Write the ledger anew beside, and put it in place."""
    beside = path.with_name(f".mending-{os.getpid()}")
    shutil.rmtree(beside, ignore_errors=True)
    try:
        Ledger(beside).restore(rows.values())
        # SQLite would play what it left half done in the damaged file into the sound one.
        path.with_name(f"{path.name}-journal").unlink(missing_ok=True)
        (beside / path.name).replace(path)
    finally:
        shutil.rmtree(beside, ignore_errors=True)
