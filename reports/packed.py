"""A large CSV in a zip file, which every system opens; the same rows give the same bytes.

What no sheet can hold is not repeated beside a report: a text says where it stands.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from io import TextIOWrapper
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from reports.release import Release

MOST_PLAIN = 5_000
"""Rows up to which a table is a plain CSV. Above it takes 1 MB and more, and packed a tenth of that."""
MOST_PACKED = 1_048_575
"""Rows of a sheet beside its header. A report of millions of figures would else take longer than its warehouse."""


def path(stem: str, rows: int) -> str:
    """Where a table of so many rows stands: `stem` as a CSV, in a zip file where there are many, or told in a text."""
    if rows > MOST_PACKED:
        return f"{stem}.txt"
    return f"{stem}.zip" if rows > MOST_PLAIN else f"{stem}.csv"


def write(release: Release, query: str, to: Path) -> None:
    """Write the rows of a query as the ending of the file says: a CSV, packed in a zip file, or told in a text."""
    if to.suffix == ".zip":
        _pack(release, query, to)
    elif to.suffix == ".txt":
        _tell(release, query, to)
    else:
        release.copy(query, to)


def _pack(release: Release, query: str, to: Path) -> None:
    """The CSV in the zip file has the name of the zip file."""
    plain = to.with_suffix(".csv")
    release.copy(query, plain)
    # Named so, and not by its file, it carries no time of writing.
    about = ZipInfo(plain.name)
    about.compress_type, about.external_attr = ZIP_DEFLATED, 0o644 << 16
    about.file_size = plain.stat().st_size  # above 2 GiB a zip file is written otherwise, and must know so beforehand
    with ZipFile(to, "w") as archive, archive.open(about, "w") as into, plain.open("rb") as file:
        while block := file.read(1 << 20):
            into.write(block)
    plain.unlink()


def _tell(release: Release, query: str, to: Path) -> None:
    """Where the rows of a query stand, instead of them."""
    fictional = "FICTIONAL. " if release.is_fictional else ""
    to.write_text(
        f"{fictional}These rows are more than a sheet holds ({MOST_PACKED:,}), so they are not repeated here.\n"
        f"They are in release {release.release_id}: as Parquet and CSV in its folder data, and in dovetail.duckdb:\n\n"
        f"{query.strip()};\n",
        encoding="utf-8",
    )


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
