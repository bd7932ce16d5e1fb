"""The tables that stand beside the pages, written while the pages are put together.

DuckDB writes a table and zlib packs it without holding up Python, so threads of their own use a second processor where
there is one.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path

from reports import packed
from reports.release import Release, Row

_AT_ONCE = 2
"""Tables written at the same time: one is read and sorted while the other is packed."""


@dataclass
class Tables:
    """Tables to be written into a site.

    Attributes:
        release: read through a cursor for each table.
        site: where they are written, in its folder `data`.
    """

    release: Release
    site: Path
    _threads: ThreadPoolExecutor
    _written: dict[str, Future[list[str]]] = field(default_factory=dict)

    def add(self, path: str, table: str | list[Row]) -> None:
        """Write a table: a query, or rows; of no rows, nothing.

        Args:
            path: in the site; of a query, its ending says how it is written (reports.packed).
            table: the query, or the rows.
        """
        self._written[path] = self._threads.submit(self._write, path, table)

    def headers(self) -> Iterator[tuple[str, list[str]]]:
        """The names of the columns of each table, by path, when all are written: a person reads them too."""
        for path, header in self._written.items():
            yield path, header.result()

    def _write(self, path: str, table: str | list[Row]) -> list[str]:
        to = self.site / path
        if isinstance(table, list):
            if not table:
                return []
            self.release.write(table, to)
        else:
            with self.release.connection.cursor() as cursor:
                packed.write(replace(self.release, connection=cursor), table, to)
        with packed.opened(to) as lines:
            return next(csv.reader(lines), [])


@contextmanager
def writing(release: Release, site: Path) -> Iterator[Tables]:
    """Tables of a site, written from now on; what is not yet begun when an error ends this is left out.

    Args:
        release: open.
        site: its folder; `data` is made in it.
    """
    (site / "data").mkdir(parents=True)
    with ThreadPoolExecutor(_AT_ONCE, "tables") as threads:
        try:
            yield Tables(release, site, threads)
        finally:
            threads.shutdown(cancel_futures=True)
