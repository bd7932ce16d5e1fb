"""The ledger's journal: each change of the ledger as one line of text, chained by hash to the line before.

It is written first, so the ledger can always be made again from it, and a line that was altered, lost or moved is seen.
What belongs here: lines. What does not: which of ledger and journal is believed (see mending).
"""

import hashlib
import json
import os
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

NAME = "journal.jsonl"
_NOTHING = "0" * 64
_TAIL = 2**16
Rows = dict[str, dict[str, Any]]
"""Deliveries as the ledger stores them, by id."""


class JournalDamaged(Exception):
    """A line is not what was written; the message says which."""


class Journal:
    """The lines of one ledger. A line that a killed process left unfinished counts as never written."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / NAME

    def record(self, delivery: Mapping[str, Any]) -> None:
        """A delivery is recorded; one of the same id before it (its process was killed) is replaced."""
        self._append({"record": dict(delivery)})

    def looked_again(self, delivery_id: str, judged_with: str) -> None:
        """A delivery was judged once more, with the same outcome."""
        self._append({"looked_again": delivery_id, "judged_with": judged_with})

    def replay(self) -> Rows:
        """Every delivery as the lines leave it.

        Raises:
            JournalDamaged: a line is not what was written.
        """
        rows: Rows = {}
        before = _NOTHING
        for number, line in enumerate(self._whole_lines(), 1):
            before, body = self._read(line, before, number)
            if "record" in body:
                rows[body["record"]["delivery_id"]] = body["record"]
            elif body["looked_again"] in rows:
                rows[body["looked_again"]] |= {"judged_with": body["judged_with"]}
        return rows

    def rewrite(self, rows: Iterable[Mapping[str, Any]]) -> None:
        """Begin anew, with these deliveries; whole or not at all."""
        aside = self.path.with_name(f"{NAME}.partial")
        before = _NOTHING
        with aside.open("wb") as lines:
            for row in rows:
                line, before = _line({"record": dict(row)}, before)
                lines.write(line)
            lines.flush()
            os.fsync(lines.fileno())
        aside.replace(self.path)

    def _append(self, body: Mapping[str, Any]) -> None:
        with self.path.open("a+b") as lines:
            end = lines.seek(0, os.SEEK_END)
            start = max(0, end - _TAIL)
            lines.seek(start)
            tail = lines.read()
            whole = tail.rfind(b"\n") + 1
            if whole < len(tail):
                lines.truncate(start + whole)
            last = tail[:whole].splitlines()[-1:]
            line, _ = _line(body, last[0][:64].decode() if last else _NOTHING)
            lines.write(line)
            lines.flush()
            os.fsync(lines.fileno())

    def _whole_lines(self) -> list[bytes]:
        try:
            found = self.path.read_bytes()
        except FileNotFoundError:
            return []
        return found[: found.rfind(b"\n") + 1].splitlines()

    def _read(self, line: bytes, before: str, number: int) -> tuple[str, dict[str, Any]]:
        if line[:64] != _hash(before, line[65:]).encode():
            raise JournalDamaged(f"line {number} of {NAME} is not what was written")
        body: dict[str, Any] = json.loads(line[65:])
        return line[:64].decode(), body


def _line(body: Mapping[str, Any], before: str) -> tuple[bytes, str]:
    text = json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode()
    own = _hash(before, text)
    return own.encode() + b" " + text + b"\n", own


def _hash(before: str, text: bytes) -> str:
    return hashlib.sha256(before.encode() + text).hexdigest()
