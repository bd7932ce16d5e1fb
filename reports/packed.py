"""A large CSV in a zip file, which every system opens; the same rows give the same bytes."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from io import TextIOWrapper
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from reports.release import Release

MOST_PLAIN = 5_000
"""Rows up to which a table is a plain CSV. Above it takes 1 MB and more, and packed a tenth of that."""


def path(stem: str, rows: int) -> str:
    """Where a table of so many rows stands: `stem` as a CSV, or as a zip file where there are many."""
    return f"{stem}.zip" if rows > MOST_PLAIN else f"{stem}.csv"


def write(release: Release, query: str, to: Path) -> None:
    """Write the rows of a query as a CSV inside a zip file; the CSV has the name of the zip file."""
    plain = to.with_suffix(".csv")
    release.copy(query, plain)
    # Named so, and not by its file, it carries no time of writing.
    about = ZipInfo(plain.name)
    about.compress_type, about.external_attr = ZIP_DEFLATED, 0o644 << 16
    with ZipFile(to, "w") as archive, archive.open(about, "w") as into, plain.open("rb") as file:
        while block := file.read(1 << 20):
            into.write(block)
    plain.unlink()


@contextmanager
def opened(file: Path) -> Iterator[TextIOWrapper]:
    """The lines of a CSV, packed or plain."""
    if file.suffix != ".zip":
        with file.open(encoding="utf-8", newline="") as lines:
            yield lines
        return
    with (
        ZipFile(file) as archive,
        archive.open(file.with_suffix(".csv").name) as held,
        TextIOWrapper(held, encoding="utf-8", newline="") as lines,
    ):
        yield lines
