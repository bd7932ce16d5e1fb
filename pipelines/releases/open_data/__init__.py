"""Open data of a release: its CSV files described for the web (CSVW), and its published figures as DfE tidy data.

What belongs here: writing what others' programs read by a standard. What does not: the tables themselves and
datapackage.json (data_files.py, data_package.py), or reading tidy data (pipelines/intake/tidy).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from pipelines.releases.data_files import DataFiles
from pipelines.releases.database import PublicTable
from pipelines.releases.open_data.beginnings import known_beginnings
from pipelines.releases.open_data.csvw import write_csvw
from pipelines.releases.open_data.pairs import write_pairs

if TYPE_CHECKING:
    import duckdb

    from pipelines.releases.store import Release

FOLDER = "open-data"
TIDY = "dfe-tidy"


def write_open_data(
    connection: duckdb.DuckDBPyConnection,
    release_id: str,
    tables: Sequence[PublicTable],
    written: DataFiles,
    folder: Path,
    *,
    is_fictional: bool,
    inputs: Mapping[str, object],
    previous: Release | None = None,
) -> None:
    """Write `data/csv-metadata.json` and `open-data/dfe-tidy/`.

    Args:
        connection: with the tables of the release in use.
        release_id: its number.
        tables: its public tables; a release without those that the tidy files need has none of these.
        written: the files that they are in.
        folder: the folder of the release; `data/` is there.
        is_fictional: whether the word FICTIONAL goes into every title and file name.
        inputs: what makes the release, as MANIFEST will list it.
        previous: a release that the same program made and whose lines may be taken over.
    """
    write_csvw(connection, release_id, tables, written, folder, is_fictional=is_fictional)
    tidy = Path(FOLDER) / TIDY
    before = known_beginnings(connection, inputs, previous, folder, tidy) if previous else None
    write_pairs(connection, release_id, tables, folder / tidy, is_fictional=is_fictional, before=before)
