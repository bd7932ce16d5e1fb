"""A large CSV in a zip file, which every system opens; the same rows give the same bytes."""

from __future__ import annotations

from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from reports.release import Release


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
