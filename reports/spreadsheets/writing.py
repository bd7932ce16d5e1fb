"""Makes every workbook of a release: one of each service and one of the whole, each as XLSX and as ODS.

What it says is held to the rules for claims before it is written, and the file to those for spreadsheets after. The
work is shared out to processes, which open the release for themselves: what a workbook is made from is larger than it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path

from reports import language
from reports.claims import Linter, refuse
from reports.page import spreadsheet_path
from reports.release import open_release
from reports.spreadsheets import check, claimed, ods, release_book, service_book, xlsx
from reports.spreadsheets.book import Book
from reports.spreadsheets.kept import Kept

_WRITERS = {"xlsx": xlsx.write, "ods": ods.write}
# Below this many services another process takes longer to start than it saves.
_WORTH_A_PROCESS = 12
_PARTS_OF_A_PROCESS = 2


@dataclass
class Writing:
    """Workbooks on their way."""

    _parts: list[Future[dict[str, str]]]

    def finish(self) -> dict[str, str]:
        """Wait for every workbook.

        Returns:
            The title of each by its path in the site.

        Raises:
            ClaimRefused: a workbook would claim more than its evidence supports.
            RulesBroken: a workbook breaks a rule for spreadsheets.
        """
        return {path: title for part in self._parts for path, title in sorted(part.result().items())}


@contextmanager
def writing(release: Path, into: Path, *, kept: Path | None = None, processes: int = 2) -> Iterator[Writing]:
    """Begin to write every workbook of a release, while the caller does something else.

    Args:
        release: its folder.
        into: the folder of the site.
        kept: the folder of workbooks written before; nothing is kept when None.
        processes: how many work on it, beside the caller's.
    """
    with open_release(release) as opened:
        services = service_book.ids(opened)
    (into / "spreadsheets").mkdir(parents=True, exist_ok=True)
    spoken = language.code()
    if len(services) < _WORTH_A_PROCESS:
        done: Future[dict[str, str]] = Future()
        done.set_result(_of_release(release, into, kept, spoken) | _of_services(release, into, services, kept, spoken))
        yield Writing([done])
        return
    pool = ProcessPoolExecutor(processes, mp_context=get_context("spawn"))
    try:
        # The longest first, the others in parts small enough that no process waits long for the other.
        parts = [pool.submit(_of_release, release, into, kept, spoken)]
        count = processes * _PARTS_OF_A_PROCESS
        parts += [pool.submit(_of_services, release, into, services[at::count], kept, spoken) for at in range(count)]
        yield Writing(parts)
    finally:
        pool.shutdown(cancel_futures=True)


def write(release: Path, into: Path, *, kept: Path | None = None, processes: int = 2) -> dict[str, str]:
    """Write every workbook of a release and wait for them; arguments, result and errors as of `writing`."""
    with writing(release, into, kept=kept, processes=processes) as begun:
        return begun.finish()


def _of_release(release: Path, into: Path, kept: Path | None, spoken: str) -> dict[str, str]:
    with language.speaking(spoken), open_release(release) as opened:
        return _files("release", release_book.book(opened), into, Linter(), Kept(kept))


def _of_services(release: Path, into: Path, services: Sequence[str], kept: Path | None, spoken: str) -> dict[str, str]:
    linter, store = Linter(), Kept(kept)
    with language.speaking(spoken), open_release(release) as opened:
        made = service_book.books(opened, services)
        return {
            path: title
            for service_id, book in made
            for path, title in _files(service_id, book, into, linter, store).items()
        }


def _files(name: str, book: Book, into: Path, linter: Linter, kept: Kept) -> dict[str, str]:
    made: dict[str, str] = {}
    for kind, writer in _WRITERS.items():
        path = spreadsheet_path(name, kind)
        if not made:
            refuse(claimed.find(linter, path, book))
        if not kept.fetch(book, kind, into / path):
            writer(book, into / path)
            # Both are written from one description, and reading an ODS back takes as long as writing it.
            if kind == "xlsx" or name == "release":
                check.hold(into / path, is_fictional=book.is_fictional)
            kept.keep(book, kind, into / path)
        made[path] = book.title
    return made
