"""Workbooks that were written before, kept by what they say: the same description is not written twice.

The key covers every cell of the description, how it is written and held to the rules, and the library that writes it:
what is found here is what would be written now.
"""

from __future__ import annotations

import os
import shutil
from contextlib import suppress
from functools import cache
from hashlib import sha256
from importlib import resources
from importlib.metadata import version
from pathlib import Path

from reports.spreadsheets.book import Book

_CODE = ("book.py", "check.py", "ods.py", "xlsx.py")


class Kept:
    """A folder of workbooks; of nothing at all where there is no folder."""

    def __init__(self, folder: Path | None) -> None:
        """Use a folder, made when it is not there; keep nothing when None."""
        self._folder = folder
        if folder is not None:
            folder.mkdir(parents=True, exist_ok=True)

    def fetch(self, book: Book, kind: str, to: Path) -> bool:
        """Put the workbook there when it was kept; says whether it was."""
        file = self._file(book, kind)
        if file is None or not file.is_file():
            return False
        shutil.copyfile(file, to)
        with suppress(OSError):
            os.utime(file)  # the time of its last use, by which old ones are told
        return True

    def keep(self, book: Book, kind: str, made: Path) -> None:
        """Keep a workbook that was written; whole or not at all, whoever else writes at the same time."""
        file = self._file(book, kind)
        if file is not None:
            partial = file.with_suffix(f".{os.getpid()}")
            shutil.copyfile(made, partial)
            partial.replace(file)

    def _file(self, book: Book, kind: str) -> Path | None:
        if self._folder is None:
            return None
        said = f"{_writers()}\n{book.title}\n{book.created}\n{book.worksheet_text}"
        return self._folder / f"{sha256(said.encode()).hexdigest()}.{kind}"


@cache
def _writers() -> str:
    """What the bytes of a workbook depend on beside its description."""
    home = resources.files("reports.spreadsheets")
    code = sha256(b"".join((home / name).read_bytes() for name in _CODE)).hexdigest()
    return f"{code} xlsxwriter {version('xlsxwriter')} odfpy {version('odfpy')}"
